#!/usr/bin/env bash
# front.sh STATE COMMAND...: empties the state folder and becomes the front. The lock beside the folder is taken before that
# and held, by descriptor 9, until the front and everything it started have ended: nobody else empties the folder meanwhile.
# A person may have named any folder: only one that this script made is emptied, which its note proves by the folder's own
# number, and that holds nothing else at its top. What is hidden there is of programs whose home it was.
set -eu
state="$1"
shift
mkdir -p -- "$(dirname -- "$state")"
POMONA_UMASK="$(umask)" # for what outlives the account, such as the job's caches
export POMONA_UMASK
umask 077 # objects, mails and logs are their owner's
exec 9>> "$state.lock"
# 75: somebody else holds it, also after the seconds that a killed front's processes need to end. 77: there are no locks here,
# which some file systems say and others do not: there only a second lock, which must be refused, tells.
status=0
flock --wait 10 --conflict-exit-code 75 9 2> /dev/null || status=$?
[ "$status" -eq 0 ] || exit "$((status == 75 ? 75 : 77))"
exec 8>> "$state.lock"
if flock --nonblock 8; then exit 77; fi
exec 8>&-
# 76: what is there is not a local cloud's.
note() { printf 'The state of a local cloud of Pomona: the next one empties this folder, number %s.\n' "$(stat -c %i -- "$state")"; }
if [ -e "$state" ] && [ -n "$(ls -A -- "$state")" ]; then
    [ ! -L "$state" ] && [ -f "$state/.pomona-local" ] && [ "$(cat -- "$state/.pomona-local")" = "$(note)" ] || exit 76
    for entry in "$state"/*; do
        case "${entry##*/}" in front.log | front.json | front.json.new | logs | mails | clusters | moto | tmp | '*') ;; *) exit 76 ;; esac
    done
fi
rm -rf -- "$state"
mkdir -- "$state"
note > "$state/.pomona-local"
exec "$@" > "$state/front.log" 2>&1 < /dev/null
