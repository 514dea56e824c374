#!/usr/bin/env bash
# Builds and packs the program for linux-arm64 on a machine of another architecture and runs it with QEMU against the
# emulated AWS. Ends with `N passed, N failed, N skipped`.
set -euo pipefail
exec </dev/null
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/program.sh
. "$SCRIPTS/lib/program.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
# shellcheck source=lib/sandbox.sh
. "$SCRIPTS/lib/sandbox.sh"
# shellcheck source=cross/packed.sh
. "$SCRIPTS/cross/packed.sh"
# shellcheck source=cross/uses.sh
. "$SCRIPTS/cross/uses.sh"

TARGET=linux-arm64
PROGRAM=$REPOSITORY/artifacts/release/$TARGET/$HELPER

# Prints the emulator for programs of the other architecture. It is static, so the sandbox needs no other file of it.
# Debian 13 renamed it.
qemu() {
    local name
    for name in qemu-aarch64-static qemu-aarch64; do
        if "$name" --version >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
}

use_obstacle() {
    if [ -z "$(qemu)" ]; then
        echo "there is no qemu-aarch64: scripts/prerequisites.sh cross"
    elif ! has docker-registry || ! has jq; then
        echo "docker-registry or jq is missing: scripts/prerequisites.sh"
    else
        sandbox_obstacle
    fi
}

bring_cross_tools() {
    local status=0
    "$SCRIPTS/cross/$TARGET.sh" 2>"$WORK/why" || status=$?
    [ "$status" -ne 77 ] || skip_all "$(tail -n 1 "$WORK/why")"
    [ "$status" -eq 0 ] || fail "the tools for $TARGET could not be made: $(cat "$WORK/why")"
}

make() {
    build_release_program
    dotnet "$REPOSITORY/tools/Release/bin/Release/net10.0/Release.dll" --snapshot --skip-tests --repository "$REPOSITORY" \
        --target "$TARGET" --output "$WORK/dist"
}

run() { # [OBSTACLE-OF-USE]
    packed_tests
    check "arm64: the early start needs no runtime" env OBJDUMP=aarch64-linux-gnu-objdump "$SCRIPTS/early-symbols.sh" \
        "$REPOSITORY/src/CredHelper/obj/Release/net10.0/$TARGET/native/$HELPER.o"
    if [ -n "${1:-}" ]; then
        skip "$TARGET: use" "$1"
    else
        uses_tests
    fi
    sum_up
}

skip_all() { # REASON
    skip "$TARGET" "$1"
    sum_up
    exit
}

if [ "${1:-}" = --inside ]; then
    WORK=$2
    become_aws "$WORK"
    run
    exit
fi

[ "$(runtime_identifier)" != "$TARGET" ] || skip_all "this machine is one, and the other tests are about its program"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
prerequisites build test cross
bring_cross_tools
quietly make || fail "the program for $TARGET could not be made"
obstacle=$(use_obstacle)
if [ -n "$obstacle" ]; then
    run "$obstacle"
    exit
fi
build_emulator || fail "the emulator could not be built"
enter_sandbox "$0" "$WORK"
