# shellcheck shell=bash
# Sourced by start_local.sh and run_tests.sh.
#
#   prepare <project folder> <requirements file>
#
# makes the virtual environment with these requirements in it and leaves its folder in $venv: .venv of the project,
# or what TRIBUTARY_VENV names. When it is there already, this takes no time.

prepare() {
    local root=$1 requirements=$2
    venv=${TRIBUTARY_VENV:-$root/.venv}
    case $venv in /*) ;; *) venv=$PWD/$venv ;; esac
    is_prepared "$root/$requirements" && return
    mkdir -p "$(dirname "$venv")" 2>/dev/null && [ -w "$(dirname "$venv")" ] ||
        fail "$(dirname "$venv") cannot be written by this account." \
            "What to do: run as its owner, or choose another place: TRIBUTARY_VENV=/a/folder $0"
    lock "$venv.lock"
    is_prepared "$root/$requirements" || install "$root/$requirements"
    rm -f "$venv.lock"
}

# A copy of the requirements in the environment says what was installed there.
is_prepared() {
    cmp -s "$1" "$venv/installed-$(basename "$1")" && "$venv/bin/python" -c '' 2>/dev/null
}

install() {
    local requirements=$1 python
    # An environment whose Python was removed or upgraded away is made anew.
    if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
        python=$(find_python)
        require_venv_module "$python"
        "$python" -m venv --clear "$venv" || fail "The environment $venv could not be made; the lines above say why."
    fi
    echo "Installing $(basename "$requirements") into $venv: once, about a minute on a usual connection."
    "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --require-hashes \
        --requirement "$requirements" >"$venv/pip.log" 2>&1 || explain_pip "$venv/pip.log"
    cp "$requirements" "$venv/installed-$(basename "$requirements")"
}

find_python() {
    local candidate
    for candidate in python3.13 python3.12 python3.11 python3.14 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Tributary needs Python 3.11 or newer; this machine has $(python3 --version 2>/dev/null || echo none)." \
        "What to do: install one (Debian, Ubuntu: apt install python3.12 python3.12-venv; macOS: brew install" \
        "python@3.13; anywhere: https://docs.astral.sh/uv, then uv python install 3.13), and run this again."
}

# Debian keeps the module in a package of its own.
require_venv_module() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    local version
    version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fail "$1 cannot make virtual environments: its venv module is not installed." \
        "What to do: apt install python$version-venv   (as root), and run this again."
}

explain_pip() {
    tail -n 5 "$1" >&2
    if grep -qi 'no space left' "$1"; then
        fail "The disk of $venv is full; the packages need about 600 MB." \
            "What to do: free some space, or use another disk: TRIBUTARY_VENV=/a/folder $0"
    elif grep -Eqi 'NewConnection|NameResolution|Timeout|ProxyError|unreachable|versions: none' "$1"; then
        fail "The packages could not be downloaded: there is no way to pypi.org from here." \
            "What to do: check the network; behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL; run this again."
    fi
    fail "The packages could not be installed; all that pip said is in $1." \
        "What to do: mend what it says; or delete $venv and run this again."
}

# Two first starts at once would install into each other. The link's target is the holder's process id.
lock() {
    local holder vain=0
    until ln -s "$$" "$1" 2>/dev/null; do
        holder=$(readlink "$1" || true)
        if [ -z "$holder" ]; then
            vain=$((vain + 1)) # let go a moment ago; or the disk is full, and then it stays like this
            [ "$vain" -lt 20 ] || fail "$1 cannot be made." "What to do: see whether the disk is full (df $root)."
        elif ! kill -0 "$holder" 2>/dev/null; then
            rm -f "$1"
        fi
        sleep 0.2
    done
    held_lock=$1
    trap 'rm -f "$held_lock"' EXIT
}

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}
