#!/usr/bin/env bash
# Every test, on a machine that has Python 3.11 or newer and nothing else; arguments go to pytest.
set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=devstack/prepare.sh
. "$root/devstack/prepare.sh"
prepare "$root" requirements-dev.txt

# Tests start hundreds of Pythons; without compiled files each would compile everything.
unset PYTHONDONTWRITEBYTECODE

cd "$root"
run() { # its status in $status; 5: no test was asked for
    status=0
    "$venv/bin/python" -m pytest -p tests.queues "$@" || status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 5 ]
}

# First those that are few, so that the last line tells of the many.
run --part=alone "$@" || exit "$status"
alone=$status
echo "all other tests"
# One process more than there are processors: much of the time is spent waiting.
run --part=beside -n "$(($(getconf _NPROCESSORS_ONLN) + 1))" --no-loadscope-reorder "$@" || exit "$status"
[ "$alone" -eq 0 ] || exit "$status"
