#!/bin/bash
# Measures the published helper beside Debian's amazon-ecr-credential-helper and a C program that does nothing, all of
# them interleaved in one run, and prints a table with the bars that docs/dev/decisions.md sets. Never part of the tests.
#
#   scripts/bench.sh [--binary FILE] [--reference FILE] [--repeat N] [--write]
#
#   --binary     our helper; without it the current source is published
#   --reference  AWS's helper (default: Debian's package)
#   --repeat     runs of each cached case (default 500; cold ones a quarter of it)
#   --write      put the table into docs/dev/benchmarks.md
#
# Runs as root or as a user who may make namespaces: the API is answered by the emulator on loopback, in a network
# namespace with its own /etc/hosts and CA bundle. Everything else it writes is in a temporary directory.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=lib/common.sh
. "$here/scripts/lib/common.sh"
# shellcheck source=lib/program.sh
. "$here/scripts/lib/program.sh"
binary='' reference=$(aws_helper) repeat=500 write=false
while [ $# -gt 0 ]; do
    case $1 in
        --binary) binary=$(realpath "$2"); shift 2 ;;
        --reference) reference=$(realpath "$2"); shift 2 ;;
        --repeat) repeat=$2; shift 2 ;;
        --write) write=true; shift ;;
        *) sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    esac
done

for tool in cc dotnet unshare ip openssl curl awk taskset; do
    command -v "$tool" >/dev/null || { echo "bench.sh: $tool is missing" >&2; exit 1; }
done
[ -x "$reference" ] || { echo "bench.sh: AWS's helper is missing: apt-get install amazon-ecr-credential-helper" >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/ecr-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ -z "$binary" ]; then
    echo "publishing ..." >&2
    dotnet publish "$here/src/CredHelper" -c Release -r linux-x64 -o "$work/publish" -v q --nologo >"$work/publish.log" 2>&1 \
        || { cat "$work/publish.log" >&2; exit 1; }
    binary=$work/publish/docker-credential-ecr-login
fi
echo "building the emulator ..." >&2
dotnet build "$here/tests/CredHelper.Emulator" -c Release -v q --nologo >"$work/emulator.log" 2>&1 \
    || { cat "$work/emulator.log" >&2; exit 1; }
cc -O2 -Wall -o "$work/measure" "$here/scripts/bench/measure.c"
cc -O2 -static -o "$work/noop" "$here/scripts/bench/noop.c"

# Both are written in the same way, because the state of the page cache decides how much of a file a page fault maps.
mkdir "$work/bin"
cat "$binary" >"$work/bin/ours"
cat "$reference" >"$work/bin/reference"
chmod +x "$work/bin/ours" "$work/bin/reference"

namespaces=(--net --mount --pid --fork --kill-child --mount-proc)
[ "$(id -u)" = 0 ] || namespaces=(--user --map-root-user "${namespaces[@]}")
emulator=$here/tests/CredHelper.Emulator/bin/Release/net10.0/CredHelper.Emulator.dll
unshare "${namespaces[@]}" bash "$here/scripts/bench/inside.sh" "$work" "$work/bin/ours" "$work/bin/reference" "$emulator" "$repeat"

"$here/scripts/bench/table.sh" "$work" "$binary" "$reference" | tee "$work/table.md"

if $write; then
    awk -v table="$work/table.md" '
        /^<!-- end of the table -->/ { copying = 0 }
        !copying
        /^<!-- table by scripts\/bench.sh/ { print ""; while ((getline line < table) > 0) print line; print ""; copying = 1 }
    ' "$here/docs/dev/benchmarks.md" >"$work/benchmarks.md"
    cat "$work/benchmarks.md" >"$here/docs/dev/benchmarks.md"
fi
