# shellcheck shell=bash
# Installs the .deb and the .rpm of release-test.sh into separate roots.

PLACES="usr/bin/$HELPER usr/bin/ecr-login usr/bin/ecr-credential-provider usr/share/man/man1/$HELPER.1.gz
    usr/share/doc/$HELPER/copyright
    usr/share/bash-completion/completions/$HELPER usr/share/bash-completion/completions/ecr-login
    usr/share/fish/vendor_completions.d/$HELPER.fish usr/share/fish/vendor_completions.d/ecr-login.fish"
OFFICIAL=amazon-ecr-credential-helper

# Checks that every file is in its place and works.
is_installed() { # ROOT
    local place
    for place in $PLACES; do
        [ -s "$1/$place" ]
    done
    cmp "$1/usr/bin/$HELPER" "$FROM/$TARGET/$HELPER"
    "$1/usr/bin/ecr-login" version
    equal "$HELPER" "$(readlink "$1/usr/bin/ecr-login")"
    equal "$HELPER" "$(readlink "$1/usr/bin/ecr-credential-provider")"
    equal "755 0:0" "$(stat -c '%a %u:%g' "$1/usr/bin/$HELPER")"
    gzip -dc "$1/usr/share/man/man1/$HELPER.1.gz" | cmp - "docs/$HELPER.1"
    bash -n "$1/usr/share/bash-completion/completions/$HELPER"
    grep -F 'GNU LESSER GENERAL PUBLIC LICENSE' "$1/usr/share/doc/$HELPER/copyright"
}

is_gone() { # ROOT
    local place
    for place in $PLACES; do
        [ ! -e "$1/$place" ]
        [ ! -L "$1/$place" ]
    done
}

# A root for the scripts of the packages, with a configuration that names the helper.
furnish_root() { # ROOT
    mkdir -p "$1/bin" "$1/etc" "$1/dev" "$1/root/.docker"
    cp "$(type -P busybox)" "$1/bin/busybox"
    chroot "$1" /bin/busybox --install -s /bin
    echo '{"credsStore":"ecr-login"}' >"$1/root/.docker/config.json"
}

warns_of_configuration() { # COMMAND…
    local said
    said=$("$@" 2>&1)
    echo "$said"
    grep -xF '  /root/.docker/config.json' <<<"$said"
}

empty_dpkg_root() { # ROOT
    furnish_root "$1"
    mkdir -p "$1/var/lib/dpkg/info" "$1/var/lib/dpkg/updates" "$1/var/lib/dpkg/triggers"
    : >"$1/var/lib/dpkg/status"
}

dpkg_at() { # ROOT OPTION…
    dpkg --root="$1" --log="$ROOM/dpkg.log" --force-depends "${@:2}"
}

state() { # ROOT PACKAGE
    dpkg-query --admindir="$1/var/lib/dpkg" -W -f '${db:Status-Status}' "$2"
}

deb_is_described() {
    dpkg-deb --info "$DEB"
    equal "$HELPER $(dpkg --print-architecture)" "$(dpkg-deb -f "$DEB" Package) $(dpkg-deb -f "$DEB" Architecture)"
    local field
    for field in Conflicts Replaces Provides; do
        equal "$OFFICIAL" "$(dpkg-deb -f "$DEB" "$field")"
    done
    equal "Jane Doe <jane@example.com>" "$(dpkg-deb -f "$DEB" Maintainer)"
    equal https://git.example.com/ecr-login "$(dpkg-deb -f "$DEB" Homepage)"
    dpkg --compare-versions "$(dpkg-deb -f "$DEB" Version)" lt 0.9.0
    dpkg-deb --contents "$DEB"
    dpkg-deb --contents "$DEB" | awk '$2 != "root/root" { exit 1 }'
}

deb_comes_and_goes() {
    local root=$ROOM/debian
    empty_dpkg_root "$root"
    dpkg_at "$root" -i "$DEB"
    equal installed "$(state "$root" "$HELPER")"
    is_installed "$root"
    dpkg_at "$root" --verify "$HELPER"
    printf x >>"$root/usr/share/doc/$HELPER/copyright"
    dpkg_at "$root" --verify "$HELPER" | grep 'copyright$'
    equal "" "$(dpkg_at "$root" -i "$DEB" 2>&1 | grep 'still name it')"
    warns_of_configuration dpkg_at "$root" -P "$HELPER"
    is_gone "$root"
    equal "" "$(find "$root/usr" -type f -o -type l)"
}

# Debian's own package, which has a file of the same name.
deb_replaces_the_official() {
    local root=$ROOM/replaced
    empty_dpkg_root "$root"
    dpkg_at "$root" -i "$ROOM"/official/*.deb
    equal installed "$(state "$root" "$OFFICIAL")"
    dpkg_at "$root" -i "$DEB"
    [ "$(state "$root" "$OFFICIAL" || echo unknown)" != installed ]
    # Its other files are removed with it.
    equal "" "$(find "$root/usr/share/doc" -path "*/$OFFICIAL/*" -type f)"
    is_installed "$root"
    fails_with 'conflict' dpkg_at "$root" -i "$ROOM"/official/*.deb
    is_installed "$root"
}

fetch_official() {
    mkdir -p "$ROOM/official"
    (cd "$ROOM/official" && quietly apt-get -o APT::Sandbox::User=root download "$OFFICIAL") >"$ROOM/apt.log" 2>&1
}

deb_tests() {
    DEB=$(echo "$FIRST"/*.deb)
    if ! has dpkg-deb || [ ! -e "$DEB" ]; then
        skip ".deb" "no dpkg or no archives"
        return
    fi
    check ".deb: description and contents" deb_is_described
    if ! is_root || ! has busybox; then
        skip ".deb: installation" "needs root and busybox"
        return
    fi
    check ".deb: installs, verifies, and leaves nothing behind" deb_comes_and_goes
    if fetch_official; then
        check ".deb: takes the place of $OFFICIAL, and keeps it" deb_replaces_the_official
    else
        skip ".deb: conflict with $OFFICIAL" "apt does not bring it"
    fi
}

rpm_at() { # ROOT OPTION…
    rpm --root "$1" "${@:2}"
}

rpm_is_described() {
    rpm -qp --info --list "$RPM"
    equal "$HELPER $(uname -m) Apache-2.0" "$(rpm -qp --qf '%{NAME} %{ARCH} %{LICENSE}' "$RPM")"
    equal "$OFFICIAL" "$(rpm -qp --conflicts "$RPM")"
    rpm -qp --provides "$RPM" | grep -xF "$OFFICIAL"
    equal /bin/sh "$(rpm -qp --requires "$RPM" | sed '/^rpmlib(/d')"
    equal "https://git.example.com/ecr-login Jane Doe <jane@example.com>" "$(rpm -qp --qf '%{URL} %{PACKAGER}' "$RPM")"
    rpm -K --nosignature "$RPM"
}

rpm_comes_and_goes() {
    local root=$ROOM/fedora
    furnish_root "$root"
    rpm_at "$root" --initdb
    rpm_at "$root" --nodeps -i "$RPM"
    is_installed "$root"
    [ -s "$root/usr/share/zsh/site-functions/_$HELPER" ]
    rpm_at "$root" -V --nodeps "$HELPER"
    equal "" "$(rpm_at "$root" --nodeps -U --replacepkgs "$RPM" 2>&1 | grep 'still name it')"
    warns_of_configuration rpm_at "$root" -e "$HELPER"
    is_gone "$root"
}

# A package with that name, because Debian has no .rpm of it.
rpm_refuses_the_official() {
    local root=$ROOM/conflict
    printf '%s\n' "Name: $OFFICIAL" 'Version: 0.9.1' 'Release: 1' 'Summary: x' 'License: Apache-2.0' 'BuildArch: noarch' \
        '%description' 'x' '%files' >"$ROOM/official.spec"
    rpmbuild -bb --quiet --define "_topdir $ROOM/rpmbuild" --define "_rpmdir $ROOM/rpms" "$ROOM/official.spec"
    mkdir -p "$root"
    rpm_at "$root" --initdb
    rpm_at "$root" -i "$ROOM"/rpms/noarch/*.rpm
    fails_with 'conflicts' rpm_at "$root" -i "$RPM"
    is_gone "$root"
}

rpm_tests() {
    RPM=$(echo "$FIRST"/*.rpm)
    if ! has rpmbuild || [ ! -e "$RPM" ]; then
        skip ".rpm" "no rpmbuild or no archives"
        return
    fi
    check ".rpm: description and contents" rpm_is_described
    if ! is_root || ! has busybox; then
        skip ".rpm: installation" "needs root and busybox"
        return
    fi
    check ".rpm: installs, verifies, and leaves nothing behind" rpm_comes_and_goes
    check ".rpm: refused beside $OFFICIAL" rpm_refuses_the_official
}
