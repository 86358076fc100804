# shellcheck shell=bash disable=SC2154 # root, state and the functions of the other parts are pomona's
# What npm carries, installed where and when it is needed. Part of ./pomona.

# npm ci where the lock file changed since the last time.
install_npm() { # FOLDER, WHAT AND WHY
    local folder="$root/$1" installed="$state/npm-${1//\//-}.lock.json"
    if [ -d "$folder/node_modules" ] && cmp -s "$folder/package-lock.json" "$installed"; then return; fi
    mkdir -p "$state"
    require_node "$2"
    say "installing $2: npm ci in $1, about $(megabytes "npm:$1") MB from $(cd "$folder" && npm config get registry)"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) \
        || fail "npm ci in $1 failed: see above; it needs a registry that carries $1/package-lock.json."
    cp "$folder/package-lock.json" "$installed"
}

require_node() { # WHAT FOR
    local version
    if ! command -v npm > /dev/null || ! command -v node > /dev/null; then
        fail "node is not on the PATH, and npm carries $1: install node 20 or later (https://nodejs.org)."
    fi
    version="$(node --version)"
    version="${version#v}"
    [ "${version%%.*}" -ge 20 ] || fail "node is version $version, and npm carries $1: install node 20 or later (https://nodejs.org)."
}

# The weights that a run falls back to, where it would: no model is named or cached, and the Model Zoo's cannot be had.
fallback_weights() { # ARGUMENT...
    local argument named="${POMONA_MODEL:-}" cache="${POMONA_CACHE:-${XDG_CACHE_HOME:-${HOME:-}/.cache}/pomona}" previous=""
    for argument in "$@"; do
        case "$argument" in
            --help | -h | '-?' | --version) return ;;
            --model=* | --model:*) named="${argument#--model?}" ;;
        esac
        [ "$previous" != --model ] || named="$argument"
        [ "$previous" != import ] || named="$argument"
        previous="$argument"
    done
    case "$named" in
        "") for argument in "$cache"/models/*.onnx; do [ ! -f "$argument" ] || return 0; done ;;
        nsfwjs) [ ! -f "$cache/models/nsfwjs-mobilenet_v2.onnx" ] || return 0 ;;
        *) return 0 ;;
    esac
    [ ! -d "$root/job/native/node_modules/nsfwjs" ] || return 0
    ! dotnet "$(program job/Pomona.Job.csproj)" model ${named:+--model "$named"} > /dev/null 2>&1 || return 0
    install_npm job/native "the fallback model's weights, since no other model is named, cached or within reach"
}
