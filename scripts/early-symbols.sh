#!/usr/bin/env bash
# Everything that the early start (src/CredHelper.Core/CachedGet) can reach, read from the object file that the AOT
# compiler wrote: code of its own, XxHash128 over a span, and the named functions of the C library. Prints what else
# there is, and fails.
#   scripts/early-symbols.sh [--from SYMBOL] [OBJECT]      OBJDUMP names the objdump of another architecture
set -euo pipefail
REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
START=CredHelper_Core_CredHelper_CachedGet_EarlyStart__Run
if [ "${1:-}" = --from ]; then
    START=$2
    shift 2
fi
OBJECT=${1:-$REPOSITORY/src/CredHelper/obj/Release/net10.0/linux-x64/native/docker-credential-ecr-login.o}

if ! [ -f "$OBJECT" ]; then
    echo "$OBJECT: not found; hint: dotnet publish src/CredHelper -c Release -r linux-x64" >&2
    exit 1
fi

# This program's own code: the early start, and what it uses of Platform and Diagnostics.
ALLOWED='^CredHelper_Core_CredHelper_CachedGet_.*$'
ALLOWED+='|^CredHelper_Core_CredHelper_Platform_(Bytes|Scratch|EnvironmentBlock|HomePath|NativeFile|FileStatus|LibC|EarlyInput|StaticGlibc)__.*$'
ALLOWED+='|^CredHelper_Core_CredHelper_Platform_Posix_OpenFlags__get_NoFollow$'
ALLOWED+='|^CredHelper_Core_CredHelper_Diagnostics_(HelperName|ProgramVersion)__.*$'
ALLOWED+='|^__NONGCSTATICSCredHelper_Core_CredHelper_(CachedGet_EarlyStart|Platform_EarlyInput)$'
ALLOWED+='|^CredHelper_Core__PrivateImplementationDetails_.*$'
# The C library.
ALLOWED+='|^(open|read|write|close|statx|getcwd|geteuid|clock_gettime|setrlimit|prctl|signal|poll|__errno_location|_exit|mallopt)$'
# Compares a word of the stack with its value on entry; the call is for a stack that was overwritten.
ALLOWED+='|^(__security_cookie|RhpFallbackFailFast)$'
# Follows every call of the C library: a flag that only a running garbage collector sets, and the call made if it is
# set.
ALLOWED+='|^(RhpTrapThreads|RhpGcPoll)$'
# XxHash128 over a span, which works on registers and its own stack.
ALLOWED+='|^System_IO_Hashing_System_IO_Hashing_(XxHash128__(HashToHash128|HashLength.*)|XxHashShared__.*)$'
ALLOWED+='|^System_IO_Hashing__PrivateImplementationDetails_.*$|^__readonlydata_System_IO_Hashing_.*$'
ALLOWED+='|^S_P_CoreLib_System_Math___BigMul_g__SoftwareFallback_.*$|^S_P_CoreLib_System_UInt128__op_UnsignedRightShift$'

# One "function symbol" per line: every relocation, every jump and call without one, and each function itself. Constants
# in the code of arm64 can look like jumps to invalid addresses.
edges() {
    "${OBJDUMP:-objdump}" -dr --no-show-raw-insn "$OBJECT" | awk '
        function flush() { if (pending != "") print function_name, pending; pending = "" }
        /^[0-9a-f]+ <.*>:$/ { flush(); function_name = substr($2, 2, length($2) - 3); print function_name; next }
        /R_(X86_64|AARCH64)_/ { pending = ""; name = $NF; sub(/[-+]0x[0-9a-f]+$/, "", name); print function_name, name; next }
        { flush() }
        $NF ~ /^<.*>$/ && $NF !~ /[-+]0xf{5}/ { pending = substr($NF, 2, length($NF) - 2); sub(/[-+]0x[0-9a-f]+$/, "", pending) }
        END { flush() }' | sort -u
}

# "symbol user" per line. Functions of the runtime are not followed, because the branches to them are dead before it
# starts. A function that reaches nothing is not named either: the compiler keeps one of several functions with the same
# code.
REACHED=$(edges | awk -v start="$START" '
    NF == 1 { defined[$1] = 1; next }
    $1 != $2 { uses[$1] = uses[$1] " " $2 }
    END {
        queue[count = 1] = start
        seen[start] = 1
        for (at = 1; at <= count; at++) {
            size = split(uses[queue[at]], targets, " ")
            for (i = 1; i <= size; i++) {
                if (!(targets[i] in seen) && queue[at] !~ /^Rhp/) {
                    seen[targets[i]] = 1
                    queue[++count] = targets[i]
                    if (!(targets[i] in defined) || uses[targets[i]] != "")
                        print targets[i], queue[at]
                }
            }
        }
    }')
if [ "$(wc -l <<<"$REACHED")" -lt 20 ]; then
    echo "$OBJECT: $START reaches almost nothing, so this is not the early start" >&2
    exit 1
fi
FOREIGN=$(awk -v allowed="$ALLOWED" '$1 !~ allowed { print "the early start reaches " $1 ", from " $2 }' <<<"$REACHED")
if [ -n "$FOREIGN" ]; then
    echo "$FOREIGN" >&2
    exit 1
fi
echo "the early start reaches $(wc -l <<<"$REACHED") symbols, none of them foreign"
