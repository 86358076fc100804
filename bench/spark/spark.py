#!/usr/bin/env python3
"""What a task costs on Spark beyond its work: processor time of whole process trees, shards of one image.

Usage: spark.py IMAGES MODEL [--counts 500,2000] [--rounds N] [--programs local,spark,range,empty]   (./pomona bench spark sets everything up)

Each program runs with two numbers of shards, and the difference is divided by the difference of their tasks (a run has two
for each shard: extract and reduce), so that what a start costs is not counted:

  local   the run on the local engine: the work itself
  spark   the same run on Spark's local[2], or on the stand-in's scheduler where there is no Spark; this says which
  range   as many partitions of one number that Spark answers itself: Spark's own cost of a task
  empty   as many tasks of a function that does nothing: with the bridge (Microsoft.Spark) and its worker

Spark's is range, the bridge's empty - range, ours spark - empty - local. The parts of the trees (the JVM, the worker, the driver)
are looked at three times a second, so that they are told to a third of a second of the whole.
"""
import argparse
import collections
import ctypes
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
JOB = ROOT / "job/bin/Release/net8.0"
PEER = HERE / "bin/Release/net8.0"
TICK = os.sysconf("SC_CLK_TCK")
PR_SET_CHILD_SUBREAPER = 36
TASKS_OF_A_SHARD = 2


class Tree:
    """A command with all that it starts, which is this process's to wait for, whoever started it."""

    def __init__(self, command, environment):
        self.seconds = collections.Counter()
        self.seen = {}
        before = self.used()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        self.over = threading.Event()
        watcher = threading.Thread(target=self.watch)
        watcher.start()
        said = process.stdout.read().decode(errors="replace")
        code = process.wait()
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        self.over.set()
        watcher.join()
        if code != 0:
            sys.exit(f"{command[0]} ended with {code}: {said[-2000:]}")
        self.total = self.used() - before
        for _, name, seconds in self.seen.values():
            self.seconds[name] += seconds

    @staticmethod
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    def watch(self):
        while not self.over.wait(0.3):
            parents = {}
            for folder in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                    parents[int(folder.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK, int(fields[19]))
                except (FileNotFoundError, ProcessLookupError):
                    pass
            for process, (_, seconds, started) in parents.items():
                ancestor = process
                while ancestor in parents and ancestor != os.getpid():
                    ancestor = parents[ancestor][0]
                if ancestor == os.getpid() and process != ancestor:
                    self.seen[process, started] = (process, self.kind(process) or self.seen.get((process, started), (0, "other", 0))[1], seconds)

    @staticmethod
    def kind(process):
        try:
            line = pathlib.Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        if not line:
            return None
        return "worker" if "Microsoft.Spark.Worker -m" in line else "JVM" if "java" in line.split(" ")[0] else "driver" if "Pomona." in line and "bash" not in line.split(" ")[0] else "other"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("images")
    parser.add_argument("model")
    parser.add_argument("--counts", default="500,2000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--programs", default="local,spark,range,empty")
    options = parser.parse_args()
    few, many = map(int, options.counts.split(","))
    photos = sorted(pathlib.Path(options.images).rglob("*.jpg"))
    if len(photos) < many:
        sys.exit(f"{options.images} has {len(photos)} .jpg files: {many} are needed, or other --counts")

    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    jar = next(JOB.glob("microsoft-spark-3-5_2.12-*.jar"), None)
    is_real = jar is not None and os.environ.get("SPARK_HOME") and os.environ.get("DOTNET_WORKER_DIR")
    print(f"On Spark's local[2] ({os.environ['SPARK_HOME']})." if is_real
          else "On the stand-in's scheduler, without a JVM: a real Spark takes SPARK_HOME, DOTNET_WORKER_DIR and a feed that carries Microsoft.Spark.")
    with tempfile.TemporaryDirectory(prefix="pomona-spark-") as folder:
        work = pathlib.Path(folder)
        for count in (few, many):
            for number, photo in enumerate(photos[:: len(photos) // count][:count]):
                target = work / f"images-{count}" / f"class-{number % 10}" / f"{number:05}.jpg"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(photo, target)
        # In place of the job, where a peer is asked for; with the options and the environment that the job gets.
        submit = work / "commands/spark-submit"
        submit.parent.mkdir()
        submit.write_text(f"""#!/usr/bin/env bash
            if [ -n "${{POMONA_BENCH_PEER:-}}" ]; then
                export DOTNET_ASSEMBLY_SEARCH_PATHS='{PEER}'
                set -- "${{@/#'{JOB}/Pomona.Job'/'{PEER}/Pomona.SparkBench'}}"
            fi
            exec "$SPARK_HOME/bin/spark-submit" "$@"
            """, encoding="utf-8")
        submit.chmod(0o755)

        def arguments(count, output):
            shutil.rmtree(output, ignore_errors=True)
            return ["run", str(work / f"images-{count}"), "--output", str(output), "--model", options.model, "--shard-size", "1", "--json"]

        def local(count):
            return Tree(["dotnet", str(JOB / "Pomona.Job.dll"), *arguments(count, work / "out"), "--threads", "2"], dict(os.environ))

        def spark(count, peer=""):
            environment = {**os.environ, "POMONA_BENCH_PEER": peer, "POMONA_BENCH_TASKS": str(count)}
            if not is_real:
                program = PEER / "Pomona.SparkBench.dll" if peer else JOB / "Pomona.Job.dll"
                return Tree(["dotnet", str(program), *arguments(count, work / "out"), "--engine", "spark"], {**environment, "DOTNETBACKEND_PORT": "1"})
            return Tree([str(ROOT / "bootstrap/run-step.sh"), *arguments(count, work / "out"), "--engine", "spark"], {
                **environment, "PATH": f"{work}/commands:{os.environ['PATH']}", "POMONA_SPARK_MASTER": "local[2]", "POMONA_SPARK_JOB": str(JOB),
                "POMONA_SPARK_JAR": str(jar), "POMONA_SPARK_LOG": str(work / "spark.log"), "SPARK_LOCAL_IP": "127.0.0.1",
            })

        programs = {"local": local, "spark": spark}
        if is_real:
            programs["range"] = lambda count: spark(count, "range")
        programs["empty"] = lambda count: spark(count, "empty")
        found = collections.defaultdict(list)
        print("| program | CPU ms a task | of it JVM | worker | driver and rest | CPU s with few, many |")
        print("|---|---|---|---|---|---|")
        for _ in range(options.rounds):
            for name, program in programs.items():
                if name not in options.programs.split(","):
                    continue
                trees = [program(count) for count in (few, many)]
                tasks = (many - few) * TASKS_OF_A_SHARD
                def of(figure):
                    return (figure(trees[1]) - figure(trees[0])) / tasks * 1000
                jvm, worker = of(lambda tree: tree.seconds["JVM"]), of(lambda tree: tree.seconds["worker"])
                found[name].append(of(lambda tree: tree.total))
                print(f"| {name} | {found[name][-1]:.1f} | {jvm:.1f} | {worker:.1f} | {found[name][-1] - jvm - worker:.1f} | {trees[0].total:.1f}, {trees[1].total:.1f} |", flush=True)

        median = {name: statistics.median(figures) for name, figures in found.items()}
        theirs = median.get("range", 0.0)
        if not {"local", "spark", "empty"} <= median.keys():
            return
        print(f"\nCPU ms a task beyond the {median['local']:.1f} of its work: {median['spark'] - median['local']:.1f}; of them "
              f"Spark's {theirs:.1f}, the bridge's {median['empty'] - theirs:.1f}, ours {median['spark'] - median['empty'] - median['local']:.1f}.")


if __name__ == "__main__":
    main()
