#!/usr/bin/env bash
# Every test, on a machine that has Python 3.11 or newer and nothing else; arguments go to pytest.
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=devstack/prepare.sh
. "$root/devstack/prepare.sh"
prepare "$root" requirements-dev.txt

cd "$root"
exec "$venv/bin/python" -m pytest "$@"
