#!/usr/bin/env bash
# One file for every Linux: runs the published program in root directories of other systems, against an emulated AWS
# under its real names, over TLS. The roots: nothing but a CA bundle; Debian's musl; the oldest glibc that Debian still
# offers, with name services that a static program must not load. A trace of the kernel shows which files were opened.
# A line per test, then a summary. CREDHELPER_BINARY names a program that is already built.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/program.sh
. "$SCRIPTS/lib/program.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
# shellcheck source=lib/sandbox.sh
. "$SCRIPTS/lib/sandbox.sh"
# shellcheck source=portability/roots.sh
. "$SCRIPTS/portability/roots.sh"

run_all() {
    become_aws "$WORK"
    cd "$WORK"
    root_tests "nothing but a CA bundle" empty etc/pki/tls/certs/ca-bundle.crt
    if [ -d musl ]; then
        check "musl: its programs run" in_root musl /hello
        root_tests "musl" musl etc/ssl/cert.pem
    fi
    if [ -d glibc ]; then
        check "old glibc: its programs run, its name services load" old_glibc_works
        root_tests "old glibc ($(glibc_version))" glibc etc/ssl/certs/ca-certificates.crt
    fi
    sum_up
}

root_tests() { # NAME DIRECTORY CA-FILE
    local root=$2
    furnish "$root" "$3"
    check "$1: version" in_root "$root" /bin/helper version
    check "$1: cold get over TLS" calling 1 gets "$root"
    check "$1: cached get" calling 0 gets "$root"
    check "$1: cold get without HOME, as a user that nobody knows" calling 1 gets_as_nobody "$root"
    check "$1: store, get, erase of another registry" keeps_login "$root"
    check "$1: an unknown authority is told" tells_distrust "$root" "$3"
    if has strace; then
        check "$1: no library is opened, no file is mapped to be run" loads_nothing "$root"
    else
        skip "$1: no library is opened" "strace is missing"
    fi
}

# The files of a container or of a runner's machine besides its programs.
furnish() { # ROOT CA-FILE
    mkdir -p "$1/dev" "$1/bin" "$1/etc" "$1/root" "$1/$(dirname "$2")"
    cp "$PROGRAM" "$1/bin/helper"
    cp "$WORK/ca.pem" "$1/$2"
    cp "$WORK/hosts" "$1/etc/hosts"
    : >"$1/dev/urandom"
    mount --bind /dev/urandom "$1/dev/urandom"
}

in_root() { # ROOT COMMAND…
    with_keys HOME=/root chroot "$@"
}

with_keys() { # NAME=VALUE… COMMAND…
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin AWS_ACCESS_KEY_ID=$KEY AWS_SECRET_ACCESS_KEY=$SECRET_KEY "$@"
}

gets() { in_root "$1" /bin/helper get <<<"$ECR" | is_answer; }

gets_as_nobody() { with_keys chroot --userspec=4711:4711 "$1" /bin/helper get <<<"$ECR" | is_answer; }

is_answer() { jq -e '.Username == "AWS" and (.Secret | length > 100)' >/dev/null; }

keeps_login() { # ROOT
    in_root "$1" /bin/helper store <<<'{"ServerURL":"registry.example.com","Username":"me","Secret":"s3cret"}'
    equal s3cret "$(in_root "$1" /bin/helper get <<<registry.example.com | jq -r .Secret)"
    in_root "$1" /bin/helper erase <<<registry.example.com
    fails_with 'credentials not found' in_root "$1" /bin/helper get <<<registry.example.com
}

tells_distrust() { # ROOT CA-FILE
    local status=0
    mv "$1/$2" away.pem
    in_root "$1" /bin/helper erase <<<"$ECR"
    fails_with 'certificate.*hint:' in_root "$1" /bin/helper get <<<"$ECR" || status=$?
    mv away.pem "$1/$2"
    return "$status"
}

# A cold get, traced from the start of the program.
loads_nothing() { # ROOT
    in_root "$1" /bin/helper erase <<<"$ECR"
    in_root_traced "$1" /bin/helper get <<<"$ECR" | is_answer
    sed -n '/execve("\/bin\/helper"/,$p' trace >program.trace
    # The trace covers one program with all its threads.
    grep -q 'connect(.*htons(443)' program.trace
    equal "" "$(grep -E 'open(at)?\([^)]*\.so|mmap\(.*PROT_EXEC.*, [0-9]+, ' program.trace)"
}

in_root_traced() { # ROOT COMMAND…
    with_keys HOME=/root strace -f -qq -e trace=execve,open,openat,mmap,connect -o trace chroot "$@"
}

if [ "${1:-}" = --inside ]; then
    WORK=$2
    PROGRAM=$WORK/program/$HELPER SKIPPED=$3
    run_all
    exit
fi

obstacle=$(sandbox_obstacle)
is_real_root || obstacle="it needs root"
if [ -n "$obstacle" ]; then
    skip "portability" "$obstacle"
    sum_up
    exit
fi
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
bring_program_and_emulator "$WORK"
mkdir "$WORK/empty"
make_musl_root "$WORK/musl"
make_old_glibc_root "$WORK/glibc"
# What could not be prepared was counted above; the rest is counted inside.
enter_sandbox "$0" "$WORK" "$SKIPPED"
