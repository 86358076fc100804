#!/usr/bin/env bash
# EMR bootstrap action: puts on this node everything that the job needs, at the same path on every node.
#   install-node.sh s3://BUCKET/artifacts/SHA/
# The list of files and their SHA-256 is nodes.sha256 in that folder, which is named after the list's own SHA-256: a run names
# it once, and every node, whenever it joins, installs the same. ./pomona bundle makes it; node-files.md explains it.
# Running it again fetches only what is missing or different. The last line says what happened, because that is the line
# that a person finds first in the bootstrap action's log.
set -euo pipefail

home="${POMONA_HOME:-/opt/pomona}"
list="nodes.sha256"
doing="reading the arguments"

report() { # exit code
    if [ "$1" -eq 0 ]; then
        echo "pomona: this node is ready: ${#paths[@]} files in $home"
    else
        echo "pomona: this node is NOT ready: it failed while $doing (exit code $1)" >&2
    fi
}
paths=()
trap 'report $?' EXIT

[ $# -eq 1 ] || { doing="reading the arguments: one is expected, s3://BUCKET/artifacts/SHA/"; exit 2; }
source="${1%/}"
[[ "$source" =~ ^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]+)?$ ]] \
    || { doing="reading the arguments: '$1' is not an s3:// address"; exit 2; }
bundle="${source##*/}"
[[ "$bundle" =~ ^[0-9a-f]{64}$ ]] \
    || { doing="reading the arguments: '$1' does not end with the SHA-256 of a bundle's list, which dist/artifacts/current names"; exit 2; }

# EMR runs this as hadoop; a person who tries it may be root or own the folder.
as_owner() { if [ -w "$(dirname "$home")" ]; then "$@"; else sudo "$@"; fi; }

fetch() { # FILE UNDER artifacts/...: all of them with one start of the AWS tools, into .fetched/new/
    local attempt path include=()
    for path in "$@"; do include+=(--include "$path"); done
    for attempt in 1 2 3 4 5; do
        if aws s3 cp --only-show-errors --recursive "$source/" "$home/.fetched/new/" --exclude '*' "${include[@]}"; then
            # What is not in the bucket was not copied, and no error to the tools.
            for path in "$@"; do
                doing="fetching $source/$path, which is not there"
                [ -f "$home/.fetched/new/$path" ] || return 1
            done
            return 0
        fi
        # Hundreds of nodes start at once: those that S3 turned away come back at different moments.
        sleep "$((attempt * ${POMONA_RETRY_SECONDS:-3} + RANDOM % 3))"
    done
    return 1
}

matches() { # SHA-256, FILE
    [ -f "$2" ] && printf '%s  %s\n' "$1" "$2" | sha256sum --check --status
}

doing="creating $home"
as_owner mkdir -p "$home"
as_owner chown "$(id -u):$(id -g)" "$home"
mkdir -p "$home/.fetched/new"

doing="fetching $source/$list"
fetch "$list"

doing="checking $list: its SHA-256 is not its folder's name; upload dist/artifacts again"
matches "$bundle" "$home/.fetched/new/$list"

sums=() wanted=()
while read -r sum path; do
    [ -n "$sum" ] || continue
    doing="reading $list: '$sum  $path' is not a line that ./pomona bundle writes"
    [[ "$sum" =~ ^[0-9a-f]{64}$ && "$path" =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$ ]]
    sums+=("$sum")
    paths+=("$path")
    matches "$sum" "$home/.fetched/$path" || wanted+=("$path")
done < "$home/.fetched/new/$list"

doing="reading $list: it lists no file"
[ "${#paths[@]}" -gt 0 ]

doing="fetching from $source"
[ "${#wanted[@]}" -eq 0 ] || fetch "${wanted[@]}"

for i in "${!paths[@]}"; do
    sum="${sums[$i]}" path="${paths[$i]}"
    fetched="$home/.fetched/$path"
    if ! matches "$sum" "$fetched"; then
        doing="checking $path: its SHA-256 is not the one in $list; run './pomona bundle' and upload dist/artifacts again"
        matches "$sum" "$home/.fetched/new/$path"
        mkdir -p "$(dirname "$fetched")"
        mv "$home/.fetched/new/$path" "$fetched"
        rm -f "$fetched.installed"
    fi

    # That it was installed once does not say that it is there now.
    case "$path" in
        *.tar.gz) target="$home/${path%.tar.gz}"; [ -d "$target" ] || rm -f "$fetched.installed" ;;
        *) target="$home/$path"; matches "$sum" "$target" || rm -f "$fetched.installed" ;;
    esac
    if [ ! -f "$fetched.installed" ]; then
        doing="installing $path"
        case "$path" in
            *.tar.gz)
                # job.tar.gz becomes job/: unpacked aside and renamed, so that no half of it is ever used.
                rm -rf "$target.new" "$target"
                mkdir -p "$target.new"
                tar -xzf "$fetched" -C "$target.new" --no-same-owner
                mv "$target.new" "$target"
                ;;
            *)
                mkdir -p "$(dirname "$target")"
                cp "$fetched" "$target.new"
                case "$path" in *.sh) chmod 755 "$target.new" ;; *) chmod 644 "$target.new" ;; esac
                mv "$target.new" "$target"
                ;;
        esac
        # YARN's containers run as another user than the one that installs.
        chmod -R a+rX "$target"
        # What is started must be startable, however it was packed: dotnet/spark's own archive does not say so of its worker.
        for program in job/Pomona.Job worker/Microsoft.Spark.Worker; do
            [ ! -f "$home/$program" ] || chmod a+x "$home/$program"
        done
        : > "$fetched.installed"
    fi
done
mv "$home/.fetched/new/$list" "$home/.fetched/$list"

# JupyterHub's first user has a password that everybody knows. Its port answers the primary node itself, where the tunnel ends
# (bootstrap/tunnel.sh), and nobody else, whatever a security group lets in: before Docker's rules, which would forward it.
if grep -qs '"isMaster": *true' "${POMONA_INSTANCE_INFO:-/mnt/var/lib/info/instance.json}"; then
    only_here=(PREROUTING ! -i lo -p tcp --dport 9443 -j DROP)
    for tables in iptables ip6tables; do
        sudo "$tables" -t raw -C "${only_here[@]}" 2> /dev/null || sudo "$tables" -t raw -I "${only_here[@]}" \
            || echo "pomona: port 9443 (JupyterHub) could not be closed with $tables: only the security groups guard it" >&2
    done
fi
