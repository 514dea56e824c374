#!/usr/bin/env bash
# Simulates fleets of hosts with the program's own rules against ECR's quota, and prints the tables of docs/dev/scale.md.
#   fleet.sh [--quick] [--write]
#     --quick   without the rows of more than 500 hosts: seconds instead of ten minutes
#     --write   put the tables into docs/dev/scale.md; not together with --quick
# The tables are the same each time, because random numbers are drawn from a seed.
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

DOCUMENT=$REPOSITORY/docs/dev/scale.md

main() {
    local write='' options=()
    while [ $# -gt 0 ]; do
        case $1 in
            --quick) options+=(--quick) && shift ;;
            --write) write=yes && shift ;;
            *) fail "usage: fleet.sh [--quick] [--write]" ;;
        esac
    done
    [ -z "$write" ] || [ ${#options[@]} -eq 0 ] || fail "--write wants all the tables"
    WORK=$(mktemp -d)
    trap 'rm -rf "$WORK"' EXIT
    quietly dotnet build "$REPOSITORY/tests/CredHelper.Fleet" -c Release -v q --nologo || fail "the simulation could not be built"
    dotnet "$REPOSITORY/tests/CredHelper.Fleet/bin/Release/net10.0/CredHelper.Fleet.dll" "${options[@]}" | tee "$WORK/tables.md"
    [ -n "$write" ] || return 0
    awk -v tables="$WORK/tables.md" '
        /^<!-- end of the tables -->/ { copying = 0 }
        !copying
        /^<!-- tables by scripts\/fleet.sh/ { print ""; while ((getline line < tables) > 0) print line; copying = 1 }
    ' "$DOCUMENT" >"$WORK/scale.md"
    cat "$WORK/scale.md" >"$DOCUMENT"
}

main "$@"
