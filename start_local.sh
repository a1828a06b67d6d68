#!/usr/bin/env bash
# The whole of Tributary on this machine, without Docker: needs Python 3.11 or newer and nothing else.
# Options: ./start_local.sh --help   What it does and what to do when it fails: docs/local.md
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=devstack/prepare.sh
. "$root/devstack/prepare.sh"
prepare "$root" requirements-local.txt

# -P and PYTHONPATH instead of cd: --data is relative to where the person stands, imports never are.
export PYTHONPATH="$root${PYTHONPATH:+:$PYTHONPATH}"
exec "$venv/bin/python" -P -m devstack "$@"
