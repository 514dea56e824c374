#!/usr/bin/env bash
# Runs everything: restore, build, format, both publications, the program's file, unit tests, scenarios, faults, load,
# roots of other systems, real clients, short fuzzing, the release program and its packages, deployment files, and walks
# from download to removal. Ends with `N passed, N failed`; logs are in artifacts/test. Once the program is published,
# two lanes of chapters run at the same time; the output of the second one follows that of the first.
set -euo pipefail
exec </dev/null
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/program.sh
. "$SCRIPTS/lib/program.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
# shellcheck source=lib/progress.sh
. "$SCRIPTS/lib/progress.sh"

LOGS=$REPOSITORY/artifacts/test
STATIC=$REPOSITORY/artifacts/publish
DYNAMIC=$REPOSITORY/artifacts/publish-dynamic
WITHOUT_EARLY_GET=$REPOSITORY/artifacts/publish-without-early-get

chapter() { printf '\n== %s\n' "$*"; }
took() { printf '   %d:%02d min\n' $(((SECONDS - $1) / 60)) $(((SECONDS - $1) % 60)); } # SECONDS-AT-BEGIN

build_tests() {
    chapter "Build"
    check "restore" restore
    check "build without a warning" dotnet build -c Release --no-restore -v q --nologo
}

# The lock files name the compiler of one SDK; another feature band or patch has another one, which is not an error.
restore() {
    dotnet tool restore || return
    dotnet restore --locked-mode -v q --nologo && return
    echo "this SDK ($(dotnet --version)) brings other packages than the lock files name"
    dotnet restore -v q --nologo
}

style_tests() {
    chapter "Style"
    check "format" dotnet csharpier check .
    check "style" dotnet format style --verify-no-changes --no-restore
    if has shellcheck; then
        check "shellcheck" shellcheck -x scripts/*.sh scripts/*/*.sh tools/Release/*/*.sh .ci/run
    else
        skip "shellcheck" "not installed"
    fi
}

publish_tests() {
    chapter "The program"
    check "publish, dynamic variant" publish_without_warnings "$DYNAMIC" -p:StaticExecutable=false
    check "dynamic variant runs" runs "$DYNAMIC/$HELPER"
    check "publish, static, without the early get" publish_without_warnings "$WITHOUT_EARLY_GET" -p:EarlyGet=false
    check "publish, static" publish_without_warnings "$STATIC"
    check "static program runs" runs "$STATIC/$HELPER"
    check "the early start needs no runtime" scripts/early-symbols.sh
    check "a start that needs the runtime is told" tells_foreign_symbols
    check "a compiler that exports no early start is told" tells_missing_export
    check "static program needs no library" has_no_interpreter "$STATIC/$HELPER"
    check "static program is stripped" has_no_symbols "$STATIC/$HELPER"
    check "static program has at most 18 MiB" is_small "$STATIC/$HELPER"
    check_screenshots
}

check_screenshots() {
    local obstacle
    obstacle=$(scripts/screenshots.sh --obstacle)
    if [ -n "$obstacle" ]; then
        skip "screenshots are current" "$obstacle"
    else
        check "screenshots are current" env CREDHELPER_BINARY="$STATIC/$HELPER" scripts/screenshots.sh --check
    fi
}

# The native part is compiled again, so that its warnings are seen. Warnings of the C compiler and linker about .NET's
# own sources are ignored.
publish_without_warnings() { # DIRECTORY OPTION…
    local output
    rm -rf "$REPOSITORY/src/CredHelper/obj/Release/net10.0/$(runtime_identifier)/native" "$1"
    output=$(publish_helper "$@" 2>&1) || { echo "$output" && return 1; }
    echo "$output"
    ! grep -E 'warning (IL|CS|CA)[0-9]+' <<<"$output"
}

# Checks the checks: main reaches everything, and no other program has the export.
tells_foreign_symbols() {
    local output
    ! output=$(scripts/early-symbols.sh --from docker_credential_ecr_login_CredHelper_Program__Main 2>&1) || return 1
    grep -q 'reaches S_P_CoreLib' <<<"$output"
}

tells_missing_export() {
    local output
    ! output=$(dotnet msbuild src/CredHelper -t:NeedEarlyStart -p:EarlyGet=true -p:NativeObject=/bin/sh -v:q -nologo 2>&1) || return 1
    grep -q 'hint: build with -p:EarlyGet=false' <<<"$output"
}

runs() { grep -E '^docker-credential-ecr-login .*[0-9]' <<<"$("$1" version)"; }

# Runs a test program: adds its results to the sum and shows failures; the rest is in its log.
suite() { # NAME SUM-READER COMMAND…
    local name=$1 sum_reader=$2 log status=0 passed failed skipped begin=$SECONDS
    shift 2
    chapter "$name"
    log=$LOGS/${name// /-}.log
    while_it_progresses "$log" "$@" || status=$?
    if [ "$status" -eq 124 ]; then
        flunk "$name: $(how_far "$log")" "$log"
        return
    elif ! read -r passed failed skipped < <("$sum_reader" "$log"); then
        flunk "$name ended without a sum, exit code $status" "$log"
        return
    fi
    PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
    grep -E -A 6 '^FAIL |\[FAIL\]' "$log" | head -n 200 || true
    grep -E '^skip |\[SKIP\]' "$log" | head -n 40 || true
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    took "$begin"
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        flunk "$name: exit code $status" "$log"
    fi
}

# For a suite that was stopped: "stopped: … after N tests".
how_far() { # LOG
    echo "$(tail -n 1 "$1"), after $(grep -cE '^(ok|FAIL|skip) |\[FINISHED\]' "$1") tests"
}

run_xunit() { # NAME PROJECT OPTION…
    local name=$1 project=$2
    shift 2
    suite "$name" sum_of_xunit dotnet "tests/$project/bin/Release/net10.0/$project.dll" -noColor -noAutoReporters -reporter verbose "$@"
}

# Both print: passed, failed, skipped.
sum_of_xunit() { # LOG
    local total errors failed skipped not_run
    read -r total errors failed skipped not_run < <(sed -nE \
        's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$1") &&
        echo "$((total - failed - skipped - not_run)) $((failed + errors)) $((skipped + not_run))"
}

sum_of_script() { # LOG
    tail -n 1 "$1" | sed -nE 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 0\4/p' | grep .
}

# The chapters that build or pack in the source tree run one after the other, so that builds do not collide.
second_lane() {
    style_tests
    run_xunit "release program" CredHelper.Release.Tests
    suite "windows" sum_of_script "$SCRIPTS/windows-test.sh"
    suite "release" sum_of_script "$SCRIPTS/release-test.sh"
    suite "linux-arm64" sum_of_script "$SCRIPTS/arm64-test.sh"
    printf '\n'
    sum_up
}

first_lane() {
    run_xunit "unit tests" CredHelper.Tests
    run_xunit "scenarios" CredHelper.Scenarios
    # The early start also sets a single malloc arena; without it 2 of 1,000 cold gets fail under 300 MB of address space.
    CREDHELPER_BINARY=$WITHOUT_EARLY_GET/$HELPER run_xunit "scenarios without the early get" CredHelper.Scenarios \
        -preEnumerateTheories -displayName "cache*" -displayName "protocol/*" -displayName "urls/*" -displayName "host/*" \
        -displayName- "host/small-address-space*"
    suite "faults" sum_of_script env CREDHELPER_OTHER_BINARY="$DYNAMIC/$HELPER" \
        CREDHELPER_BINARY_WITHOUT_EARLY_GET="$WITHOUT_EARLY_GET/$HELPER" "$SCRIPTS/faults.sh"
    suite "load" sum_of_script "$SCRIPTS/load.sh" --quick
    suite "fuzzing" sum_of_script "$SCRIPTS/fuzz.sh" --executions 50000
    suite "portability" sum_of_script "$SCRIPTS/portability.sh"
    suite "real clients" sum_of_script "$SCRIPTS/e2e.sh"
    suite "deployment files" sum_of_script "$SCRIPTS/deploy-test.sh"
    suite "walks" sum_of_script "$SCRIPTS/walks.sh"
}

# The second lane is this script again, so that it ends with the first one.
both_lanes() {
    local log=$LOGS/second-lane.log lane passed failed skipped
    setpriv --pdeathsig TERM "$SCRIPTS/test.sh" --second-lane >"$log" 2>&1 &
    lane=$!
    first_lane
    chapter "Second lane"
    wait "$lane" || true # its sum says whether it failed
    head -n -1 "$log"
    if read -r passed failed skipped < <(sum_of_script "$log"); then
        PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
    else
        flunk "the second lane ended without a sum" "$log"
    fi
}

main() {
    cd "$REPOSITORY"
    export CREDHELPER_BINARY=$STATIC/$HELPER
    if [ "${1:-}" = --second-lane ]; then
        second_lane
        return
    fi
    rm -rf "$LOGS"
    mkdir -p "$LOGS"
    prerequisites build test
    build_tests
    if [ "$FAILED" -gt 0 ]; then
        echo "the tests need a build without errors"
        sum_up
        exit 1
    fi
    publish_tests
    took 0
    both_lanes
    printf '\n'
    took 0
    sum_up
}

main "$@"
