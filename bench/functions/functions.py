#!/usr/bin/env python3
"""Cold start, warm time and size of the functions' package.

Each function runs in a process of its own that polls the Lambda Runtime API; this program is that API, and the AWS
services behind it, with canned answers from memory. Cold: from starting the process to the first answer,
the best of several, and the processor time of a process that answers once, the median. Warm: the
median of later invocations, and how many of them one process answers in a second, both with the function's own calls
to S3, Step Functions or EMR over loopback. The package is built twice: as it is (JIT) and with PublishReadyToRun (R2R),
which is what `dotnet lambda package` and `sam build` make, because they name the processor.

With --images N: what MeasureDataset and PlanRun take for a data set of so many images, listed in pages of 1,000 over loopback:
processor time and peak memory of a process that answers once (R2R). S3's own time per page comes to it."""
import argparse
import collections
import hashlib
import http.server
import json
import os
import pathlib
import platform
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EVENTS = ROOT / "tests" / "events"
RUN = "20261121T130455Z-3f9a2c1b"
MACHINE = "arn:aws:states:eu-west-3:123456789012:stateMachine:pomona-pipeline"
EXECUTION = f"arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:fruits-{RUN}"
FUNCTIONS = {
    "StartRun": "start-run", "OpenRun": "open-run", "MeasureDataset": "measure-dataset", "PlanRun": "plan-run",
    "ComposeMail": "compose-mail.finished", "CloseRun": "close-run", "FinishRun": "finish-run",
    "WatchCluster": "watch-cluster.step-failed", "ReapClusters": "reap-clusters", "CostPeriod": "cost-period",
    "ReportCosts": "report-costs",
}
LOCK = {"dataset": "fruits", "run": RUN, "executionName": f"fruits-{RUN}", "takenAt": "2026-11-21T13:04:55Z"}
SUMMARY = json.loads((EVENTS / "close-run.json").read_text())["summary"]
STORED = {
    "locks/fruits": LOCK,
    f"runs/fruits/{RUN}/_SUCCESS": {
        "version": 2, "summary": SUMMARY, "clusterId": "j-1ABCDEFGHIJKL",
        "executionArn": EXECUTION, "finishedAt": "2026-11-21T13:44:55Z"},
    f"runs/fruits/{RUN}/work/waiting-task.json": {"taskToken": "t" * 400},
    f"runs/fruits/{RUN}/manifest/plan.json": json.loads((EVENTS / "compose-mail.ready.json").read_text())["plan"]["plan"],
}
LISTING = ("<ListBucketResult><Name>pomona-test</Name><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false"
           "</IsTruncated>" + "".join(
               f"<Contents><Key>datasets/fruits/apple/{n:05}.jpg</Key><LastModified>2026-11-21T12:00:00.000Z</LastModified>"
               f"<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>5000</Size></Contents>" for n in range(1000))
           + "</ListBucketResult>").encode()
PAGE = 1000  # keys that S3 gives per request
TAGS = {"pomona:stack": "pomona", "pomona:run": RUN, "pomona:dataset": "fruits", "pomona:execution": EXECUTION}
JSON = {
    "DescribeExecution": {"executionArn": EXECUTION, "stateMachineArn": MACHINE, "status": "RUNNING", "startDate": 1.5,
                          "input": json.dumps({"dataset": "fruits", "run": RUN})},
    "StartExecution": {"executionArn": EXECUTION, "startDate": 1.5},
    "SendTaskSuccess": {}, "SendTaskFailure": {}, "ListClusters": {"Clusters": []},
    "DescribeCluster": {"Cluster": {"Id": "j-1ABCDEFGHIJKL", "Status": {"State": "WAITING"},
                                    "Tags": [{"Key": k, "Value": v} for k, v in TAGS.items()]}},
    "DescribeStep": {"Step": {"Id": "s-1ABCDEFGHIJKL", "Status": {"State": "FAILED"},
                              "Config": {"Args": ["run", "--task-token", "t" * 400]}}},
}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.waiting, self.answers = queue.Queue(), queue.Queue()
        self.pages, self.written = 1, 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a child that has ended


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def handle_expect_100(self):
        going_on = super().handle_expect_100()
        self.wfile.flush()  # or the client waits a second before it sends its body
        return going_on

    def do_GET(self):
        if self.path.endswith("/invocation/next"):
            request, event = self.server.waiting.get()
            self.answer(200, event, Lambda_Runtime_Aws_Request_Id=request)
        elif "list-type=2" in self.path:
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
            self.answer(200, self.page(int(query.get("continuation-token", ["0"])[0])), Content_Type="application/xml")
        else:
            # A data set of many pages is a new one: no plan stands.
            stored = STORED.get(self.path.split("?")[0].removeprefix("/pomona-test/")) if self.server.pages == 1 else None
            if stored is None:
                self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>", Content_Type="application/xml")
            else:
                body = json.dumps(stored).encode()
                self.answer(200, body, ETag=f'"{hashlib.md5(body).hexdigest()}"')

    def page(self, number):
        if self.server.pages == 1:
            return LISTING
        more = number + 1 < self.server.pages
        return LISTING.replace(b"/apple/", b"/class-%05d/" % number).replace(b"<IsTruncated>false</IsTruncated>", (
            b"<IsTruncated>true</IsTruncated><NextContinuationToken>%d</NextContinuationToken>" % (number + 1)
            if more else b"<IsTruncated>false</IsTruncated>"))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "/invocation/" in self.path:
            now = time.perf_counter()
            self.answer(202)
            self.server.answers.put((now, self.path.endswith("/response"), body))
        else:
            self.answer(200, json.dumps(JSON[self.headers["X-Amz-Target"].split(".")[1]]).encode())

    def do_PUT(self):
        self.server.written += 1
        if self.headers.get("Transfer-Encoding") == "chunked":
            while int(self.rfile.readline().split(b";")[0], 16):
                self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(200, ETag='"d41d8cd98f00b204e9800998ecf8427e"')

    def do_DELETE(self):
        self.answer(204)


def publish(project, folder, *options):
    done = subprocess.run(
        ["dotnet", "publish", ROOT / project, "-c", "Release", "--nologo", "-v", "quiet", "-o", folder,
         "-p:AllowStandIns=true", *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(done.stdout + f"\n{project} could not be published.")


def packed(folder, name):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and path.suffix != ".pdb":
                archive.write(path, path.relative_to(folder))
    return os.path.getsize(name)


def environment_of(server):
    environment = {
        "PATH": os.environ["PATH"], "DOTNET_ROOT": os.environ.get("DOTNET_ROOT", ""), "HOME": os.environ["HOME"],
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % server.server_port,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:%d" % server.server_port,
        "AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "POMONA_BUCKET": "pomona-test", "POMONA_STACK": "pomona", "POMONA_STATE_MACHINE_ARN": MACHINE,
        "POMONA_TOPIC_ARN": "arn:aws:sns:eu-west-3:123456789012:pomona", "POMONA_SUBNETS": "subnet-0123456789abcdef0",
        "DOTNET_TieredPGO": "0",
    }
    if not environment["DOTNET_ROOT"]:
        del environment["DOTNET_ROOT"]
    return environment


def command_of(host, package, function):
    return [os.path.join(host, "Pomona.FunctionHost"), package, f"Pomona.Functions::Pomona.Functions.{function}::HandleAsync"]


def measure_images(server, host, package, images):
    """Prints what one invocation of each function takes that lists the whole data set, with 1,024 MB as in the template: .NET
    takes three quarters of a container's memory for its heap."""
    server.pages = max(2, images // PAGE)
    processor = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"{server.pages * PAGE:,} images in {server.pages:,} pages, on {processor}")
    print("| function | processor time | peak memory | from start to answer | objects written |")
    print("|---|---|---|---|---|")
    for function in ("MeasureDataset", "PlanRun"):
        server.written = 0
        server.waiting.put(("first", (EVENTS / f"{FUNCTIONS[function]}.json").read_bytes()))
        start = time.perf_counter()
        child = subprocess.Popen(
            command_of(host, package, function), env=environment_of(server) | {"DOTNET_GCHeapHardLimit": "0x30000000"},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        at, well, body = server.answers.get(timeout=900)
        server.waiting.put(("end", b"{}"))
        usage = os.wait4(child.pid, 0)[2]
        answer = json.loads(body) if well else {}
        if (answer.get("plan") or answer).get("images") != server.pages * PAGE:
            sys.exit(f"{function} did not see every image: {body[:500]} {child.stderr.read().decode()}")
        print(f"| {function} | {usage.ru_utime + usage.ru_stime:.1f} s | {usage.ru_maxrss / 1024:.0f} MB | {at - start:.1f} s | {server.written:,} |")


def measure(server, host, package, function, cold_starts, warm):
    event = (EVENTS / f"{FUNCTIONS[function]}.json").read_bytes()
    environment = environment_of(server)
    colds, cpu, times, rate = [], [], [], 0.0
    for attempt in range(cold_starts):
        server.waiting.put(("first", event))
        start = time.perf_counter()
        child = subprocess.Popen(
            command_of(host, package, function), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            at, well, _ = server.answers.get(timeout=60)
        except queue.Empty:
            child.kill()
            sys.exit(f"{function} gave no answer: {child.stderr.read().decode()}")
        if not well:
            child.kill()
            sys.exit(f"{function} failed: {child.stderr.read().decode()}")
        colds.append(at - start)
        if attempt == cold_starts - 1:
            for n in range(warm):
                if n == warm // 2:  # the first half lets the JIT finish its work
                    half = time.perf_counter()
                begin = time.perf_counter()
                server.waiting.put((f"r{n}", event))
                at, well, _ = server.answers.get(timeout=60)
                if n >= warm // 2:
                    times.append(at - begin)
            rate = (warm - warm // 2) / (time.perf_counter() - half)
        server.waiting.put(("end", b"{}"))
        usage = os.wait4(child.pid, 0)[2]
        if attempt < cold_starts - 1:
            cpu.append(usage.ru_utime + usage.ru_stime)
    return min(colds), statistics.median(cpu), statistics.median(times), rate


def main():
    parser = argparse.ArgumentParser(prog="pomona bench functions", description=__doc__)
    parser.add_argument("--cold", type=int, default=5, help="cold starts per function, at least 2 (default 5)")
    parser.add_argument("--warm", type=int, default=1000, help="warm invocations per function (default 1000)")
    parser.add_argument("--function", action="append", choices=sorted(FUNCTIONS), help="only this one; repeatable")
    parser.add_argument("--images", type=int, help="instead: one data set of so many images, listed and cut into manifests")
    parser.add_argument("--json", action="store_true", help="one JSON object per line instead of a table")
    options = parser.parse_args()
    rid = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}[platform.machine()]
    rows = collections.defaultdict(dict)
    sizes = {}
    with tempfile.TemporaryDirectory(prefix="pomona-bench-") as work:
        host = os.path.join(work, "host")
        publish("bench/functions/host/Pomona.FunctionHost.csproj", host, "-r", rid, "--self-contained", "false")
        server = Server()
        if options.images:
            package = os.path.join(work, "R2R")
            publish("functions/Pomona.Functions.csproj", package, "-r", rid, "--self-contained", "false")
            measure_images(server, host, package, options.images)
            return
        for kind, extra in (("JIT", []), ("R2R", ["-r", rid, "--self-contained", "false"])):
            package = os.path.join(work, kind)
            publish("functions/Pomona.Functions.csproj", package, *extra)
            sizes[kind] = packed(package, os.path.join(work, kind + ".zip"))
            for function in options.function or FUNCTIONS:
                print(f"\r{kind} {function:20}", end="", file=sys.stderr, flush=True)
                rows[function][kind] = measure(server, host, package, function, options.cold, options.warm)
    print("\r" + " " * 30 + "\r", end="", file=sys.stderr)
    if options.json:
        for function, kinds in rows.items():
            for kind, (cold, cpu, warm, rate) in kinds.items():
                print(json.dumps({"function": function, "package": kind, "coldMs": round(cold * 1e3, 1),
                                  "coldCpuMs": round(cpu * 1e3, 1), "warmMs": round(warm * 1e3, 2), "perSecond": round(rate), "zipBytes": sizes[kind]}))
        return
    print(f"package: {sizes['JIT'] / 1e6:.2f} MB zipped as it is (JIT), {sizes['R2R'] / 1e6:.2f} MB for {rid} (R2R)")
    print("| function | cold, JIT (CPU) | cold, R2R (CPU) | warm | per second |")
    print("|---|---|---|---|---|")
    for function, kinds in rows.items():
        jit, r2r = kinds["JIT"], kinds["R2R"]
        print(f"| {function} | {jit[0] * 1e3:.0f} ms ({jit[1] * 1e3:.0f}) | {r2r[0] * 1e3:.0f} ms ({r2r[1] * 1e3:.0f}) "
              f"| {r2r[2] * 1e3:.2f} ms | {r2r[3]:.0f} |")


if __name__ == "__main__":
    main()
