# shellcheck shell=bash disable=SC2154 # root, state and the functions of the other parts are pomona's
# Two commands at once set up and build one after the other. A symbolic link is made in one step everywhere, and says who holds
# it; flock is Linux's. Part of ./pomona.

setup_lock="$state/lock"

lock() {
    local holder waiting=""
    mkdir -p "$state"
    until ln -s "$$" "$setup_lock" 2> /dev/null; do
        holder="$(readlink "$setup_lock")" || continue
        if ps -o args= -p "$holder" 2> /dev/null | grep -q pomona; then
            [ -n "$waiting" ] || say "waiting for another ./pomona (process $holder) to set up"
            waiting=yes
            sleep 0.2
        else
            # Whoever renames it has it to remove: a link that another took meanwhile is put back.
            mv "$setup_lock" "$setup_lock.$$" 2> /dev/null || continue
            if [ "$(readlink "$setup_lock.$$")" = "$holder" ]; then rm -f "$setup_lock.$$"; else mv "$setup_lock.$$" "$setup_lock"; fi
        fi
    done
    trap unlock EXIT
}

unlock() {
    [ "$(readlink "$setup_lock" 2> /dev/null)" != "$$" ] || rm -f "$setup_lock"
    trap - EXIT
}
