#!/usr/bin/env bash
# The program for Windows, run by Debian's wine64: scenarios, and unit tests that concern the platform. The program is
# compiled ahead of time, as the released one, but linked by lld and not by Microsoft's linker; the unit tests have the
# .NET runtime beside them.
#   windows-test.sh [PATTERN…]      without arguments all tests; else scenarios by pattern, such as 'windows/*'
# Ends with `N passed, N failed, N skipped`.
set -euo pipefail
exec </dev/null
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"

# Debian puts no program of the package on the PATH.
WINE=/usr/lib/wine/wine64
WINE_SERVER=/usr/lib/wine/wineserver64
MINGW=/usr/x86_64-w64-mingw32
PROGRAM=$REPOSITORY/artifacts/windows/program
UNIT_TESTS=$REPOSITORY/artifacts/windows/unit-tests

# A lock file of its own: those in the sources are for the released targets.
publish() { # PROJECT DIRECTORY OPTION…
    dotnet publish "$REPOSITORY/$1" -c Release -r win-x64 -p:NuGetLockFilePath=obj/windows.lock.json -o "$2" --nologo \
        -v q "${@:3}"
}

publish_unit_tests() { publish tests/CredHelper.Windows.Tests "$UNIT_TESTS" --self-contained -p:PublishAot=false; }

# .NET refuses to compile for another system unless it is told that nobody supports that.
publish_program() {
    rm -rf "$PROGRAM" "$REPOSITORY/src/CredHelper/obj/Release/net10.0/win-x64/native"
    publish src/CredHelper "$PROGRAM" -p:DisableUnsupportedError=true -p:IlcUseEnvironmentalTools=true \
        -p:CppLinker="$SCRIPTS/windows/link.sh" || return
    clang --target=x86_64-w64-mingw32 -O1 -ffreestanding -isystem "$MINGW/include" -Wall -Wextra -Werror \
        -c "$SCRIPTS/windows/launcher.c" -o "$WORK/launcher.obj" || return
    "$SCRIPTS/windows/link.sh" "$WORK/launcher.obj" kernel32.lib "/OUT:$PROGRAM/launcher.exe" /SUBSYSTEM:CONSOLE \
        /ENTRY:wmainCRTStartup
}

# A Windows of its own for the tests. The version decides which functions .NET uses.
make_prefix() {
    "$WINE" wineboot --init
    "$WINE" winecfg -v win10
    # The first programs of a server that has just started may wait for its services for half a minute. Only a new
    # server can be told to stay.
    "$WINE_SERVER" --wait
    "$WINE_SERVER" --persistent
    "$WINE" "$PROGRAM/$HELPER.exe" version
}

# The scenarios about Windows, and the portable ones that scripts/windows/scenarios.txt lists.
patterns() {
    local name
    echo 'windows/*'
    while read -r name; do
        [ -e "$REPOSITORY/tests/CredHelper.Scenarios/$name.txt" ] || fail "scripts/windows/scenarios.txt: there is no $name"
        echo "$name(*"
    done <"$SCRIPTS/windows/scenarios.txt"
}

# Runs tests of xunit and adds their sum to that of this script.
xunit() { # NAME COMMAND…
    local name=$1 log=$WORK/xunit.log total errors failed skipped not_run
    shift
    "$@" -noColor -noAutoReporters -maxThreads 3 >"$log" 2>&1 || true
    if ! read -r total errors failed skipped not_run < <(sed -nE \
        's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+), Not Run: ([0-9]+).*/\1 \2 \3 \4 \5/p' "$log"); then
        flunk "$name ended without a sum" "$log"
        return
    fi
    grep -E -A 12 '\[FAIL\]' "$log" | head -n 200 || true
    grep -F '[SKIP]' "$log" || true
    PASSED=$((PASSED + total - failed - skipped - not_run)) FAILED=$((FAILED + failed + errors))
    SKIPPED=$((SKIPPED + skipped + not_run))
    echo "$name under Wine: $((total - not_run)) run, $failed failed"
}

scenarios() { # PATTERN…
    local pattern options=()
    for pattern; do
        options+=(-displayName "$pattern")
    done
    xunit scenarios env CREDHELPER_BINARY="$PROGRAM/$HELPER.exe" \
        dotnet "$REPOSITORY/tests/CredHelper.Scenarios/bin/Release/net10.0/CredHelper.Scenarios.dll" \
        -preEnumerateTheories "${options[@]}"
}

skip_all() { # REASON
    skip "windows" "$1"
    sum_up
    exit
}

[ "$(uname -m)" = x86_64 ] || skip_all "wine64 runs programs of x86-64"
prerequisites build test
[ -x "$WINE" ] || skip_all "wine64 is not installed: scripts/prerequisites.sh"
for part in clang lld-link llvm-dlltool "$MINGW/lib/libucrt.a"; do
    has "$part" || [ -e "$part" ] || skip_all "$part is not installed: scripts/prerequisites.sh"
done
WORK=$(mktemp -d)
# Under Wine the second mapping of compiled code, for writing, makes the runtime fail on some machines.
export WINEPREFIX=$WORK/wine WINEDEBUG=-all DOTNET_EnableWriteXorExecute=0
trap '"$WINE_SERVER" --kill || true; rm -rf "$WORK"' EXIT
quietly publish_program || fail "the program for Windows could not be published"
# test.sh, which names a program, has built them, and may be running them now.
[ -n "${CREDHELPER_BINARY:-}" ] || quietly dotnet build "$REPOSITORY/tests/CredHelper.Scenarios" -c Release --nologo -v q ||
    fail "the scenarios could not be built"
# Not "quietly": the processes of Wine that stay would keep its pipe open.
make_prefix >"$WORK/prefix.log" 2>&1 || fail "wine64 could not be prepared: $(tail -n 3 "$WORK/prefix.log")"
if [ $# -gt 0 ]; then
    scenarios "$@"
else
    quietly publish_unit_tests || fail "the unit tests could not be published"
    xunit "unit tests" "$WINE" "$UNIT_TESTS/CredHelper.Windows.Tests.exe"
    patterns >"$WORK/patterns"
    mapfile -t chosen <"$WORK/patterns"
    scenarios "${chosen[@]}"
fi
sum_up
