"""Python packages with the sums of all their files, for pip's --require-hashes: pin_python.py REPORT INDEX.

REPORT is what pip would install (pip install --dry-run --report); INDEX is PyPI's JSON API, which knows the files of every
processor and Python, where the report has this machine's alone.
"""

import json
import re
import sys
import urllib.request

report, index = sys.argv[1:]
print("# Made by ./pomona pin from requirements.txt: pip --require-hashes takes these files and no others.")
for found in sorted(json.load(open(report, encoding="utf-8"))["install"], key=lambda item: item["metadata"]["name"].lower()):
    name, version = re.sub(r"[-_.]+", "-", found["metadata"]["name"]).lower(), found["metadata"]["version"]
    with urllib.request.urlopen(f"{index}/{name}/{version}/json", timeout=60) as answer:
        sums = sorted({file["digests"]["sha256"] for file in json.load(answer)["urls"]})
    mine = found["download_info"]["archive_info"]["hashes"]["sha256"]
    if mine not in sums:
        sys.exit(f"{name} {version}: pip found a file ({mine}) that {index} does not name")
    print(f"{name}=={version}", *(f"--hash=sha256:{sum}" for sum in sums), sep=" \\\n    ")
