# shellcheck shell=bash disable=SC2154 # root, state and the functions of the other parts are pomona's
# Builds what a command needs, and nothing twice. Part of ./pomona.
#
# .pomona/built-PROJECT lists what went into the last build and what came out of it, a file a line with its size and time. A call
# that finds the same list neither asks the feed nor restores nor builds.

if stat -L -c '%n %s %y' / > /dev/null 2>&1; then
    file_facts=(stat -L -c '%n %s %y')
elif stat -L -f '%N %z %Fm' / > /dev/null 2>&1; then
    file_facts=(stat -L -f '%N %z %Fm') # BSD, macOS
else
    file_facts=(ls -ldnL) # to the minute
fi

program() { # PROJECT.csproj
    local name="${1##*/}"
    printf '%s' "$root/${1%/*}/bin/Release/net10.0/${name%.csproj}.dll"
}

solution_projects() { sed -n 's/.*<Project Path="\([^"]*\)".*/\1/p' "$root/Pomona.slnx"; }

# The folders that go into a build: all that have projects, but tests and benchmarks only into their own.
source_folders() { # PROJECT...
    local line folder seen=" standins statemachine "
    while read -r line || [ -n "$line" ]; do
        case "$line" in *'<Project Path="'*) folder="${line#*Path=\"}" folder="${folder%%/*}" ;; *) continue ;; esac
        case "$folder: $* " in
            tests:*Pomona.slnx* | bench:*Pomona.slnx* | bench:*' bench/'*) ;;
            tests:* | bench:*) continue ;;
        esac
        case "$seen" in *" $folder "*) ;; *) seen="$seen$folder " ;; esac
    done < "$root/Pomona.slnx"
    for folder in $seen; do [ ! -d "$root/$folder" ] || printf '%s\n' "$root/$folder"; done
}

# What goes in: an edit, a file more or less, another branch, another feed or SDK show in names, sizes and times.
build_inputs() { # PROJECT...
    local folders
    folders="$(source_folders "$@")"
    {
        "${file_facts[@]}" "$(command -v dotnet)" "$feed" "$root"/*.props "$root"/*.targets "$root"/*.json "$root"/*.slnx "$root"/*.txt \
            "$root"/*.template "$root"/.editorconfig "$root"/[nN]u[gG]et.[cC]onfig "$root"/setup/*
        find_in "$folders" \( -path '*/bin/Release' -o -path '*/bin/Debug' -o -name obj -o -name node_modules -o -name __pycache__ \) -prune -o
    } 2> /dev/null || true
}

# What came out: a file that went, or is another, is made again.
build_outputs() { # PROJECT...
    local project folders=""
    # shellcheck disable=SC2046 # no project's path holds a space
    [ "$1" != Pomona.slnx ] || set -- $(solution_projects)
    for project in "$@"; do folders="$folders$root/${project%/*}/bin/Release"$'\n'; done
    find_in "$folders" 2> /dev/null || true
}

find_in() { # FOLDERS, ONE A LINE; EXPRESSION...
    local IFS=$'\n' folders
    set -f
    # shellcheck disable=SC2206 # split into lines
    folders=($1)
    set +f
    shift
    find "${folders[@]}" "$@" -type f -exec "${file_facts[@]}" {} +
}

build_stamp() { # PROJECT...
    local projects="$*"
    printf '%s' "$state/built-${projects//[\/ ]/-}"
}

is_built() { # PROJECT...
    local stamp
    stamp="$(build_stamp "$@")"
    [ -f "$stamp" ] && [ "$(build_inputs "$@"; build_outputs "$@")" = "$(< "$stamp")" ]
}

# Sets up and builds what a command needs, unless nothing has changed.
ready() { # PROJECT...
    choose_dotnet
    if is_built "$@"; then return; fi
    lock
    # Whom this call waited for may have done it.
    if ! is_built "$@"; then
        set_up
        build "$@"
    fi
    unlock
}

build() { # PROJECT...
    local stamp project inputs after
    stamp="$(build_stamp "$@")"
    rm -f "$stamp"
    while :; do
        : > "$state/build.log"
        inputs="$(build_inputs "$@")"
        for project in "$@"; do build_project "$project" || continue 2; done
        break
    done
    # What changed meanwhile is built the next time; only lock files are the restore's own to write.
    after="$(build_inputs "$@")"
    [ "$(without_lock_files <<< "$inputs")" != "$(without_lock_files <<< "$after")" ] || inputs="$after"
    { printf '%s\n' "$inputs"; build_outputs "$@"; } > "$stamp.new"
    mv "$stamp.new" "$stamp"
}

without_lock_files() { sed '/\/packages\.[^/]*lock\.json /d'; }

# Restores and builds; fails, returning 1, only where the feed's answer was made anew for it: all is to be built with that.
build_project() { # PROJECT
    local log="$state/build.log.new" built=yes
    [ -f "$root/${1%/*}/obj/project.assets.json" ] || [ -f "$root/job/obj/project.assets.json" ] || announce_packages "$1"
    say "building $1"
    (cd "$root" && dotnet build "$1" -c Release --nologo -v quiet -clp:NoSummary) > "$log" 2>&1 || built=no
    if feed_has_changed "$log"; then return 1; fi
    cat "$log" >> "$state/build.log"
    [ "$built" = yes ] || { cat "$log" >&2; fail "the build of $1 failed."; }
    grep -oE "NU190[1-4]: Package '[^']*' [^ ]+ has a known [a-z]+ severity vulnerability" "$log" | tr -d "'" | sort -u \
        | while read -r _ _ package version _ _ _ severity _; do
            say "an advisory of $severity severity is known for $package $version: .pomona/build.log has its address"
        done || true
}

announce_packages() { # PROJECT
    local more=""
    [ "$1" != Pomona.slnx ] || more=" and the tests' own,"
    say "restoring NuGet packages, about $(megabytes nuget) MB,$more where none of them is in the machine's cache, from $(nuget_sources)"
}

nuget_sources() { # where NuGet fetches from, as the configuration at hand says
    local found
    found="$(cd "$root" && dotnet nuget list source --format Short 2> /dev/null | sed -n 's/^E[A-Z]* //p' | tr '\n' ' ')" || true
    found="${found% }"
    printf '%s' "${found:-the sources that 'dotnet nuget list source' names}"
}

megabytes() { awk -v what="$1" '$1 == what { print $2 }' "$root/setup/sizes.txt"; } # WHAT
