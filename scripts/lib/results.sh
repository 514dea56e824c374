# shellcheck shell=bash
# Prints a line per test, and a summary.

PASSED=0
FAILED=0
SKIPPED=0

pass() {
    PASSED=$((PASSED + 1))
    printf 'ok    %s\n' "$1"
}

# The second argument is a file with details.
flunk() {
    FAILED=$((FAILED + 1))
    printf 'FAIL  %s\n' "$1"
    [ -z "${2:-}" ] || tail -n 40 "$2" | sed 's/^/      /'
}

skip() {
    SKIPPED=$((SKIPPED + 1))
    printf 'skip  %s (%s)\n' "$1" "$2"
}

# A test passes if the command succeeds. Its output is shown only if it fails, and kept in $OUTPUTS.
check() { # NAME COMMAND…
    local name=$1 log status
    shift
    log=$(mktemp)
    # Not used as the condition of an `if`, where bash ignores errexit and a function would continue after its first
    # failure.
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" -eq 0 ]; then
        pass "$name"
    else
        echo "exit code $status: $*" >>"$log"
        flunk "$name" "$log"
    fi
    [ -z "${OUTPUTS:-}" ] || { echo "# $name" && cat "$log"; } >>"$OUTPUTS"
    rm -f "$log"
}

# For the body of a test: a command that must fail, and print a reason.
fails_with() { # REGEX COMMAND…
    local pattern=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "succeeded, but should not have: $*"
        return 1
    fi
    printf '%s\n' "$output"
    grep -qE "$pattern" <<<"$output"
}

equal() { # EXPECTED ACTUAL
    [ "$1" = "$2" ] || {
        printf 'expected: %s\n     got: %s\n' "$1" "$2"
        return 1
    }
}

# Prints the last line; succeeds if nothing failed and at least one test ran.
sum_up() {
    printf '%s passed, %s failed' "$PASSED" "$FAILED"
    [ "$SKIPPED" -eq 0 ] || printf ', %s skipped' "$SKIPPED"
    printf '\n'
    [ "$FAILED" -eq 0 ] && [ $((PASSED + SKIPPED)) -gt 0 ]
}
