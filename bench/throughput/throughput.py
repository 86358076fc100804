#!/usr/bin/env python3
"""Pomona's extraction against onnxruntime-node + sharp doing the same work, side by side, whole processes in turn.

Usage: throughput.py IMAGES MODEL [--pairs N] [--threads N]   (./pomona bench throughput sets everything up)
       throughput.py --draw 100px|1mp|12mp|mix --count N MODEL [--pairs N] [--threads N]

IMAGES is a folder or a .tar of one; --draw makes one of photo-like files, the same every time. All read, decode, resize
(bicubic), infer and write features; Pomona also writes manifests, Parquet and what it saw of each image. Both modes of
decoding stand beside the peer, whose JPEG decoder works at a scale; beside 'scaled' also the peer that decodes at the same
one. Prints each figure's median over the pairs, and the ratio of the pairs.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEER = "onnxruntime-node + sharp"
FINE_PEER = "the same, fastShrinkOnLoad off"


def measure(command):
    """Runs a command; what it printed, and the operating system's own account of it and its children."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed: {' '.join(command)}")
    return output, {
        "wall s": time.monotonic() - started,
        "cpu s": usage.ru_utime + usage.ru_stime,
        "peak MB": usage.ru_maxrss / 1024,
    }


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("images", nargs="?")
    parser.add_argument("model")
    parser.add_argument("--draw", choices=["100px", "1mp", "12mp", "mix"])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--modes", nargs="+", choices=["exact", "scaled"], default=["exact", "scaled"])
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    if (options.images is None) == (options.draw is None):
        parser.error("either IMAGES or --draw")

    with tempfile.TemporaryDirectory(prefix="pomona-throughput-") as work:
        bench = str(ROOT / "bench/bin/Release/net10.0/Pomona.Bench.dll")
        images = options.images
        if options.draw:
            images = os.path.join(work, "images")
            measure(["dotnet", bench, "draw", options.draw, str(options.count), images])
        elif images.endswith(".tar"):
            images = os.path.join(work, "images")
            with tarfile.open(options.images) as archive:
                archive.extractall(images, filter="data")
        files = [file for file in pathlib.Path(images).rglob("*") if file.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")]
        count, size = len(files), sum(file.stat().st_size for file in files)
        threads = str(options.threads)
        output = os.path.join(work, "out")
        peer = ["node", str(HERE / "peer.mjs"), images, options.model, threads]
        programs = {PEER: peer}
        if "scaled" in options.modes:
            programs[FINE_PEER] = [*peer, "fine"]
        for mode in options.modes:
            programs[f"Pomona extract, {mode}"] = ["dotnet", bench, "extract", images, output, options.model, threads, mode]
            programs[f"Pomona run, {mode}"] = [
                "dotnet", str(ROOT / "job/bin/Release/net10.0/Pomona.Job.dll"), "run", images,
                "--output", output, "--model", options.model, "--threads", threads, "--decode", mode, "--json",
            ]
        rows = {name: [] for name in programs}
        for _ in range(options.pairs):
            for name, command in programs.items():
                shutil.rmtree(output, ignore_errors=True)
                _, figures = measure(command)
                figures["images/s"] = count / figures["wall s"]
                figures["images/cpu-s"] = count / figures["cpu s"]
                rows[name].append(figures)

    versions = [
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        for command in (["dotnet", "--version"], ["node", "--version"])
    ]
    packages = {
        package: json.loads((HERE / "node_modules" / package / "package.json").read_text())["version"]
        for package in ("onnxruntime-node", "sharp")
    }
    print(f"{count:,} images of {size / count / 1e6:.2f} MB, {threads} threads, {options.pairs} runs each, in turn; medians")
    print(f"{processor()}; .NET SDK {versions[0]}; Node.js {versions[1]}; "
          + ", ".join(f"{name} {version}" for name, version in packages.items()))
    columns = ["images/s", "images/cpu-s", "wall s", "cpu s", "peak MB"]
    print(f"{'':34}" + "".join(f"{column:>14}" for column in columns))
    for name, runs in rows.items():
        print(f"{name:34}" + "".join(f"{statistics.median(run[c] for run in runs):14.1f}" for c in columns))
    for name, runs in rows.items():
        for peer in (PEER, FINE_PEER) if "scaled" in name else (PEER,) if "exact" in name else ():
            ratios = {c: statistics.median(a[c] / b[c] for a, b in zip(runs, rows[peer])) for c in ("images/s", "images/cpu-s")}
            print(f"{name} against {peer}: {ratios['images/s']:.2f}x images/s, {ratios['images/cpu-s']:.2f}x images/cpu-s")


if __name__ == "__main__":
    main()
