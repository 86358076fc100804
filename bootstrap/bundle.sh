#!/usr/bin/env bash
# ./pomona bundle: puts everything that is uploaded into dist/.
#   dist/functions.zip    the functions for Lambda; sam build makes its own, this is for other tools
#   dist/shards.zip       the one of them that works on shards, with what decodes and computes
#   dist/artifacts/SHA/   what nodes install (bootstrap/node-files.md), a folder named after the SHA-256 of its list, nodes.sha256
#   dist/artifacts/current  which of them new runs take; to be uploaded last
# Nothing that carries a stand-in, or another version of a package than the pinned one, is ever bundled: the publish itself
# refuses (Directory.Build.targets).
#   dist/bundled.sha256   what of it a bundle wrote, with its sums: nothing else is ever replaced or removed
#   POMONA_SPARK_WORKER=FILE   Microsoft.Spark.Worker.net8.0.linux-x64-2.3.1.tar.gz, from dotnet/spark's release 2.3.1; fetched where it is pinned
#   POMONA_MODEL=FILE          the model, prepared; the one that a run on this machine would use where none is named
#   POMONA_SPARK_WORKER_SHA512 what it must be, where bootstrap/spark-worker.sha512 (./pomona pin) does not say so
set -euo pipefail

root="${POMONA_ROOT:?run ./pomona bundle}"
dist="$root/dist"
say() { printf '%s\n' "pomona: $*" >&2; }
fail() { say "$*"; exit 1; }
part="${1:-all}"
# Only a measurement may publish with stand-ins; a bundle never.
unset AllowStandIns
case "$part" in all | functions | scripts | job) ;; *) fail "there is no part '$part' to bundle: functions, scripts, job, or nothing for all." ;; esac

list="$dist/bundled.sha256"
mkdir -p "$dist"
work="$(mktemp -d "$dist/.bundling.XXXXXX")" # here, so that a file is put in its place in one step
trap 'rm -rf "$work"; rmdir "$dist" 2> /dev/null || true' EXIT # where nothing was bundled, nothing is left

# Sums of the files that are there, as in the list.
there() { (cd "$dist" && for file in "$@"; do if [ -e "$file" ]; then find "$file" -type f -print0; fi; done | xargs -0r sha256sum); } # FILE OR FOLDER...
known() { if [ -f "$list" ]; then cat "$list"; fi; }

require_own() { # FILE OR FOLDER...
    local odd foreign
    odd="$(cd "$dist" && for file in "$@"; do if [ -e "$file" ] || [ -L "$file" ]; then find "$file" ! -type d ! -type f -printf '%064d  %p\n'; fi; done)"
    foreign="$({ printf '%s' "$odd"; there "$@"; } | grep -vxFf <(known) | head -n 1)" || true
    [ -z "$foreign" ] || fail "dist/${foreign:66} is not what ./pomona bundle wrote, and is left alone: move it away, then run it again."
}

# Puts a file in its place; the list names it before.
place() { # FILE, WHERE IN dist
    mkdir -p "$(dirname "$dist/$2")"
    printf '%s  %s\n' "$(sha256sum < "$1" | cut -d ' ' -f 1)" "$2" | tee -a "$work/placed" >> "$list"
    mv "$1" "$dist/$2"
}

own() { there functions.zip shards.zip artifacts | grep -xFf "$list" || true; }

# Removes what earlier bundles wrote and this one did not.
remove_earlier() { # [WHERE IN dist]
    own | { grep -vxFf "$work/placed" || true; } | cut -c 67- | { grep "^${1:-}" || true; } | (cd "$dist" && xargs -d '\n' -r rm -f --)
    find "$dist/artifacts" -regextype posix-extended -regex '.*/artifacts/[0-9a-f]{64}(/.*)?' -type d -empty -delete 2> /dev/null || true
}

# The list, of what is there.
close_list() {
    own | LC_ALL=C sort -u > "$work/list"
    mv "$work/list" "$list"
}

# The same input gives the same bytes: names sorted, times and owners fixed.
pack() { # FOLDER, ARCHIVE.tar.gz
    tar --sort=name --mtime='2026-01-01 00:00Z' --owner=0 --group=0 --numeric-owner -C "$1" -cf - . | gzip -n6 > "$2"
}

publish() { # PROJECT, FOLDER, OPTION...
    local project="$1" folder="$2" refused
    shift 2
    # Other feeds lack something, which the publish refuses.
    ! grep -qs '<PomonaFeed>whole<' "$root/.pomona/feed.props" || [ -f "$root/${project%/*}/packages.whole-feed.lock.json" ] \
        || fail "the packages of ${project%/*}/ are not pinned by their sums: ./pomona pin packages writes ${project%/*}/packages.whole-feed.lock.json."
    say "publishing $project"
    dotnet publish "$root/$project" -c Release --nologo -v quiet -clp:NoSummary -o "$folder" "$@" > "$work/publish.log" 2>&1 \
        && return
    refused="$(sed -n -e 's/ \[[^]]*\]$//' -e 's/.*error : \(.*would be published with .*\)/\1/p' "$work/publish.log" | sed -n 1p)"
    [ -z "$refused" ] || fail "$refused"
    cat "$work/publish.log" >&2
    fail "$project cannot be bundled: see above."
}

# A published folder as an archive for Lambda, in one step: whoever uploads it meanwhile gets the old one whole or the new one whole.
zipped() { # FOLDER, ARCHIVE.zip
    local bytes
    bytes="$(find "$1" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }')"
    # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    [ "$bytes" -le 262144000 ] || fail "dist/$2 would unpack to $bytes bytes, and Lambda takes 262144000 at most."
    (cd "$1" && find . -type f -exec touch -d '2026-01-01 00:00Z' {} + && find . -type f | LC_ALL=C sort \
        | python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for name in sys.stdin.read().split("\n"):
        if name: archive.write(name)' "$work/$2")
    place "$work/$2" "$2"
    say "dist/$2: $(du -h "$dist/$2" | cut -f 1), $((bytes / 1000000)) MB unpacked"
}

functions() {
    # No native code in it: one portable build runs on arm64 and x86.
    publish functions/Pomona.Functions.csproj "$work/functions"
    zipped "$work/functions" functions.zip
    # What decodes and computes is native: for the processor that the template names.
    publish shards/Pomona.Shards.csproj "$work/shards" -r linux-x64 --self-contained false
    zipped "$work/shards" shards.zip
}

# What a bundle is made of comes together in $work/bundle, and into its place under its name when it is whole.
take() { # FILE, WHERE IN the bundle
    mkdir -p "$(dirname "$work/bundle/$2")"
    cp "$1" "$work/bundle/$2"
}

scripts() {
    take "$root/bootstrap/install-node.sh" bootstrap/install-node.sh
    take "$root/bootstrap/run-step.sh" bootstrap/run-step.sh
    take "$root/bootstrap/jupyter/explore-run.ipynb" jupyter/explore-run.ipynb
}

# The other files of the bundle that is current: new scripts go with the job that is there.
rest_of_current() {
    local current sum path
    current="$(cat "$dist/artifacts/current" 2> /dev/null)" || return 0
    while read -r sum path; do
        if [ ! -e "$work/bundle/$path" ]; then take "$dist/artifacts/$current/$path" "$path"; fi
    done < "$dist/artifacts/$current/nodes.sha256"
}

# The pinned worker of dotnet/spark's release, fetched once.
fetched_worker() { # SHA-512
    local name=Microsoft.Spark.Worker.net8.0.linux-x64-2.3.1.tar.gz release file
    release="https://github.com/dotnet/spark/releases/download/v2.3.1/$name" file="$root/.pomona/$name" # as in bootstrap/pin.sh
    if [ "$(sha512sum 2> /dev/null < "$file" | cut -d ' ' -f 1)" != "$1" ]; then
        say "fetching the .NET worker for Spark, pinned by bootstrap/spark-worker.sha512, from $release"
        mkdir -p "$root/.pomona"
        curl --fail --silent --show-error --location --proto '=https' --retry 3 --output "$work/worker.tar.gz" "$release" \
            || fail "$release cannot be fetched: see above; POMONA_SPARK_WORKER names a file that you have from elsewhere."
        [ "$(sha512sum < "$work/worker.tar.gz" | cut -d ' ' -f 1)" = "$1" ] || fail "$release is not the pinned worker: nothing is bundled."
        mv "$work/worker.tar.gz" "$file"
    fi
    printf '%s\n' "$file"
}

# The model that a run on this machine would use, fetched and prepared where it is not yet; its sums are the model catalogue's.
usual_model() {
    local survey origin where
    for origin in asked imported; do
        survey="$("$root/pomona" model --json 2> /dev/null)" || return 0
        read -r origin where <<< "$(python3 -c 'import json, sys
chosen = json.load(sys.stdin)["chosen"]
print(chosen["origin"], chosen.get("location") or "")' <<< "$survey" 2> /dev/null)" || return 0
        case "$origin" in
            zoo | npm) say "preparing the model that a run would use ($origin)"; "$root/pomona" model import "${origin/npm/nsfwjs}" >&2 || return 0 ;;
            *) break ;;
        esac
    done
    say "POMONA_MODEL names no model: the one that a run on this machine would use is taken, $where"
    printf '%s\n' "$where"
}

job() {
    local worker="${POMONA_SPARK_WORKER:-}" pinned="$root/bootstrap/spark-worker.sha512" sum jar model described found
    if [ -z "$worker" ]; then
        [ -f "$pinned" ] || fail "the pin bootstrap/spark-worker.sha512 is missing, so the .NET worker for Spark is not fetched: ./pomona pin worker makes it; or POMONA_SPARK_WORKER names the file of the release 2.3.1 of github.com/dotnet/spark."
        worker="$(fetched_worker "$(cat "$pinned")")"
    fi
    [ -r "$worker" ] || fail "POMONA_SPARK_WORKER must name Microsoft.Spark.Worker.net8.0.linux-x64-2.3.1.tar.gz: get it from the release 2.3.1 of github.com/dotnet/spark."
    # Pinned by the repository; or by whoever bundles, who has it from elsewhere than the file.
    if [ -f "$pinned" ]; then pinned="$(cat "$pinned")"; else pinned="${POMONA_SPARK_WORKER_SHA512:-}"; fi
    [ -n "$pinned" ] || fail "no worker is pinned, and it would run on every node: ./pomona pin worker fetches the release's and pins it, or give its SHA-512, from where you trust it, as POMONA_SPARK_WORKER_SHA512."
    sum="$(sha512sum < "$worker" | cut -d ' ' -f 1)"
    [ "$sum" = "$pinned" ] || fail "$worker is not the pinned worker: its SHA-512 is $sum, and not $pinned."
    [ "${POMONA_SPARK_WORKER_SHA512:-$sum}" = "$sum" ] || fail "$worker is pinned by the repository, and is not what POMONA_SPARK_WORKER_SHA512 says."

    publish job/Pomona.Job.csproj "$work/job" -f net8.0 -r linux-x64 --self-contained true
    mkdir -p "$work/worker"
    jar="$(find "$work/job" -name 'microsoft-spark-3-5_2.12-2.3.1.jar' -print -quit)"
    [ -n "$jar" ] || fail "the published job has no microsoft-spark-3-5_2.12-2.3.1.jar: the package Microsoft.Spark 2.3.1 brings it."
    take "$jar" "spark/${jar##*/}"
    find "$work/job" -name 'microsoft-spark-*.jar' -delete
    mkdir -p "$work/bundle"
    pack "$work/job" "$work/bundle/job.tar.gz"
    # The archive holds a folder named after its version, which the nodes' paths should not depend on.
    tar -xzf "$worker" -C "$work/worker"
    found="$(find "$work/worker" -name Microsoft.Spark.Worker -type f -printf '%h' -quit)"
    [ -n "$found" ] || fail "$worker holds no Microsoft.Spark.Worker."
    # The release's archive holds it without its execute bit, and no task would start.
    chmod 755 "$found/Microsoft.Spark.Worker"
    pack "$found" "$work/bundle/worker.tar.gz"
    model="${POMONA_MODEL:-$(usual_model)}"
    [ -r "$model" ] || fail "POMONA_MODEL must name the model's .onnx file: ./pomona model says which one would be used."
    # A model that still has its last layer would be cut into the driver's cache, where no other node finds it: what has been
    # prepared has a description that names this very file.
    [ -r "${model%.onnx}.json" ] || fail "$model has no description (.json) beside it: name a model that ./pomona model import has prepared."
    described="$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1], encoding="utf-8")).get("sha256") or "")' "${model%.onnx}.json" 2> /dev/null)" || described=""
    [ "$described" = "$(sha256sum "$model" | cut -d ' ' -f 1)" ] \
        || fail "${model%.onnx}.json describes another file than $model (its \"sha256\" is '$described'): name a model that ./pomona model import has prepared."
    take "$model" model/model.onnx
    take "${model%.onnx}.json" model/model.json
}

# The list with its sums, whose own sum is the bundle's name; then the files, the list, and that this is the current one.
close_bundle() {
    local name path
    (cd "$work/bundle" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum) > "$work/nodes.sha256"
    name="$(sha256sum < "$work/nodes.sha256" | cut -d ' ' -f 1)"
    while read -r _ path; do
        place "$work/bundle/$path" "artifacts/$name/$path"
    done < "$work/nodes.sha256"
    place "$work/nodes.sha256" "artifacts/$name/nodes.sha256"
    printf '%s\n' "$name" > "$work/current"
    place "$work/current" artifacts/current
    say "dist/artifacts/$name: $(wc -l < "$dist/artifacts/$name/nodes.sha256") files for the nodes"
    remove_earlier artifacts/
}

case "$part" in
    all) require_own functions.zip shards.zip artifacts; functions; scripts; job; close_bundle; remove_earlier ;;
    functions) require_own functions.zip shards.zip; functions ;;
    scripts) require_own artifacts; scripts; rest_of_current; close_bundle ;;
    job) require_own artifacts; scripts; job; close_bundle ;;
esac
close_list
# Not --delete: a run that is going on installs on the nodes that join it what it began with.
if [ "$part" = all ]; then
    say "next, with the bucket's name, which sam deploy prints:"
    say "  aws s3 sync dist/artifacts s3://BUCKET/artifacts --exclude current && aws s3 cp dist/artifacts/current s3://BUCKET/artifacts/current"
fi
