#!/bin/sh
# Make .venv and put the pinned dependencies into it. Does nothing when both are already as requirements.txt says.
set -eu
cd "$(dirname "$0")/.."

wanted=$(cksum < requirements.txt)
stamp=.venv/.installed
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

make_venv() { # $1: interpreter
    rm -rf .venv
    "$1" -m venv .venv 2>/dev/null && return
    rm -rf .venv
    # Debian splits ensurepip off: fetch it when we may, else say which package is missing.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Debian's python3-venv ..."
        (apt-get update && apt-get install --yes --no-install-recommends python3-venv) >/dev/null
        "$1" -m venv .venv
    else
        echo "$1 cannot make a virtual environment. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2
        exit 1
    fi
}

if ! { [ -x .venv/bin/python ] && new_enough .venv/bin/python; }; then
    chosen=
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3; do
        if [ -n "$candidate" ] && new_enough "$candidate"; then chosen=$candidate; break; fi
    done
    if [ -n "$chosen" ]; then
        echo "Making .venv with $("$chosen" --version) ..."
        make_venv "$chosen"
    elif command -v uv >/dev/null && uv venv --quiet --seed --python '>=3.11' .venv; then
        echo "Made .venv with $(.venv/bin/python --version), found by uv."
    else
        found=$(python3 --version 2>/dev/null || echo "no python3")
        echo "Python 3.11 or newer is needed; this machine has $found. Install one, or name it: make install PYTHON=/path/to/python3.11" >&2
        exit 1
    fi
fi

echo "Installing dependencies (about a minute the first time) ..."
with_uv() {
    command -v uv >/dev/null && { VIRTUAL_ENV="$PWD/.venv" uv pip install --quiet --require-hashes -r requirements.txt; return; }
    .venv/bin/python -m uv --version >/dev/null 2>&1 || .venv/bin/python -m pip install --quiet uv || return 1
    .venv/bin/python -m uv pip install --quiet --require-hashes -r requirements.txt
}
# uv is several times faster but does not read pip's configuration (mirrors, proxies): pip is the way that always works.
log=.venv/install.log
with_uv >"$log" 2>&1 || {
    echo "uv could not install them ($log); trying pip ..."
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements.txt
}
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true # the first start is then as fast as the second
echo "$wanted" > "$stamp"
echo "Dependencies are installed."
