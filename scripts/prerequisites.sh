#!/usr/bin/env bash
# Installs the packages that building and testing need on Debian or Ubuntu.
#   prerequisites.sh [build] [demo] [test] [walks] [cross] [release]      without arguments: build and test
# As root it installs them; otherwise it prints the command. Without the packages for `build` it exits with 1. Without
# others it continues, and the tests that need them report that they are skipped. No service is started or enabled:
# packages that Debian would run as services (docker-registry, docker.io) are only unpacked into artifacts/tools.
set -euo pipefail
# shellcheck source=lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

# Each line: a package, and a program or file that shows that it is installed.
BUILD='
clang            clang
cmake            cmake
make             make
binutils         objcopy
libssl-dev       /usr/include/openssl/ssl.h
zlib1g-dev       /usr/include/zlib.h
ca-certificates  /etc/ssl/certs/ca-certificates.crt
'
DEMO='
curl             curl
iproute2         ip
jq               jq
skopeo           skopeo
util-linux       unshare
'
RELEASE='
apt-utils        apt-ftparchive
createrepo-c     createrepo_c
gnupg            gpg
jq               jq
minisign         minisign
rpm              rpmbuild
'
TEST="$DEMO$RELEASE"'
afl++            afl-fuzz
awscli           aws
bash-completion  /usr/share/bash-completion/bash_completion
buildah          buildah
busybox-static   busybox
dnf              dnf
file             file
fish             fish
lld              lld-link
llvm             llvm-dlltool
mingw-w64-x86-64-dev /usr/x86_64-w64-mingw32/lib/libucrt.a
musl-tools       musl-gcc
openssl          openssl
podman           podman
procps           ps
python3-yaml     /usr/lib/python3/dist-packages/yaml/__init__.py
python3-docker   /usr/lib/python3/dist-packages/docker/__init__.py
python3-jsonschema /usr/lib/python3/dist-packages/jsonschema/__init__.py
python3-botocore /usr/lib/python3/dist-packages/botocore/__init__.py
ruby             ruby
shellcheck       shellcheck
strace           strace
wine64           /usr/lib/wine/wine64
zsh              zsh
'
WALKS="$DEMO$RELEASE"'
ansible-core     ansible-playbook
ansible-lint     ansible-lint
mmdebstrap       mmdebstrap
openssh-client   ssh
python3-yaml     /usr/lib/python3/dist-packages/yaml/__init__.py
python3-jsonschema /usr/lib/python3/dist-packages/jsonschema/__init__.py
shellcheck       shellcheck
yamllint         yamllint
'
# Packages with services, and the program that is needed of each.
DEMO_UNPACKED='
docker-registry  docker-registry
'
TEST_UNPACKED="$DEMO_UNPACKED"'
containerd       containerd
docker.io        dockerd
docker-cli       docker
prometheus       promtool
runc             runc
'
# A test needs only its schema; installing it would configure this machine.
WALKS_UNPACKED="$DEMO_UNPACKED"'
cloud-init       cloud-init
'
# For linux-arm64 on another architecture; scripts/cross/linux-arm64.sh downloads the libraries.
CROSS='
binutils-aarch64-linux-gnu aarch64-linux-gnu-ld
'
# If installed, these would make the kernel use them for every program of another architecture.
CROSS_UNPACKED='
qemu-user-static qemu-aarch64-static
'
# Since Debian 13, qemu-user-static contains only links.
CROSS_UNPACKED_LATER='
qemu-user        qemu-aarch64
'

require_sdk() {
    if has dotnet && dotnet --list-sdks | grep -q '^10\.'; then
        return
    fi
    fail "a .NET 10 SDK is needed: 'apt-get install dotnet-sdk-10.0' (Ubuntu 24.04 and later), or" \
        "'curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0' (puts it into ~/.dotnet)"
}

# Prints the packages of a list whose program or file is missing.
missing_of() {
    local package witness
    while read -r package witness; do
        case $witness in
            '' | /*) [ -z "$witness" ] || [ -e "$witness" ] || echo "$package" ;;
            *) has "$witness" || echo "$package" ;;
        esac
    done <<<"$1"
}

can_install() { is_root && has apt-get; }

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o APT::Sandbox::User=root -o DPkg::Lock::Timeout=300 "$@"
}

# `apt-cache show` also finds packages that are only mentioned by others.
is_known() { grep -q 'Candidate: [^(]' <<<"$(LC_ALL=C apt-cache policy "$1" 2>/dev/null)"; }

# A fresh image has no package lists.
fill_lists_for() {
    local package
    for package; do
        if ! is_known "$package"; then
            quietly apt update || true
            return
        fi
    done
}

# Packages must not start their services, nor enable them for systemd.
install_packages() {
    local policy=/usr/sbin/policy-rc.d ours='' status=0
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        ours=$policy
    fi
    quietly apt install --yes --no-install-recommends "$@" || status=$?
    [ -z "$ours" ] || rm -f "$ours"
    return "$status"
}

supply() { # NEED LIST
    local package missing known=() lost=()
    mapfile -t missing < <(missing_of "$2")
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! can_install; then
        [ "$1" != build ] || fail "building needs: sudo apt-get install ${missing[*]}"
        echo "what needs them is skipped without: sudo apt-get install ${missing[*]}"
        return
    fi
    echo "installing ${missing[*]}"
    fill_lists_for "${missing[@]}"
    # Not every release has every package, and apt-get installs all or none.
    for package in "${missing[@]}"; do
        if is_known "$package"; then
            known+=("$package")
        else
            lost+=("$package")
        fi
    done
    if [ "${#known[@]}" -gt 0 ] && ! install_packages "${known[@]}"; then
        lost+=("${known[@]}")
    fi
    [ "${#lost[@]}" -gt 0 ] || return 0
    [ "$1" != build ] || fail "these packages could not be installed: ${lost[*]}"
    echo "could not be installed: ${lost[*]}; what needs them is skipped"
}

# Unpacks packages into artifacts/tools/PACKAGE unless their program is installed or already unpacked. Does not need
# root.
unpack() { # LIST
    local package program work
    has apt-get && has dpkg || return 0
    while read -r package program; do
        if [ -z "$package" ] || [ -e "$TOOLS/$package" ] || has "$program"; then
            continue
        fi
        if is_root; then
            fill_lists_for "$package"
        fi
        is_known "$package" || continue
        work=$(mktemp -d)
        if (cd "$work" && quietly apt download "$package" && dpkg -x ./*.deb unpacked); then
            mkdir -p "$TOOLS"
            mv -T "$work/unpacked" "$TOOLS/$package"
        else
            echo "could not be unpacked: $package; what needs it is skipped"
        fi
        rm -rf "$work"
    done <<<"$1"
}

# Needs package lists, which `supply` has downloaded if possible.
emulator() {
    if has apt-cache && LC_ALL=C apt-cache depends qemu-user-static 2>/dev/null | grep -q 'Depends: qemu-user$'; then
        echo "$CROSS_UNPACKED_LATER"
    else
        echo "$CROSS_UNPACKED"
    fi
}

main() {
    local need
    [ $# -gt 0 ] || set -- build test
    for need; do
        case $need in
            build)
                require_sdk
                supply build "$BUILD"
                ;;
            demo)
                supply demo "$DEMO"
                unpack "$DEMO_UNPACKED"
                ;;
            test)
                supply test "$TEST"
                unpack "$TEST_UNPACKED"
                ;;
            walks)
                supply walks "$WALKS"
                unpack "$WALKS_UNPACKED"
                ;;
            cross)
                supply cross "$CROSS"
                unpack "$(emulator)"
                ;;
            release) supply release "$RELEASE" ;;
            *) fail "usage: prerequisites.sh [build] [demo] [test] [walks] [cross] [release]" ;;
        esac
    done
}

main "$@"
