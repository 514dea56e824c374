#!/usr/bin/env bash
# Fuzzes what reads other people's bytes, with AFL++ on instrumented assemblies.
#   fuzz.sh [--executions N | --seconds N] [--keep] [TARGET…]
# Each target (default: all) is executed N times (default: 100000) or fuzzed for N seconds. The number of executions does
# not depend on how busy the machine is. One line is printed for each target; findings are in artifacts/fuzz/TARGET.
# --keep adds inputs that reached new code to the corpus, an archive for each target (tests/CredHelper.Fuzz/Corpus).
# Without afl-fuzz the corpus and the inputs that once failed (tests/CredHelper.Fuzz/Crashers) are read once.
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=lib/results.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/results.sh"

PROJECT=$REPOSITORY/tests/CredHelper.Fuzz
AWS_FILES=$REPOSITORY/tests/CredHelper.Tests/Aws/Config/Corpus
WORK=$REPOSITORY/artifacts/fuzz
SEEDS=$WORK/seeds
# The assemblies as built, and those instrumented for AFL++, which run only below afl-fuzz.
FUZZER=$WORK/plain/CredHelper.Fuzz.dll
INSTRUMENTED_FUZZER=$WORK/instrumented/CredHelper.Fuzz.dll
# The parts of the program that read text; instrumenting the rest would only slow it down.
INSTRUMENTED='CredHelper.Core.dll docker-credential-ecr-login.dll Tomlyn.dll'
# The number of edges in the program that each target's seeds reach, two thirds of the number when this was written.
# With fewer, the instrumentation, the seeds or the entry to the code is broken.
declare -A EDGES=(
    [server-url]=195 [store-request]=85 [cache-file]=220 [cached-get]=150 [docker-config]=375 [runner-config]=2485 [aws-config]=590
    [registry-map]=560 [ecr-answer]=250
)

# afl-fuzz requires settings of the machine and its core files that matter only to long campaigns.
export AFL_ALLOW_TMP=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_FAST_CAL=1
export DOTNET_TieredPGO=0 DOTNET_gcServer=0

# shellcheck disable=SC2086
build() {
    local assembly
    rm -rf "$WORK/plain" "$WORK/instrumented"
    # test.sh, which names a program, has built the solution.
    if [ -n "${CREDHELPER_BINARY:-}" ]; then
        cp -r "$PROJECT/bin/Release/net10.0" "$WORK/plain"
    else
        dotnet build "$PROJECT" -c Release -v q --nologo -o "$WORK/plain"
    fi
    has afl-fuzz || return 0
    cp -r "$WORK/plain" "$WORK/instrumented"
    (cd "$REPOSITORY" && dotnet tool restore --verbosity quiet)
    for assembly in $INSTRUMENTED; do
        (cd "$REPOSITORY" && dotnet sharpfuzz "$WORK/instrumented/$assembly")
    done
}

# The corpus, the inputs that once failed and those that the unit tests read, a folder for each target.
seeds() {
    local archive
    rm -rf "$SEEDS"
    mkdir "$SEEDS"
    for archive in "$PROJECT"/Corpus/*.tar.gz; do
        tar -xzf "$archive" -C "$SEEDS"
    done
    cp -r "$PROJECT"/Crashers/. "$SEEDS"
    find "$AWS_FILES" \( -name '*.config' -o -name '*.credentials' \) -size +0 -exec cp {} "$SEEDS/aws-config" \;
}

replay() { dotnet "$FUZZER" --replay "$SEEDS"/*/*; }

dictionary_of() {
    local name=$1
    case $name in
        store-request | docker-config | ecr-answer) name=json ;;
        aws-config | registry-map) name=ini ;;
    esac
    echo "$PROJECT/Dictionaries/$name.dict"
}

# Nothing was found, and the fuzzer did reach the code.
fuzz() { # TARGET AFL-OPTION VALUE
    local target=$1 out=$WORK/$1 found
    rm -rf "$out"
    afl-fuzz "$2" "$3" -t 10000 -m none -x "$(dictionary_of "$target")" \
        -i "$SEEDS/$target" -o "$out" -- dotnet "$INSTRUMENTED_FUZZER" "$target" >"$WORK/$target.log" 2>&1 </dev/null || {
        tail -n 20 "$WORK/$target.log"
        return 1
    }
    found=$(find "$out/default/crashes" "$out/default/hangs" -type f -name 'id*' | sort)
    grep -E '^(execs_done|execs_per_sec|corpus_count|edges_found)' "$out/default/fuzzer_stats"
    if [ -n "$found" ]; then
        echo "$found"
        mkdir -p "$WORK/findings/$target"
        for file in $found; do cp "$file" "$WORK/findings/$target/"; done
        dotnet "$FUZZER" --replay "$WORK/findings/$target"/* | head -n 60
        return 1
    fi
    reaches_code "$target" "$out/default/fuzzer_stats"
}

# It accepted every seed, and they reached the program.
reaches_code() { # TARGET STATISTICS
    is_at_least "$(find "$SEEDS/$1" -type f | wc -l)" corpus_count "$2"
    is_at_least "${EDGES[$1]:?has no bound for $1}" edges_found "$2"
}

is_at_least() { # NUMBER NAME STATISTICS
    local number
    number=$(sed -n "s/^$2 *: *//p" "$3")
    [ "$number" -ge "$1" ] || {
        echo "$2 is $number, should be $1 at least"
        return 1
    }
}

# Keeps only inputs that reach new code, minimised and named by their content.
keep() { # TARGET
    local target=$1 minimal=$WORK/$1.minimal file
    rm -rf "$minimal"
    afl-cmin -t 10000 -m none -i "$WORK/$target/default/queue" -o "$minimal" -- "$(command -v dotnet)" "$INSTRUMENTED_FUZZER" "$target" >"$WORK/$target.cmin.log" 2>&1 || {
        tail -n 5 "$WORK/$target.cmin.log"
        return 1
    }
    # Long inputs are mostly many repetitions of a short one.
    mkdir -p "$WORK/corpus/$target"
    tar -xzf "$PROJECT/Corpus/$target.tar.gz" -C "$WORK/corpus"
    find "$minimal" -type f -size -1025c | while read -r file; do
        cp "$file" "$WORK/corpus/$target/$(sha256sum <"$file" | cut -c 1-16)"
    done
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=644 -C "$WORK/corpus" -c "$target" |
        gzip -9n >"$PROJECT/Corpus/$target.tar.gz"
}

# The directory for files that targets read by path, and for sockets of the runtime: AFL++ kills targets midway.
use_scratch() {
    local memory=/dev/shm
    [ -w "$memory" ] || memory=${TMPDIR:-/tmp}
    TMPDIR=$(mktemp -d "$memory/fuzz.XXXXXX")
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
}

main() {
    local bound=(-E 100000) keeps='' targets target
    while [ $# -gt 0 ]; do
        case $1 in
            --seconds) bound=(-V "$2") && shift 2 ;;
            --executions) bound=(-E "$2") && shift 2 ;;
            --keep) keeps=yes && shift ;;
            -*) fail "usage: fuzz.sh [--executions N | --seconds N] [--keep] [TARGET…]" ;;
            *) break ;;
        esac
    done
    mkdir -p "$WORK"
    rm -rf "$WORK/findings" "$WORK/corpus"
    check "build" build
    [ "$FAILED" -eq 0 ] || { sum_up; exit 1; }
    use_scratch
    seeds
    check "every input of the corpus and every past crasher is read" replay
    if ! has afl-fuzz; then
        skip "fuzzing" "afl-fuzz is missing: apt-get install afl++"
        sum_up
        return
    fi
    targets=("$@")
    [ $# -gt 0 ] || mapfile -t targets < <(dotnet "$FUZZER" --targets)
    for target in "${targets[@]}"; do
        check "$target" fuzz "$target" "${bound[@]}"
        [ -z "$keeps" ] || check "$target: corpus" keep "$target"
    done
    sum_up
}

main "$@"
