#!/usr/bin/env bash
# Breaks each security promise once, in a copy of the working tree, and checks that its test fails.
#   mutations.sh [NAME…]     files of scripts/mutations without .txt (default: all)
# A line per mutation, then a summary. It takes about 20 minutes and needs root, because some tests need other users.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"

WORK=$(mktemp -d "${TMPDIR:-/tmp}/mutations.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
chmod 0755 "$WORK"
cd "$SCRIPTS/.."
# Files that git lists but that are deleted here are left out.
git ls-files -z --cached --others --exclude-standard --deduplicate |
    while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
    xargs -0 cp --parents -t "$WORK"
python3 "$SCRIPTS/mutations/run.py" "$WORK" "$@"
