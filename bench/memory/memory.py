#!/usr/bin/env python3
"""Peak memory of whole runs over more and more images: it must not grow with their number.

Usage: memory.py IMAGES MODEL [--counts 1000,10000,100000] [--threads N]   (./pomona bench memory sets everything up)

IMAGES is a folder; its photos are hard-linked over and over until there are enough, ten classes to a folder.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
JOB = ROOT / "job/bin/Release/net10.0/Pomona.Job.dll"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("images")
    parser.add_argument("model")
    parser.add_argument("--counts", default="1000,10000,100000")
    parser.add_argument("--threads", default=str(os.cpu_count()))
    options = parser.parse_args()
    photos = sorted(pathlib.Path(options.images).rglob("*.jpg"))
    if not photos:
        sys.exit(f"{options.images} has no .jpg files")

    print(f"{'images':>10}{'peak MB':>10}{'seconds':>10}{'report MB':>11}")
    for count in map(int, options.counts.split(",")):
        # In the temporary folder; copied where that is on another file system, which hard links do not cross.
        with tempfile.TemporaryDirectory(prefix="pomona-memory-") as work:
            for i in range(count):
                folder = pathlib.Path(work, "images", f"class-{i % 10}")
                folder.mkdir(parents=True, exist_ok=True)
                target = folder / f"{i:07}.jpg"
                try:
                    os.link(photos[i % len(photos)], target)
                except OSError:
                    shutil.copyfile(photos[i % len(photos)], target)
            started = time.monotonic()
            process = subprocess.Popen([
                "dotnet", str(JOB), "run", f"{work}/images", "--output", f"{work}/out",
                "--model", options.model, "--threads", options.threads, "--json",
            ], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            if status != 0:
                sys.exit("the run failed")
            report = os.path.getsize(f"{work}/out/report.html") / 1e6
            print(f"{count:10,}{usage.ru_maxrss / 1024:10.0f}{time.monotonic() - started:10.1f}{report:11.1f}", flush=True)


if __name__ == "__main__":
    main()
