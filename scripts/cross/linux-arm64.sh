#!/usr/bin/env bash
# Creates artifacts/tools/linux-arm64, which `dotnet publish -r linux-arm64` needs to link on a machine of another
# architecture: `root` holds Debian's libraries for arm64, and `aarch64-linux-gnu-clang` compiles and links against
# them. If it exists, nothing is done; remove it to get newer libraries. Except for the linker, no package of the
# machine is changed. Exit code 77: the machine or its network lacks a requirement, which the last line on stderr names.
set -euo pipefail
# shellcheck source=../lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"

CROSS=$TOOLS/linux-arm64
PACKAGES='libc6 libc6-dev libgcc-s1 libssl-dev linux-libc-dev'
# Static linking requires these packages.
WITNESSES='libc.a libcrypto.a libssl.a'

lacks() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 77
}

obstacle() {
    if [ "$(runtime_identifier)" = linux-arm64 ]; then
        echo "this machine is arm64: dotnet publish -r linux-arm64 needs no other tools than build"
    elif ! grep -qsx 'ID=debian' /etc/os-release || ! has apt-get || ! has dpkg; then
        echo "this needs Debian, whose packages for arm64 stand beside its others"
    elif ! has clang; then
        echo "this needs clang: scripts/prerequisites.sh build"
    elif ! has aarch64-linux-gnu-ld; then
        echo "this needs a linker for arm64: sudo apt-get install binutils-aarch64-linux-gnu"
    fi
}

# Runs apt as on an empty machine of that architecture, with separate package lists.
apt_arm64() { # PROGRAM ARGUMENT…
    "$1" -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User=root \
        -o Dir::State::Lists="$WORK/lists" -o Dir::Cache="$WORK/cache" -o Dir::State::status=/dev/null \
        -o Acquire::Languages=none -o Acquire::Retries=3 "${@:2}"
}

# The package that belongs to the release's gcc; clang looks for its directory.
libgcc() {
    LC_ALL=C apt_arm64 apt-cache depends gcc 2>/dev/null | sed -n 's/^ *Depends: gcc-\([0-9]*\)$/libgcc-\1-dev/p'
}

fetch() { # DIRECTORY
    local gcc packages
    mkdir -p "$1" "$WORK/lists/partial" "$WORK/cache"
    # apt does not fail if a package source does not respond, and the source may not be Debian's.
    quietly apt_arm64 apt-get update || lacks "the package lists for arm64 could not be fetched"
    gcc=$(libgcc) || lacks "there are no package lists for arm64: is there no network, or do apt's sources name another processor?"
    read -ra packages <<<"$PACKAGES $gcc"
    (cd "$1" && quietly apt_arm64 apt-get download "${packages[@]}") || fail "could not be fetched for arm64: ${packages[*]}"
}

lay_root() { # DIRECTORY PACKAGES
    local package witness
    mkdir -p "$1"
    for package in "$2"/*.deb; do
        quietly dpkg -x "$package" "$1" || fail "could not be unpacked: ${package##*/}"
    done
    # The libraries that are linked into the program; the SBOM of a release lists their revisions.
    # shellcheck disable=SC2016  # dpkg's own variables
    for package in libssl-dev libc6-dev; do
        dpkg-deb --show --showformat='${Package} ${Version}\n' "$2/${package}"_*.deb
    done >"$(dirname "$1")/packages.txt"
    # Libraries that are linker scripts name files in /lib, which can be a link from another package.
    [ -e "$1/lib" ] || ln -s usr/lib "$1/lib"
    for witness in $WITNESSES; do
        [ -s "$1/usr/lib/aarch64-linux-gnu/$witness" ] || fail "Debian's packages for arm64 bring no $witness"
    done
}

# cmake finds the matching archiver by its name. But it would find the machine's own OpenSSL, fail to link it, and build
# .NET's OpenSSL layer without ALPN, ChaCha20 and more, without a warning.
write_clang() { # FILE
    cat >"$1" <<'SH'
#!/bin/sh
for argument; do
    shift
    case $argument in
        /usr/lib/*/libcrypto.*) set -- "$@" -lcrypto ;;
        /usr/lib/*/libssl.*) set -- "$@" -lssl -lcrypto ;;
        *) set -- "$@" "$argument" ;;
    esac
done
exec clang --target=aarch64-linux-gnu --sysroot="$(dirname "$0")/root" -Wno-unused-command-line-argument "$@"
SH
    chmod 755 "$1"
}

links() { # CLANG
    printf '#include <openssl/crypto.h>\nint main(void) { return OpenSSL_version(OPENSSL_VERSION) == 0; }\n' |
        "$1" -static -x c - -lcrypto -o "$WORK/linked"
}

main() {
    local why
    [ ! -d "$CROSS" ] || return 0
    prerequisites cross
    why=$(obstacle)
    [ -z "$why" ] || lacks "$why"
    mkdir -p "$TOOLS"
    # Built in a temporary directory and renamed, so that the result is complete. Leftovers of interrupted runs are
    # removed.
    find "$TOOLS" -maxdepth 1 -name '.linux-arm64.*' -mmin +60 -exec rm -rf {} +
    WORK=$(mktemp -d "$TOOLS/.linux-arm64.XXXXXX")
    trap 'rm -rf "$WORK"' EXIT
    fetch "$WORK/packages"
    lay_root "$WORK/made/root" "$WORK/packages"
    write_clang "$WORK/made/aarch64-linux-gnu-clang"
    quietly links "$WORK/made/aarch64-linux-gnu-clang" || fail "clang cannot link for arm64"
    # Another run may have finished first.
    mv -T "$WORK/made" "$CROSS" 2>/dev/null || [ -d "$CROSS" ] || fail "$CROSS could not be written"
}

main
