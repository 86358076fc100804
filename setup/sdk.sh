# shellcheck shell=bash disable=SC2154 # root, state and the functions of the other parts are pomona's
# The .NET SDK: the one on the PATH where global.json accepts it, else the one that dotnet-sdk.pin names, fetched into
# .pomona/dotnet for this checkout alone. Part of ./pomona.

sdk="$state/dotnet" # holds `pinned`, with the line of dotnet-sdk.pin that it is, written before the folder gets its name

# The line of dotnet-sdk.pin for this machine; none where .NET has no archive for it.
sdk_pin() {
    local system processor
    case "$(uname -s)" in
        Linux) system=linux; ! ldd --version 2>&1 | grep -qi musl || system=linux-musl ;;
        Darwin) system=osx ;;
        *) return 0 ;;
    esac
    case "$(uname -m)" in
        x86_64 | amd64) processor=x64 ;;
        aarch64 | arm64) processor=arm64 ;;
        *) return 0 ;;
    esac
    awk -v platform="$system-$processor" '$1 == platform' "$root/dotnet-sdk.pin"
}

# The checkout's own SDK, where there is one, goes before the machine's.
choose_dotnet() {
    [ -x "$sdk/dotnet" ] || return 0
    # Nothing here formats numbers or text for a place: the SDK need not find ICU.
    export PATH="$sdk:$PATH" DOTNET_ROOT="$sdk" DOTNET_MULTILEVEL_LOOKUP=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
}

require_dotnet() {
    local version
    if [ -f "$sdk/pinned" ]; then
        [ "$(cat "$sdk/pinned")" = "$(sdk_pin)" ] || fetch_sdk
    elif ! sdk_fits; then
        fetch_sdk
    fi
    choose_dotnet
    sdk_fits && return
    command -v dotnet > /dev/null || fail "dotnet is not on the PATH: install dotnet 10 or later (https://dot.net)."
    version="$(cd / && dotnet --version 2> /dev/null)" || version="none with an SDK"
    fail "dotnet is version $version: install dotnet 10 or later (https://dot.net)."
}

sdk_fits() { (cd "$root" && dotnet --version) > /dev/null 2>&1; } # global.json accepts it

# Fetches the pinned SDK; returns where it may not, or nothing answers. It is never half: what came is compared with its sum
# before it is unpacked, aside, and the folder gets its name last. A cut download is gone on with, by the next call as well.
fetch_sdk() {
    local pin platform version size sum address archive got resumed try found=""
    [ "${POMONA_OFFLINE:-}" != 1 ] || return 0
    pin="$(sdk_pin)"
    [ -n "$pin" ] || return 0
    read -r platform version size sum address <<< "$pin"
    archive="$state/dotnet-sdk-$version-$platform.tar.gz"
    mkdir -p "$state"
    require_own_sdk
    say "fetching the .NET SDK $version ($size MB) from $address into .pomona/dotnet, for this checkout alone"
    for try in 1 2 3; do
        resumed=no
        [ ! -s "$archive" ] || resumed=yes
        got="$(download "$address" "$archive")"
        case "$got" in
            silent) return 0 ;;
            cut) continue ;;
            HTTP*) fail "the .NET SDK $version is not at $address ($got): install dotnet 10 or later (https://dot.net), or correct dotnet-sdk.pin." ;;
        esac
        found="$(sha512 "$archive")"
        [ "$found" != "$sum" ] || break
        rm -f "$archive"
        # What an earlier call left behind may have been of another file: once more, from the start.
        [ "$resumed" = yes ] || fail "what $address sent is not the file that dotnet-sdk.pin names: its SHA-512 is $found. Nothing of it is used."
    done
    [ "$found" = "$sum" ] || fail "the download of the .NET SDK broke off $try times, after $(($( (cat "$archive" 2> /dev/null || true) | wc -c) / 1000000)) of $size MB: the same command goes on with it."
    unpack_sdk "$archive" "$pin"
    rm -f "$archive"
}

# What is replaced or cleared away was unpacked here, whole or not.
require_own_sdk() {
    local folder
    for folder in "$sdk" "$sdk.new" "$sdk.old"; do
        if [ -e "$folder" ] && [ ! -f "$folder/pinned" ] && [ ! -f "$folder/unpacking" ]; then
            fail "$folder was not made by ./pomona, and is left alone: move it away, then try again."
        fi
    done
}

unpack_sdk() { # ARCHIVE PIN
    local log="$state/sdk.log"
    rm -rf "$sdk.new" "$sdk.old"
    mkdir "$sdk.new"
    : > "$sdk.new/unpacking"
    tar -xzof "$1" -C "$sdk.new" 2> "$log" || fail "the .NET SDK cannot be unpacked into .pomona/dotnet: $(tail -n 1 "$log")"
    (cd "$sdk.new" && DOTNET_ROOT="$sdk.new" ./dotnet --version) > "$log" 2>&1 \
        || fail "the .NET SDK that dotnet-sdk.pin names does not run on this machine: $(head -n 1 "$log")"
    printf '%s\n' "$2" > "$sdk.new/pinned"
    rm "$sdk.new/unpacking"
    [ ! -e "$sdk" ] || mv "$sdk" "$sdk.old"
    mv "$sdk.new" "$sdk"
    rm -rf "$sdk.old"
}

# Gets a file, or what is missing of it; prints whole, cut, silent, or HTTP and the status that says why not.
download() { # ADDRESS FILE
    local status code=0
    if ! command -v curl > /dev/null; then
        python3 "$root/setup/download.py" "$1" "$2" 2> /dev/null || echo silent
        return
    fi
    # -q: no .curlrc has a say.
    status="$(curl -q --silent --fail --location --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
        --continue-at - --output "$2" --write-out '%{http_code}' "$1")" || code=$?
    case "$code" in
        0) echo whole ;;
        22) if [ "$status" = 416 ]; then rm -f "$2"; echo cut; else echo "HTTP $status"; fi ;;
        33) rm -f "$2"; echo cut ;; # the server cannot go on with a file
        *) if [ -s "$2" ] && [ "$status" != 000 ]; then echo cut; else echo silent; fi ;;
    esac
}

sha512() { # FILE
    if command -v sha512sum > /dev/null; then sha512sum "$1"
    elif command -v shasum > /dev/null; then shasum -a 512 "$1"
    elif command -v openssl > /dev/null; then openssl dgst -sha512 -r "$1"
    else python3 -c 'import hashlib, sys; print(hashlib.sha512(open(sys.argv[1], "rb").read()).hexdigest())' "$1"
    fi | cut -d ' ' -f 1
}
