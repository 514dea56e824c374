#!/usr/bin/env bash
# Runs real clients against an emulated AWS with the published program. Prints a line per test, then a summary.
#   e2e.sh [CLIENT…]      without arguments: all of them
# CREDHELPER_BINARY names a program that is already built. The tests of a client are in e2e/CLIENT.sh.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/program.sh
. "$SCRIPTS/lib/program.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
# shellcheck source=lib/sandbox.sh
. "$SCRIPTS/lib/sandbox.sh"
# shellcheck source=e2e/clients.sh
. "$SCRIPTS/e2e/clients.sh"
CLIENTS='gate skopeo podman buildah docker docker-py containers dotnet troubled gitlab monitoring'
for client in $CLIENTS; do
    # shellcheck disable=SC1090
    . "$SCRIPTS/e2e/$client.sh"
done

prepare() {
    bring_program_and_emulator "$WORK"
    mkdir "$WORK/bin"
    cp "$SCRIPTS/e2e/recorder.sh" "$WORK/bin/$HELPER"
    make_image "$WORK/image" "$GREETING"
}

nothing_runs() { # REASON
    skip "real clients" "$1"
    sum_up || true
    exit 0
}

run_all() { # CLIENT…
    become_aws "$WORK"
    forget_environment "$WORK" "$WORK/bin"
    OUTPUTS=$WORK/outputs
    : >"$WORK/asked"
    local client
    for client; do
        "${client//-/_}_tests"
    done
    check "no token stands in anything that a client printed" no_token_in "$OUTPUTS"
    check "no token stands in the record of what was asked" no_token_in "$WORK/asked"
    check "no token stands in a client's own files" no_token_in_client_files
    printf '\nwhat the clients asked of the helper:\n'
    sort "$WORK/asked" | uniq -c | sort -k 2
    printf '\n'
    sum_up
}

if [ "${1:-}" = --inside ]; then
    WORK=$2
    run_all "${@:3}"
    exit
fi
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $CLIENTS
for client; do
    [[ " $CLIENTS " == *" $client "* ]] || fail "no client $client; there are $CLIENTS"
done

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
prepare
obstacle=$(sandbox_obstacle)
if [ -n "$obstacle" ]; then
    nothing_runs "$obstacle"
elif ! has docker-registry || ! has skopeo; then
    nothing_runs "docker-registry or skopeo is missing: scripts/prerequisites.sh"
fi
enter_sandbox "$0" "$WORK" "$@"
