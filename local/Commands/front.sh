#!/usr/bin/env bash
# front.sh STATE COMMAND...: empties the state folder and becomes the front. The lock beside the folder is taken before that
# and held, by descriptor 9, until the front and everything it started have ended: nobody else empties the folder meanwhile.
set -eu
state="$1"
shift
mkdir -p -- "$(dirname -- "$state")"
POMONA_UMASK="$(umask)" # for what outlives the account, such as the job's caches
export POMONA_UMASK
umask 077 # objects, mails and logs are their owner's
exec 9>> "$state.lock"
# 75: somebody else holds it, also after the seconds that a killed front's processes need to end. 76: there are no locks here,
# which some file systems say and others do not: there only a second lock, which must be refused, tells.
status=0
flock --wait 10 --conflict-exit-code 75 9 2> /dev/null || status=$?
[ "$status" -eq 0 ] || exit "$((status == 75 ? 75 : 76))"
exec 8>> "$state.lock"
if flock --nonblock 8; then exit 76; fi
exec 8>&-
rm -rf -- "$state"
mkdir -- "$state"
exec "$@" > "$state/front.log" 2>&1 < /dev/null
