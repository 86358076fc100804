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
flock --wait 10 9 || exit 75 # a killed front's processes need some seconds to end
rm -rf -- "$state"
mkdir -- "$state"
exec "$@" > "$state/front.log" 2>&1 < /dev/null
