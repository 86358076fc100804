#!/usr/bin/env bash
# guard.sh GRACE COMMAND...: runs the command in a process group of its own and passes on its exit code. When standard
# input ends, because the owner closed it or died (even by SIGKILL), the whole group is ended: TERM, GRACE seconds, KILL; or, where
# the owner's last word was "now", KILL at once.
set -um
grace="$1"
shift
trap : INT HUP # a Ctrl-C in the owner's terminal is the owner's to answer

"$@" < /dev/null &
child=$!
exec 2> /dev/null # what this shell says of its jobs is not the command's
exec 3<&0
{
    if [ "$(cat <&3)" = now ]; then kill -KILL -- "-$child"; exit; fi
    kill -TERM -- "-$child" && sleep "$grace" && kill -KILL -- "-$child"
} > /dev/null 2>&1 &
watcher=$!

while :; do
    wait "$child"
    status=$?
    kill -0 "$child" 2> /dev/null || break # a signal to this script also ends wait
done
kill -KILL -- "-$child" 2> /dev/null # what the command left behind
kill -KILL -- "-$watcher" 2> /dev/null
exit "$status"
