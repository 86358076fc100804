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
flock --wait 10 9 || exit 75 # a killed front's processes need some seconds to end
note() { printf 'The state of a local cloud of Pomona: the next one empties this folder, number %s.\n' "$(stat -c %i -- "$state")"; }
if [ -e "$state" ] && [ -n "$(ls -A -- "$state")" ]; then
    [ ! -L "$state" ] && [ -f "$state/.pomona-local" ] && [ "$(cat -- "$state/.pomona-local")" = "$(note)" ] || exit 76
    for entry in "$state"/*; do
        case "${entry##*/}" in front.log | front.json | front.json.new | logs | mails | clusters | '*') ;; *) exit 76 ;; esac
    done
fi
rm -rf -- "$state"
mkdir -- "$state"
note > "$state/.pomona-local"
exec "$@" > "$state/front.log" 2>&1 < /dev/null
