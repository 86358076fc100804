"""Runs moto_server behind the local cloud's front: checks the version, corrects it, starts the server.

serve.py unix://SOCKET|PORT FRONT_PORT TIME_SCALE HEARTBEAT_SCALE [WAIT_SCALE]
It listens on the socket file, which is the local cloud's, or on a port of the loopback, which only tests use: whoever can
connect may do everything. The state machines' interpreter calls every service at FRONT_PORT; the front forwards to here what
it does not answer.
"""
import enum
import os
import signal
import sys
import traceback
import types

address, front_port = sys.argv[1:3]
time_scale, heartbeat_scale = map(float, sys.argv[3:5])
wait_scale = float(sys.argv[5]) if len(sys.argv) > 5 else time_scale
os.environ["MOTO_PORT"] = front_port
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"  # no page of another origin is to read its answers
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # roles attach AWS's own policies

import moto  # noqa: E402  (moto reads these when it is imported)

CHECKED = "5.2.1"
if moto.__version__ != CHECKED:
    sys.exit(f"moto {moto.__version__} is installed, but the local cloud is checked against {CHECKED} only: "
             f"pip install 'moto[server]=={CHECKED}'.")

from moto.core.config import default_user_config  # noqa: E402

default_user_config["stepfunctions"] = {"execute_state_machine": True}
default_user_config["lambda"] = {"use_docker": False}

# Of Batch the interpreter wants two names, for tasks that no workflow here has; Batch itself would bring all of EC2 and its tables
# along, which are most of a start. Whoever asks for either service still gets it.
batch, batch_utils = types.ModuleType("moto.batch"), types.ModuleType("moto.batch.utils")
batch_utils.JobStatus = enum.Enum("JobStatus", {"SUCCEEDED": "SUCCEEDED", "FAILED": "FAILED"}, type=str)
sys.modules |= {"moto.batch": batch, "moto.batch.utils": batch_utils}
import patches  # noqa: E402

del sys.modules["moto.batch"], sys.modules["moto.batch.utils"]
patches.apply(time_scale, heartbeat_scale, wait_scale)

from moto.server import DomainDispatcherApplication, create_backend_app, signal_handler  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, run_simple  # noqa: E402


class Handler(WSGIRequestHandler):
    """Logs what failed here; whole runs are tens of thousands of requests, and the front knows the others."""

    def log_request(self, code="-", size="-"):
        if not str(code).isdigit() or int(code) >= 500:
            super().log_request(code, size)


def letting_failures_out(service):
    app = create_backend_app(service)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


def naming_failures(app):
    """What failed is named in the answer as well: the log is gone with a test's folder."""

    def answer(environ, start_response):
        try:
            return app(environ, start_response)
        except Exception as failure:
            traceback.print_exc()
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [repr(failure).encode()]

    return answer


for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal_handler)
host, port = (address, 0) if address.startswith("unix://") else ("127.0.0.1", int(address))
run_simple(host, port, naming_failures(DomainDispatcherApplication(letting_failures_out)), threaded=True, request_handler=Handler)
