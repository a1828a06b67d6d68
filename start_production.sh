#!/usr/bin/env bash
# Runs Tributary on this machine, on the PostgreSQL and Redis that .env or the environment name: migrates the database,
# then keeps the API, the workers and beat running until SIGTERM or Ctrl-C. docs/production.md tells more.
#
#   ./start_production.sh            run
#   ./start_production.sh --check    say whether it could, and end
#
# What needs more than starting, watching and stopping processes is asked of `python -m app`.
set -euo pipefail
cd "$(dirname "$0")"

readonly STOP_SECONDS=60 # a worker ends the calls under way, YOUTUBE_TIMEOUT each at most, and hands back the rest

main() {
    case ${1-} in '' | --check) ;; *) fail "Usage: $0 [--check]" ;; esac
    export ENVIRONMENT=production
    python=$(find_python)
    local bind queues
    queues=$(setting WORKER_QUEUES 'migration,default metadata,videos,discovery')
    workers=$("$python" -m app preflight --workers "$queues") || fail "Nothing was started."
    if [ "${1-}" = --check ]; then return; fi
    bind=$(setting BIND 127.0.0.1:5000)
    logs=$(setting LOG_DIR '')
    watch_seconds=$(setting WATCH_SECONDS 60)
    [ -z "$logs" ] || mkdir -p "$logs"
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT

    "$python" -m app migrate || fail "The database was not migrated, so nothing was started."
    set -m # a process group for each: Ctrl-C reaches this script alone, which then stops the others in good order
    trap stop TERM INT
    start api gunicorn --bind "$bind" --worker-class gthread --workers 2 --threads 8 \
        --graceful-timeout 10 --no-control-socket 'app.web:create_app()'
    start_workers
    start beat celery --app workers.run beat --schedule "$scratch/beat"
    watch &
    keepers+=("$!")
    echo "Tributary runs: http://$bind"
    wait
}

find_python() {
    local candidate candidates=(.venv/bin/python python3)
    [ -z "${TRIBUTARY_VENV-}" ] || candidates=("$TRIBUTARY_VENV/bin/python")
    for candidate in "${candidates[@]}"; do
        if "$candidate" -c 'import celery, flask_openapi3, gunicorn, psycopg' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "No Python with Tributary's packages was found; looked at ${candidates[*]}." \
        "What to do: python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt" \
        "or name an environment that has them: TRIBUTARY_VENV=/a/folder $0"
}

# A setting of this script: from the environment, else from .env, else the default.
setting() {
    local value=${!1-}
    [ -n "$value" ] || value=$("$python" -m dotenv --file .env get "$1" 2>/dev/null) || true
    echo "${value:-$2}"
}

# One for each line of the plan: `metadata,videos 8`.
start_workers() {
    local queues processes number=0
    while read -r queues processes; do
        number=$((number + 1))
        start "worker-$number" celery --app workers.run worker --hostname "worker-$number@%h" \
            --queues "$queues" --concurrency "$processes" \
            --without-gossip --without-mingle --without-heartbeat --loglevel INFO
    done <<<"$workers"
}

names=() keepers=()
start() {
    local name=$1
    shift
    if [ -n "$logs" ]; then
        keep_running "$name" "$python" -m "$@" >>"$logs/$name.log" 2>&1 &
    else
        keep_running "$name" "$python" -m "$@" &
    fi
    names+=("$name")
    keepers+=("$!")
}

# Run a command until SIGTERM, which is handed on to it; when it ends before, run it again, after a pause that doubles.
keep_running() {
    local name=$1 child='' stopping='' status pause=1 began
    shift
    trap 'stopping=yes; kill -TERM $child 2>/dev/null || true' TERM
    while [ -z "$stopping" ]; do
        began=$SECONDS
        run "$@"
        [ -z "$stopping" ] || break
        ((SECONDS - began < 60)) || pause=1
        echo "$name ended with status $status; it is started again in $pause s" >&2
        run sleep "$pause"
        pause=$((pause < 30 ? pause * 2 : 30))
    done
}

# Sets keep_running's child and status. A signal interrupts `wait` before the child has ended, hence the loop.
run() {
    "$@" &
    child=$!
    echo "$child" >"$scratch/$name.pid"
    [ -z "$stopping" ] || kill -TERM "$child" # the signal came before there was a child to hand it to
    while kill -0 "$child" 2>/dev/null; do
        wait "$child" && status=0 || status=$?
    done
}

# End what exists but does nothing; it is started again like everything that ends.
watch() {
    local name
    trap exit TERM
    while sleep "$watch_seconds" & wait "$!"; do
        for name in "${names[@]}"; do
            [ "$name" = api ] || # gunicorn looks after its own processes
                "$python" -m app alive "${name%%-*}" --or-end "$scratch/$name.pid" 2>&1 | grep 'was ended' || true
        done
    done
}

stop() {
    trap '' TERM INT
    echo "Stopping: at most $STOP_SECONDS s."
    kill -TERM "${keepers[@]}" 2>/dev/null || true
    local deadline=$((SECONDS + STOP_SECONDS)) late=
    while [ -n "$(jobs -pr)" ]; do
        if ((SECONDS >= deadline)); then late=yes; break; fi
        sleep 0.1
    done
    kill -KILL -- "${keepers[@]/#/-}" 2>/dev/null || true # whole groups: also the children of one that was killed
    [ -z "$late" ] || fail "Some processes did not end in time and were killed. No work is lost: others take it over."
    echo "Stopped."
    exit 0
}

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

main "$@"
