#!/usr/bin/env bash
# 500 concurrent gets of 50 registries, cold and warm: checks every response and one API call per registry, and measures
# time and memory. Debian's amazon-ecr-credential-helper is measured for comparison if it is installed.
#   load.sh [--quick]      --quick: 100 gets of 10 registries, without the reference
# A line per test, then a summary. CREDHELPER_BINARY names a program that is already built.
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
    clang -O1 -static -Wall -Wextra -Werror -o "$WORK/peak" "$SCRIPTS/load/peak.c"
    export PROGRAM EMULATOR WORK STEP='' PEAK=$WORK/peak CA=$WORK/ca.pem
}

run_inside() { # GETS REGISTRIES [REFERENCE]
    settle_inside
    printf '127.0.0.1 localhost\n127.30.0.9 %s\n' "$ECR_API" >"$WORK/hosts"
    put_over "$WORK/hosts" /etc/hosts
    python3 "$SCRIPTS/load/run.py" "$@"
}

if [ "${1:-}" = --inside ]; then
    WORK=$2
    shift 2
    run_inside "$@"
    exit
fi

load=(500 50)
if [ "${1:-}" = --quick ]; then
    load=(100 10)
else
    reference=$(aws_helper)
    [ -z "$reference" ] || load+=("$reference")
fi
obstacle=$(sandbox_obstacle)
has python3 || obstacle="python3 is missing"
if [ -n "$obstacle" ]; then
    skip "load" "$obstacle"
    sum_up
    exit
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
prepare
enter_sandbox "$0" "$WORK" "${load[@]}"
