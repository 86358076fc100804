#!/usr/bin/env bash
# ./pomona pin [PART]: pins what can only be pinned where everything can be reached; a maintainer runs it, looks at what changed, and
# commits it. What is pinned is refused from then on when it is another file.
#   worker     bootstrap/spark-worker.sha512: Spark's .NET worker, as dotnet/spark's release publishes it
#   python     local/Moto/requirements.lock: the local cloud's Python packages, and all that they ask for, with their sums
#   packages   packages.whole-feed.lock.json beside each project: NuGet packages with their sums
#   POMONA_SPARK_WORKER=FILE   a worker that you have already: it must be the release's
set -euo pipefail

root="${POMONA_ROOT:?run ./pomona pin}"
worker_version=2.3.1
worker_name="Microsoft.Spark.Worker.net8.0.linux-x64-$worker_version.tar.gz"
release="https://github.com/dotnet/spark/releases/download/v$worker_version/$worker_name"
described="https://api.github.com/repos/dotnet/spark/releases/tags/v$worker_version"
packages="${POMONA_PYPI:-https://pypi.org/pypi}"
say() { printf '%s\n' "pomona: $*" >&2; }
fail() { say "$*"; exit 1; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

get() { # ADDRESS, FILE
    curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$2" "$1" || fail "$1 cannot be fetched: see above; pin where it can be reached."
}

worker() {
    local digest
    get "$release" "$work/worker"
    get "$described" "$work/release.json"
    # The download and the release's description come from two servers.
    digest="$(python3 -c 'import json, sys
assets = {asset["name"]: asset.get("digest") or "" for asset in json.load(open(sys.argv[1], encoding="utf-8"))["assets"]}
print(assets.get(sys.argv[2], ""))' "$work/release.json" "$worker_name")"
    [ "$digest" = "sha256:$(sha256sum < "$work/worker" | cut -d ' ' -f 1)" ] \
        || fail "the release describes $worker_name as '$digest', and what came is another file: nothing is pinned."
    [ -z "${POMONA_SPARK_WORKER:-}" ] || cmp -s "$POMONA_SPARK_WORKER" "$work/worker" \
        || fail "$POMONA_SPARK_WORKER is not the release's $worker_name: nothing is pinned."
    sha512sum < "$work/worker" | cut -d ' ' -f 1 > "$work/sha512"
    mv "$work/sha512" "$root/bootstrap/spark-worker.sha512"
    say "bootstrap/spark-worker.sha512: $worker_name"
}

python() {
    python3 -m pip install --quiet --dry-run --ignore-installed --report "$work/report.json" -r "$root/local/Moto/requirements.txt" >&2 \
        || fail "pip could not find the packages of local/Moto/requirements.txt: see above."
    python3 "$root/bootstrap/pin_python.py" "$work/report.json" "$packages" > "$work/requirements.lock" || fail "the packages' sums could not be read: see above."
    mv "$work/requirements.lock" "$root/local/Moto/requirements.lock"
    say "local/Moto/requirements.lock: $(grep -c '==' "$root/local/Moto/requirements.lock") packages"
}

packages() {
    grep -qs '<PomonaFeed>whole<' "$root/.pomona/feed.props" || fail "your NuGet feed lacks packages (.pomona/feed.props names them): pin with a feed that carries them all, such as nuget.org."
    (cd "$root" && dotnet restore Pomona.slnx --force-evaluate -p:UseStandIns=false -p:RestorePackagesWithLockFile=true -p:NuGetLockFilePath=packages.whole-feed.lock.json >&2) \
        || fail "the packages cannot be restored: see above."
    say "packages.whole-feed.lock.json: written beside each project"
}

case "${1:-all}" in
    all) worker; python; packages ;;
    worker | python | packages) "$1" ;;
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "there is no part '$1' to pin: worker, python, packages, or nothing for all." ;;
esac
say "look at what changed (git diff), then commit it"
