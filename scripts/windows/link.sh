#!/usr/bin/env bash
# Links a program for Windows with Debian's lld and the import libraries of mingw-w64, in place of Microsoft's linker.
# For the tests; see runtime.c.
#   link.sh @FILE         the options of Microsoft's linker for a Native AOT program, as .NET writes them
#   link.sh OPTION…       the same in arguments, for a program of C
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
IMPORTS=/usr/x86_64-w64-mingw32/lib
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

case $1 in
    # lld-link does not know all options; those about debuggers are left out.
    @*) tr -d '\357\273\277\r' <"${1#@}" | sed -E 's# /(NOEXP|NOIMPLIB)##g; /^\/(NATVIS|SOURCELINK|DEBUG|CETCOMPAT)/d' ;;
    *) printf '%s\n' "$@" ;;
esac >"$WORK/options"
# The import libraries by Microsoft's names.
while read -r name; do
    cp "$IMPORTS/lib$name.a" "$WORK/$name.lib"
done < <(sed -nE 's/^"?([a-z0-9_]+)\.lib"?$/\1/p' "$WORK/options"; printf '%s\n' ucrt uuid)
printf 'LIBRARY api-ms-win-crt-math-l1-1-0.dll\nEXPORTS\nceil\nfloor\nlog\nmodf\npow\n' >"$WORK/math.def"
llvm-dlltool -m i386:x86-64 -d "$WORK/math.def" -l "$WORK/math.lib"
clang --target=x86_64-pc-windows-msvc -O1 -ffreestanding -Wall -Wextra -Wno-unused-parameter -Werror -c "$HERE/runtime.c" -o "$WORK/runtime.obj"
lld-link "@$WORK/options" "$WORK/runtime.obj" "$WORK/math.lib" ucrt.lib "/libpath:$WORK" \
    /nodefaultlib:libcmt /nodefaultlib:libcpmt /nodefaultlib:oldnames
