#!/usr/bin/env python3
"""Tries the job on a real Spark, and on a real YARN, before a release: check_spark.py [ROW]   (./pomona check-spark sets up)

Prints a row for each thing that was tried: "as expected", or what was seen instead, or "not checked" with what is missing. With ROW
only rows that contain that text are tried. From the environment:

  SPARK_HOME          a Spark 3.5
  DOTNET_WORKER_DIR   the folder of Microsoft.Spark.Worker
  POMONA_CHECK_JAR    the bridge's jar, which a build beside a feed with Microsoft.Spark has; set by ./pomona check-spark
  POMONA_YARN         the folder of a yarn.sh that starts a YARN of several nodes on this machine: `yarn.sh start DIR MB:VCPUS:LABEL ...`,
                      `nodes DIR`, `kill DIR NODE`, `freeze DIR NODE`, `decommission DIR NODE SECONDS`, `stop DIR`, with Hadoop's command in DIR/bin
"""

import filecmp
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import uuid
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOB = ROOT / "job/bin/Release/net8.0"
SAME = ["features", "components", "cues", "manifest", "rejected.jsonl", "quality.jsonl", "model"]
SHARD_SIZE = 32
IMAGES_PER_CLASS = 100
PATIENCE = 900  # seconds after which something that is waited for will not come
XLARGE = "11264:4"  # what functions/Planning/NodeMemory.cs gives a node of 4 vCPUs
MARK = f"POMONA_CHECK={uuid.uuid4().hex}"


class Unexpected(Exception):
    pass


def expect(condition, otherwise):
    if not condition:
        raise Unexpected(otherwise)


def until(holds, what, seconds=PATIENCE):
    started = time.monotonic()
    while not holds():
        expect(time.monotonic() - started < seconds, what)
        time.sleep(0.2)


class Run:
    """A run through the launch script, in a session of its own as on a terminal; with settings of Spark's beyond the script's."""

    def __init__(self, work, master, output, *options, images=None, settings=(), **variables):
        self.output = work / output
        self.log = work / f"{output}.log"
        self.spark_log = work / f"{output}.spark.log"
        environment = {
            **os.environ,
            **variables,
            "POMONA_CHECK_SETTINGS": "\n".join(settings),
            "PATH": f"{work}/commands:{os.environ['SPARK_HOME']}/bin:{os.environ['PATH']}",
            "POMONA_SPARK_MASTER": master,
            "POMONA_SPARK_JOB": str(JOB),
            "POMONA_SPARK_JAR": os.environ["POMONA_CHECK_JAR"],
            "POMONA_SPARK_LOG": str(self.spark_log),
            "SPARK_LOCAL_IP": "127.0.0.1",
            MARK.split("=")[0]: MARK.split("=")[1],
        }
        if master == "yarn":
            environment["HADOOP_CONF_DIR"] = f"{work}/yarn/conf"
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [ROOT / "bootstrap/run-step.sh", "run", images or work / "fruit", "--output", self.output,
                 "--shard-size", str(SHARD_SIZE), "--engine", "spark", *options],
                env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)

    def parts(self):
        return len(list(self.output.glob("features/shard-*.parquet")))

    def reaches(self, parts):
        until(lambda: self.parts() >= parts or self.process.poll() is not None, f"part {parts} did not come")
        expect(self.process.poll() is None, f"the run ended before part {parts}: {self.last()}")

    def last(self):
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "nothing was said"

    def ends(self, code, *sentences):
        try:
            ended = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise Unexpected("it did not end") from None
        expect(ended == code, f"exit code {ended}: {self.last()}")
        expect(all(sentence in self.last() for sentence in sentences), f"it said: {self.last()}")
        until(lambda: not processes(""), "processes are still running", seconds=30)

    def equals(self, local):
        for name in SAME:
            left, right = local / name, self.output / name
            expect(left.is_dir() == right.is_dir() and left.exists() == right.exists(), f"{name} differs")
            if left.is_file():
                expect(filecmp.cmp(left, right, shallow=False), f"{name} differs")
            elif left.is_dir():
                names = sorted(file.name for file in left.iterdir())
                expect(names == sorted(file.name for file in right.iterdir()), f"{name} has other files")
                unlike = filecmp.cmpfiles(left, right, names, shallow=False)
                expect(not unlike[1] and not unlike[2], f"{name} differs: {unlike[1] + unlike[2]}")


def processes(pattern):
    """The processes of this check's runs whose command line has this pattern."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if MARK.encode() in (process / "environ").read_bytes().split(b"\0"):
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if line and re.search(pattern, line):
                    found.append(int(process.name))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            pass
    return found


def kill(pattern, sign=signal.SIGKILL):
    victims = processes(pattern)
    expect(victims, f"there is no process '{pattern}'")
    os.kill(victims[0], sign)


# --- Rows: what is tried, and what is expected of it ------------------------------------------------------------------------

def equal_on(master, *settings):
    def row(work, output):
        run = Run(work, master, output, settings=settings)
        run.ends(0)
        run.equals(work / "local")
    return row


def another_patch(work, output):
    # All that the bridge looks at, and what the launch script asks for.
    said = "spark-version-info.properties"
    jars = pathlib.Path(os.environ["SPARK_HOME"], "jars").glob("spark-*.jar")
    archive = next(archive for archive in map(zipfile.ZipFile, jars) if said in archive.namelist())
    (work / "conf").mkdir()
    (work / "conf" / said).write_text(re.sub(r"(?m)^version=.*", "version=3.5.6", archive.read(said).decode()), encoding="utf-8")
    run = Run(work, "local[2]", output, SPARK_CONF_DIR=f"{work}/conf")
    run.ends(0)
    expect("Ignoring spark patch version. Spark version used: '3.5.6'" in run.spark_log.read_text(encoding="utf-8", errors="replace"), "the bridge saw another Spark")
    run.equals(work / "local")


def odd_names(work, output):
    images = work / "Früchte & mehr/100%20 ä"
    fruit = sorted((work / "fruit").rglob("*.jpg"))
    odd = ["日本語 ばなな", "🍎", "it's \"quoted\"", "%20 %", "back\\slash", "two\nlines"]
    for number, photo in enumerate(fruit[:: len(fruit) // 80]):
        name = f"{odd[number]}.jpg" if number < len(odd) else f"{number}.jpg"
        target = images / ("eins zwei", "größer")[number % 2] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(photo, target)
    (images / "größer/schade, kaputt.jpg").write_text("no picture", encoding="utf-8")
    pomona("run", images, "--output", work / "ohne Spark ä", "--shard-size", SHARD_SIZE)
    run = Run(work, "local-cluster[2,2,1024]", f"mit Spark ä {output}", images=images)
    run.ends(0)
    run.equals(work / "ohne Spark ä")
    rejected = (run.output / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
    expect(len(rejected) == 1 and "schade, kaputt.jpg" in rejected[0], f"rejected were {rejected}")


def killed(pattern):
    def row(work, output):
        run = Run(work, "local-cluster[2,1,1024]", output)
        run.reaches(4)
        kill(pattern)
        run.ends(0)
        run.equals(work / "local")
    return row


def ctrl_c(work, output):
    run = Run(work, "local[2]", output)
    run.reaches(4)
    os.killpg(run.process.pid, signal.SIGINT)
    run.ends(130, "stopped")
    again = Run(work, "local[2]", output)
    again.ends(0)
    again.equals(work / "local")


def told(pattern, sign, code, sentence):
    def row(work, output):
        run = Run(work, "local[2]", output)
        run.reaches(4)
        kill(pattern, sign)
        run.ends(code, sentence)
    return row


def a_failing_shard(work, output):
    (work / output / "features/shard-00002.parquet/x").mkdir(parents=True)
    Run(work, "local[2]", output).ends(6, "Extract of shard 2: features/shard-00002.parquet in ", "move it away, or choose another --output")


def a_missing_input(work, output):
    Run(work, "local[2]", output, images=work / "nowhere").ends(3, "there is no folder")


class Yarn:
    def __init__(self, work, *nodes, exclusive=False):
        self.folder = work / "yarn"
        self.script = pathlib.Path(os.environ["POMONA_YARN"]) / "yarn.sh"
        shutil.rmtree(self.folder, ignore_errors=True)
        properties = work / "yarn.properties"
        properties.write_text("yarn.nm.liveness-monitor.expiry-interval-ms=60000\n", encoding="utf-8")
        self.environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "YARN_PROPERTIES": str(properties), "YARN_EXCLUSIVE": str(exclusive).lower()}
        self.nodes = nodes

    def do(self, verb, *arguments):
        did = subprocess.run([self.script, verb, self.folder, *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=False)
        expect(did.returncode == 0, f"yarn.sh {verb}: {(did.stdout + did.stderr).strip()[-300:]}")
        return did.stdout

    def __enter__(self):
        self.do("start", *self.nodes)
        return self

    def __exit__(self, *_):
        self.do("stop")

    def master(self):
        """The node that runs one container more than the others: the application master's."""
        containers = [int(line.split()[4]) for line in self.do("nodes").splitlines()]
        return containers.index(max(containers)) + 1


def labelled(*labels, exclusive=False):
    def row(work, output):
        with Yarn(work, *(f"{XLARGE}:{label}" for label in labels), exclusive=exclusive):
            run = Run(work, "yarn", output)
            run.ends(0)
            run.equals(work / "local")
    return row


def nodes_lost(work, output):
    with Yarn(work, f"{XLARGE}:ON_DEMAND", f"{XLARGE}:ON_DEMAND", f"{XLARGE}:SPOT", f"{XLARGE}:SPOT") as yarn:
        run = Run(work, "yarn", output)
        run.reaches(4)
        yarn.do("kill", 3)
        run.reaches(8)
        yarn.do("decommission", 4, 30)
        run.reaches(12)
        yarn.do("kill", yarn.master())
        run.ends(0)
        run.equals(work / "local")


def most_nodes_lost(work, output):
    with Yarn(work, f"{XLARGE}:ON_DEMAND", f"{XLARGE}:ON_DEMAND", f"{XLARGE}:SPOT", f"{XLARGE}:SPOT") as yarn:
        run = Run(work, "yarn", output)
        run.reaches(4)
        master = yarn.master()
        expect(master in (1, 2), f"the application master is on node {master}")
        for node in (3, 4, master):
            yarn.do("kill", node)
        run.ends(0)
        run.equals(work / "local")


def a_frozen_node(work, output):
    with Yarn(work, f"{XLARGE}:ON_DEMAND", f"{XLARGE}:SPOT") as yarn:
        run = Run(work, "yarn", output)
        run.reaches(4)
        yarn.do("freeze", 2 if yarn.master() == 1 else 1)
        run.ends(0)
        run.equals(work / "local")


def tasks_twice(work, output):
    # Copies run on other hosts than their originals, and a local-cluster has one.
    with Yarn(work, f"{XLARGE}:ON_DEMAND", f"{XLARGE}:SPOT"):
        run = Run(work, "yarn", output, settings=[
            "spark.speculation=true", "spark.speculation.interval=20ms", "spark.speculation.quantile=0.01",
            "spark.speculation.multiplier=0.01", "spark.speculation.minTaskRuntime=0ms"])
        run.ends(0)
        run.equals(work / "local")
        log = run.spark_log.read_text(encoding="utf-8", errors="replace")
        expect(re.search(r"Starting task \d+\.1 in stage", log), "no task was doubled")


def the_notebook(work, _):
    with Yarn(work, f"{XLARGE}:ON_DEMAND", f"{XLARGE}:SPOT"):
        spark = pathlib.Path(os.environ["SPARK_HOME"])
        read = subprocess.run(
            [sys.executable, ROOT / "tests/job/Pipeline/run_notebook.py", ROOT / "bootstrap/jupyter/explore-run.ipynb", f"{work}/local/", "cluster"],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, [spark / "python", *spark.glob("python/lib/py4j-*.zip")])),
                "POMONA_NOTEBOOK_MASTER": "yarn",
                "SPARK_LOCAL_IP": "127.0.0.1",
                "HADOOP_CONF_DIR": f"{work}/yarn/conf",
                "PYSPARK_ARCHIVES_PATH": f"local:{spark}/python",
                # The label is what the workflow gives a cluster's YARN as the application masters' default.
                "PYSPARK_SUBMIT_ARGS": "--conf spark.yarn.am.nodeLabelExpression=ON_DEMAND "
                                       f"--conf spark.yarn.jars=local:{spark}/jars/* --conf spark.yarn.stagingDir=file://{work}/staging "
                                       "--conf spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1 pyspark-shell",
            },
            capture_output=True, text=True, check=False, timeout=PATIENCE)
        expect(read.returncode == 0, f"it ended with {read.returncode}: {(read.stdout + read.stderr)[-500:]}")
        images = json.loads((work / "local/summary.json").read_text(encoding="utf-8"))["images"]
        expect(f'"images": {images},' in read.stdout and "image: string" in read.stdout, f"it printed {read.stdout[-500:]}")


def no_room(work, output):
    with Yarn(work, "10752:4:ON_DEMAND"):
        Run(work, "yarn", output, "--executor-minutes", "1").ends(10, "YARN has nodes: 1 of 10752 MB and 4 vCPUs")


def a_step_cancelled(work, output):
    with Yarn(work, f"{XLARGE}:ON_DEMAND", f"{XLARGE}:SPOT"):
        run = Run(work, "yarn", output)
        run.reaches(4)
        run.process.send_signal(signal.SIGTERM)
        run.ends(143, "stopped")


SPARK = {
    "SPARK_HOME": "SPARK_HOME is not set",
    "DOTNET_WORKER_DIR": "DOTNET_WORKER_DIR is not set",
    "POMONA_CHECK_JAR": "this build has a stand-in for Microsoft.Spark",
}
YARN = {**SPARK, "POMONA_YARN": "POMONA_YARN is not set"}
# The JVM's command line has the program's behind its own.
PROGRAM = f"^{re.escape(str(JOB))}/Pomona.Job run "
ROWS = [
    ("local[2]: equal to the local engine in every byte", SPARK, equal_on("local[2]")),
    ("local-cluster[3,2,2048]: equal", SPARK, equal_on("local-cluster[3,2,2048]")),
    ("a Spark that calls itself 3.5.6: equal", SPARK, another_patch),
    ("workers that are used once: equal", SPARK, equal_on("local-cluster[2,2,1024]", "spark.python.worker.reuse=false")),
    ("Kryo, encrypted I/O, JVMs in Turkish: equal", SPARK, equal_on(
        "local-cluster[2,2,1024]",
        "spark.serializer=org.apache.spark.serializer.KryoSerializer", "spark.io.encryption.enabled=true",
        "spark.driver.extraJavaOptions=-Duser.language=tr -Duser.country=TR", "spark.executor.extraJavaOptions=-Duser.language=tr -Duser.country=TR")),
    ("odd names of images and folders, one image damaged: equal, named", SPARK, odd_names),
    ("a worker is killed: equal", SPARK, killed("Microsoft.Spark.Worker")),
    ("an executor's JVM is killed: equal", SPARK, killed("CoarseGrainedExecutorBackend")),
    ("Ctrl-C, and the same command again: exit code 130, equal", SPARK, ctrl_c),
    ("SIGTERM to the program: exit code 143", SPARK, told(PROGRAM, signal.SIGTERM, 143, "stopped")),
    ("the program is killed: exit code 137", SPARK, told(PROGRAM, signal.SIGKILL, 137, "killed by signal 9")),
    ("the driver's JVM is killed: exit code 7", SPARK, told("org.apache.spark.deploy.SparkSubmit", signal.SIGKILL, 7, "exit code 7")),
    ("a folder where a part belongs, named with what to do: exit code 6", SPARK, a_failing_shard),
    ("an input that is missing: exit code 3", SPARK, a_missing_input),
    ("YARN, labels that are lent: equal", YARN, labelled("ON_DEMAND", "SPOT")),
    ("YARN, only ON_DEMAND labelled: equal", YARN, labelled("ON_DEMAND", "")),
    ("YARN, labels that are lent to nobody: equal", YARN, labelled("ON_DEMAND", "SPOT", exclusive=True)),
    ("YARN, no labels: equal", YARN, labelled("", "")),
    ("YARN, a node killed, one told to go, the application master's killed: equal", YARN, nodes_lost),
    ("YARN, three of four nodes killed at once, the application master's among them: equal", YARN, most_nodes_lost),
    ("YARN, a node that stands still: equal", YARN, a_frozen_node),
    ("YARN, tasks twice at the same time (speculation): equal", YARN, tasks_twice),
    ("YARN, the notebook reads a run", YARN, the_notebook),
    ("YARN, a step that is cancelled: exit code 143", YARN, a_step_cancelled),
    ("YARN, no room for an executor: exit code 10", YARN, no_room),
]


def pomona(*words):
    done = subprocess.run([ROOT / "pomona", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"pomona: check-spark could not go on: {(done.stdout + done.stderr).strip()}")
    return done.stdout


def prepare(work):
    """Images, the local engine's run of them, and commands that tell a YARN on one machine what a cluster's nodes know."""
    spark = os.environ["SPARK_HOME"]
    command(work, "spark-submit", f"""
        [ "$1" != --version ] || exec '{spark}/bin/spark-submit' --version
        while read -r setting; do if [ -n "$setting" ]; then set -- --conf "$setting" "$@"; fi; done <<< "$POMONA_CHECK_SETTINGS"
        if [ "$POMONA_SPARK_MASTER" = yarn ]; then
            set -- --conf 'spark.yarn.jars=local:{spark}/jars/*' --conf 'spark.yarn.stagingDir=file://{work}/staging' \\
                --conf 'spark.eventLog.dir=file://{work}/events' --conf spark.yarn.appMasterEnv.SPARK_LOCAL_IP=127.0.0.1 "$@"
        fi
        exec '{spark}/bin/spark-submit' "$@"
        """)
    command(work, "yarn", f"exec '{work}/yarn/bin/yarn' \"$@\"")
    for folder in ("staging", "events"):
        (work / folder).mkdir()
    pomona("samples", work / "fruit", "--count", IMAGES_PER_CLASS)
    pomona("run", work / "fruit", "--output", work / "local", "--shard-size", SHARD_SIZE)
    # On a cluster the model lies where the bundle put it.
    os.environ["POMONA_MODEL"] = json.loads(pomona("model", "--json"))["chosen"]["location"]


def command(work, name, script):
    file = work / "commands" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!/usr/bin/env bash\n{textwrap.dedent(script).strip()}\n", encoding="utf-8")
    file.chmod(0o755)


def main():
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    rows = [row for row in ROWS if asked in row[0]]
    width = max((len(name) for name, _, _ in rows), default=0)
    seen = {"as expected": 0, "otherwise": 0, "not checked": 0}
    with tempfile.TemporaryDirectory(prefix="pomona-check-spark-") as folder:
        work = pathlib.Path(folder)
        if any(all(map(os.environ.get, needs)) for _, needs, _ in rows):
            prepare(work)
        for number, (name, needs, row) in enumerate(rows):
            missing = [why for variable, why in needs.items() if not os.environ.get(variable)]
            if missing:
                kind, told_of = "not checked", f"not checked: {missing[0]}"
            else:
                try:
                    row(work, f"out-{number}")
                    kind = told_of = "as expected"
                except Unexpected as difference:
                    kind, told_of = "otherwise", f"OTHERWISE: {difference}"
                finally:
                    for process in processes(""):
                        os.kill(process, signal.SIGKILL)
            seen[kind] += 1
            print(f"{name:{width}}  {told_of}", flush=True)
    print(", ".join(f"{count} {kind}" for kind, count in seen.items()))
    sys.exit(1 if seen["otherwise"] else 0)


if __name__ == "__main__":
    main()
