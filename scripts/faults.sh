#!/usr/bin/env bash
# Makes things fail around the published program: killed processes, failing disks, jumping clocks, misbehaving servers
# and proxies, and thousands of gets while ECR fails at random.
#   faults.sh [--whole] [TOPIC…]      early killed disk clock secrets_seen versions network names chaos
# A line per test, then a summary. --whole tests every system call and 100,000 gets, which takes an hour or so.
# CREDHELPER_BINARY names a program that is already built, CREDHELPER_OTHER_BINARY a second build of it, and
# CREDHELPER_BINARY_WITHOUT_EARLY_GET one with -p:EarlyGet=false.
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

prepare() {
    bring_program_and_emulator "$WORK"
    clang -O1 -Wall -Wextra -Werror -o "$WORK/step" "$SCRIPTS/faults/step.c"
    export PROGRAM EMULATOR STEP=$WORK/step OTHER_PROGRAM=${CREDHELPER_OTHER_BINARY:-}
    export PROGRAM_WITHOUT_EARLY_GET=${CREDHELPER_BINARY_WITHOUT_EARLY_GET:-}
}

# Needs its own hosts, resolver and ports; without them those tests are skipped.
run_inside() { # TOPIC…
    settle_inside
    printf '127.0.0.1 localhost\n127.30.0.9 api.ecr.us-east-1.amazonaws.com\n' >"$WORK/hosts"
    printf '' >"$WORK/resolv.conf"
    put_over "$WORK/hosts" /etc/hosts
    put_over "$WORK/resolv.conf" /etc/resolv.conf
    SANDBOX=yes CA=$WORK/ca.pem OTHER_CA=$WORK/other-ca.pem python3 "$SCRIPTS/faults/run.py" "$@"
}

if [ "${1:-}" = --inside ]; then
    WORK=$2
    shift 2
    run_inside "$@"
    exit
fi

export WHOLE=''
if [ "${1:-}" = --whole ]; then
    WHOLE=yes
    shift
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
prepare
if ! has python3; then
    skip "faults" "python3 is missing"
    sum_up
    exit
elif ! "$STEP" -- true; then
    skip "faults" "this user or container may not trace processes"
    sum_up
    exit
fi
obstacle=$(sandbox_obstacle)
if [ -z "$obstacle" ]; then
    enter_sandbox "$0" "$WORK" "$@"
else
    SANDBOX=$obstacle python3 "$SCRIPTS/faults/run.py" "$@"
fi
