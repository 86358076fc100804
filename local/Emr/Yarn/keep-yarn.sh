#!/usr/bin/env bash
# keep-yarn.sh LOCK PORT YARN.SH FOLDER NODE...: starts a YARN of these nodes, whose configuration, logs and files are in FOLDER, says
# "up" once it is, and ends it when it is told to end itself: as guard.sh does when its owner has gone, by whatever way.
# Nothing is ended but what has FOLDER in its environment: as POMONA_LOCAL_YARN what yarn.sh started, as a node's LOCAL_DIRS what runs
# in containers.
set -u
lock="$1" port="$2" script="$3" folder="$4"
shift 4

# A YARN's ports are fixed: there is one at a time on a machine. Its processes hold the lock, by descriptor 7, as long as they live.
# 75: there is another.
{ exec 7>> "$lock"; } 2> /dev/null || exit 75
flock --nonblock 7 || exit 75
if (: <> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then exit 75; fi

pattern="$(printf '%s' "$folder" | sed 's/[][\.*^$]/\\&/g')"
holders() { # their process ids
    local file
    grep -lsz -e "^POMONA_LOCAL_YARN=$pattern\$" -e "^LOCAL_DIRS=$pattern/" /proc/[0-9]*/environ | while IFS= read -r file; do
        file="${file#/proc/}"
        echo "${file%/environ}"
    done
}

# All at once, so that none starts another in the place of one that is gone. What they hold is thrown away with the cluster.
end() {
    local held
    while held="$(holders)" && [ -n "$held" ]; do
        # shellcheck disable=SC2086 # one word for each
        kill -STOP $held 2> /dev/null
        # shellcheck disable=SC2086
        kill -KILL $held 2> /dev/null
        sleep 0.1
    done
}

ended=""
trap 'ended=1' TERM INT HUP
POMONA_LOCAL_YARN="$folder" "$script" start "$folder" "$@" >&2 &
starting=$!
status=0
wait "$starting" || status=$?
if [ -n "$ended" ] || [ "$status" -ne 0 ]; then
    end
    exit "$((status == 0 || status == 75 ? 1 : status))"
fi

echo up
sleep infinity > /dev/null 2>&1 7>&- &
[ -n "$ended" ] || wait $!
kill $! 2> /dev/null
end
