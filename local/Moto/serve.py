"""Runs moto_server behind the local cloud's front: checks the version, corrects it, starts the server.

serve.py PORT FRONT_PORT TIME_SCALE HEARTBEAT_SCALE [WAIT_SCALE]
The state machines' interpreter calls every service at FRONT_PORT; the front forwards to PORT what it does not answer.
"""
import os
import sys

port, front_port = sys.argv[1:3]
time_scale, heartbeat_scale = map(float, sys.argv[3:5])
wait_scale = float(sys.argv[5]) if len(sys.argv) > 5 else time_scale
os.environ["MOTO_PORT"] = front_port
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"  # roles attach AWS's own policies

import moto  # noqa: E402  (moto reads these when it is imported)

CHECKED = "5.2.1"
if moto.__version__ != CHECKED:
    sys.exit(f"moto {moto.__version__} is installed, but the local cloud is checked against {CHECKED} only: "
             f"pip install 'moto[server]=={CHECKED}'.")

from moto.core.config import default_user_config  # noqa: E402

default_user_config["stepfunctions"] = {"execute_state_machine": True}
default_user_config["lambda"] = {"use_docker": False}

import patches  # noqa: E402

patches.apply(time_scale, heartbeat_scale, wait_scale)

from moto.server import main  # noqa: E402

main(["-H", "127.0.0.1", "-p", port])
