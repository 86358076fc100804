# shellcheck shell=bash disable=SC2154 # root, state and the functions of the other parts are pomona's
# What the configured NuGet feed carries, and what is done about what it lacks: docs/stand-ins.md. Part of ./pomona.
#
# The answer is .pomona/feed.props, which every project imports:
#   MissingPackage   has a project under standins/, which takes its place
#   LaterPackage     the version asked for is not served: the nearest later one of the same major version is taken
#   PomonaFeed       whole: everything is carried; partial: everything but all of standins/; other. Lock files are for the first two.

feed="$state/feed.props"
feed_asked=""    # pinned packages that a restore named, asked about besides those with a stand-in
feed_raised=""   # later versions that a restore took or wants, as lines of LaterPackage's four words
feed_unlocked="" # what a lock file holds is not served

# What the answer depends on besides the feed itself: it is asked again when any of this changes.
feed_question() {
    local file folder="$root"
    {
        cat "$root/Directory.Packages.props"
        for file in "$root"/standins/*/*.csproj; do printf '%s\n' "${file##*/}"; done
        printf '%s\n' "${NUGET_PACKAGES:-}"
        while :; do
            for file in "$folder"/[nN]u[gG]et.[cC]onfig; do [ ! -f "$file" ] || cat "$file"; done
            [ -n "$folder" ] || break
            folder="${folder%/*}"
        done
        for file in "${HOME:-}"/.nuget/NuGet/NuGet.Config "${HOME:-}"/.nuget/config/*.config; do
            [ ! -f "$file" ] || cat "$file"
        done
    } | cksum
}

# What NuGet's log says about packages, one fault a line: KIND PROJECT PACKAGE WANTED OFFERED ASKER, - for what is not known.
#   gone     no version served would do; OFFERED is the nearest
#   later    a later version than WANTED was taken
#   raise    OFFERED is what another package wants
#   silent   a source did not answer
feed_faults() { # < LOG
    awk '
        function between(text, before, after,    at) {
            at = index(text, before)
            if (!at) return ""
            text = substr(text, at + length(before))
            at = index(text, after)
            return at ? substr(text, 1, at - 1) : ""
        }
        function version(range) { sub(/^[[>=( ]*/, "", range); sub(/[], )].*$/, "", range); return range }
        function tell() { if (kind != "") print kind, project, package, wanted, offered, asker; kind = "" }
        !/: (error|warning) NU1[0-9][0-9][0-9]: / { next }
        / NU1102:   - Found / { # goes on about the package of the line before
            if (/ Nearest version: /) offered = between($0, "Nearest version: ", " ]")
            next
        }
        {
            tell()
            project = $0; sub(/ ?: (error|warning) NU.*/, "", project); sub(/.*\//, "", project); sub(/(\.probe)?\.csproj$/, "", project)
            gsub(/ /, "-", project)
            package = wanted = offered = asker = "-"
            said = $0; sub(/.*: (error|warning) NU1[0-9]+: (Warning As Error: )?/, "", said)
        }
        / NU1301: / { kind = "silent" }
        / NU1101: Unable to find package / { kind = "gone"; package = between(said, "find package ", ". ") }
        / NU110[23]: Unable to find a? ?(stable )?package / {
            kind = "gone"; package = between(said, "package ", " with"); wanted = version(between(said, "version ", ")"))
        }
        / NU1603: .* was resolved instead/ {
            kind = "later"; asker = between(" " said, " ", " "); sub(/\.probe$/, "", asker); package = between(said, " depends on ", " ")
            wanted = version(between(said, " (", ")")); offered = between(said, "not found. " package " ", " was")
        }
        / NU1605: .*package downgrade: / {
            kind = "raise"; package = between(said, "downgrade: ", " ")
            offered = between(said, " from ", " "); wanted = between(said, " to ", " "); sub(/\.$/, "", wanted)
        }
        END { tell() }' | sort -u
}

# What is done about each fault, one a line: a package that does not restore whole and has a stand-in is `missing`; a later
# version of the same major one is taken (`later`); for anything else there is no way (`lacks`).
feed_remedies() { # STAND-IN... < FAULTS
    awk -v standins=" $* " '
        function has_stand_in(name) { return index(standins, " " name " ") }
        function major(version) { sub(/\..*/, "", version); return version }
        {
            line[NR] = $0
            fits[NR] = $1 != "gone" && major($4) == major($5)
            if (!fits[NR] && has_stand_in($2)) missing[$2] = 1
            else if (!fits[NR] && has_stand_in($3)) missing[$3] = 1
        }
        END {
            for (name in missing) print "missing", name
            for (n = 1; n <= NR; n++) {
                split(line[n], word, " ")
                if (word[2] in missing || word[3] in missing) continue
                if (fits[n]) print "later", word[3], word[4], word[5], word[6]
                else print "lacks", word[3], word[4], word[5], word[2]
            }
        }' | sort -u
}

is_pinned() { grep -qiF "Include=\"$1\"" "$root/Directory.Packages.props"; } # PACKAGE

feed_is_silent() {
    fail "the NuGet feed did not answer: check the network and 'dotnet nuget list source', then try again (.pomona/feed.log has what NuGet said)."
}

feed_lacks() { # PACKAGE WANTED OFFERED PROJECT
    local what="$1" offer="offers none" who=""
    [ "$2" = - ] || what="$1 $2"
    [ "$3" = - ] || offer="offers $3"
    [ "$1" = "$4" ] || who=", which $4 needs"
    fail "the NuGet feed lacks $what$who, and $offer: use a feed that carries it, as nuget.org does ('dotnet nuget list source' shows yours), or change what Directory.Packages.props asks for."
}

# Asks about every package that has a stand-in and those of feed_asked; writes the answer, and says it.
ask_feed() {
    local probe="$state/probe" log="$state/feed.log" standins="" asked id remedies
    for id in "$root"/standins/*/*.csproj; do
        [ ! -f "$id" ] || { id="${id##*/}"; standins="$standins ${id%.csproj}"; }
    done
    # shellcheck disable=SC2086 # lists of words
    asked="$(printf '%s\n' $standins $feed_asked | sort -u)"
    remedies=""
    if [ -n "$asked" ]; then
        say "asking the NuGet feed which packages it carries"
        rm -rf "$probe"
        for id in $asked; do
            mkdir -p "$probe/$id.probe"
            cp "$root/setup/FeedProbe.csproj" "$probe/$id.probe/$id.probe.csproj"
        done
        {
            echo "<Solution>"
            for id in $asked; do echo "  <Project Path=\"$id.probe/$id.probe.csproj\" />"; done
            echo "</Solution>"
        } > "$probe/probe.slnx"
        (cd "$root" && dotnet restore "$probe/probe.slnx" --no-http-cache --nologo -v quiet) > "$log" 2>&1 \
            || grep -qE ': error NU1(101|102|103|301): ' "$log" || { cat "$log" >&2; fail "the NuGet feed could not be asked: see above."; }
        remedies="$(feed_faults < "$log")"
        case $'\n'"$remedies" in *$'\n'"silent "*) feed_is_silent ;; esac
        # shellcheck disable=SC2086
        remedies="$(printf '%s\n' "$remedies" | grep . | feed_remedies $standins)" || true
    fi
    write_answer "$standins" "$remedies"
}

write_answer() { # STAND-INS REMEDIES
    local missing="" laters="" carried=whole kind package wanted offered asker
    while read -r kind package wanted offered asker; do
        case "$kind" in
            lacks) feed_lacks "$package" "$wanted" "$offered" "$asker" ;;
            missing) missing="$missing $package" ;;
            later) laters="$laters$package $wanted $offered $asker"$'\n' ;;
        esac
    done <<< "$2"
    laters="$(printf '%s%s' "$laters" "$feed_raised" | sort -u)"
    if [ -n "$laters$feed_unlocked" ]; then
        carried=other
    elif [ -n "$missing" ]; then
        carried=partial
        for package in $1; do case "$missing " in *" $package "*) ;; *) carried=other ;; esac; done
    fi
    {
        printf '<Project>\n  <!-- Written by ./pomona: what the NuGet feed lacks (docs/stand-ins.md). Asked for %s -->\n  <ItemGroup>\n' "$(feed_question)"
        for package in $missing; do printf '    <MissingPackage Include="%s" />\n' "$package"; done
        while read -r package wanted offered asker; do
            [ -n "$package" ] || continue
            ! is_pinned "$package" || asker="$package"
            printf '    <LaterPackage Include="%s" Version="%s" Wanted="%s" Pin="%s" />\n' "$package" "$offered" "$wanted" "$asker"
        done <<< "$laters"
        printf '  </ItemGroup>\n  <PropertyGroup>\n    <PomonaFeed>%s</PomonaFeed>\n' "$carried"
        # shellcheck disable=SC2016 # MSBuild's, not the shell's
        [ -z "$laters" ] || printf '    <WarningsNotAsErrors>$(WarningsNotAsErrors);NU1603</WarningsNotAsErrors>\n'
        printf '  </PropertyGroup>\n</Project>\n'
    } > "$feed.new"
    mv "$feed.new" "$feed"
    [ -z "$missing" ] || say "the feed lacks $(($(wc -w <<< "$missing"))) packages, taken from standins/ instead:$missing"
    while read -r package wanted offered asker; do
        [ -z "$package" ] || say "the feed lacks $package $wanted: $offered is taken instead, lock files give way, and nothing is bundled before the pin is raised"
    done <<< "$laters"
    [ -n "$missing$laters" ] || say "the feed carries every package"
}

# Asks, unless there is an answer to this very question.
know_feed() {
    { [ -f "$feed" ] && grep -qF "Asked for $(feed_question) -->" "$feed"; } || ask_feed
}

# After a restore that failed, or took versions that the answer does not know: asks again, once for each new thing it named, and
# returns 0 where restoring again may help. Ends where nothing does.
feed_has_changed() { # LOG
    local faults before news="" kind project package wanted offered asker
    faults="$(feed_faults < "$1")"
    case $'\n'"$faults" in *$'\n'"silent "*) cp "$1" "$state/feed.log"; feed_is_silent ;; esac
    before="$(grep -v 'Asked for' "$feed")"
    while read -r kind project package wanted offered asker; do
        [ -n "$kind" ] || continue
        # A later version that was taken is a warning of every restore from then on.
        if [ "$kind" = later ] && grep -qF "<LaterPackage Include=\"$package\" Version=\"$offered\"" "$feed"; then continue; fi
        news="$news$kind $project $package $wanted $offered"$'\n'
        [ "$kind" != gone ] || feed_unlocked=yes
        if [ "$kind" != raise ] && is_pinned "$package"; then
            feed_asked="$feed_asked $package"
        elif [ "$kind" != gone ] && [ "${wanted%%.*}" = "${offered%%.*}" ]; then
            feed_raised="$feed_raised$package $wanted $offered $asker"$'\n'
        fi
    done <<< "$faults"
    [ -n "$news" ] || return 1
    ask_feed
    [ "$(grep -v 'Asked for' "$feed")" = "$before" ] || return 0
    read -r kind project package wanted offered <<< "$news"
    feed_lacks "$package" "$wanted" "$offered" "$project"
}
