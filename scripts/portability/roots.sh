# shellcheck shell=bash
# Root directories of other systems, made of Debian's packages; none of them is installed on this machine.

# The oldest first; the first one that a mirror still has is used.
OLD_DEBIANS='stretch buster bullseye bookworm'
# A shell's worth of dynamically linked programs, and name services that a host may have beside files and DNS.
OLD_PACKAGES=(libc6 libc-bin dash base-files base-passwd libcap2 libnss-myhostname)

# The root of a system whose C library is musl: Debian's, with Debian's busybox and a program that needs the library.
make_musl_root() { # ROOT
    if ! has musl-gcc || ! has busybox; then
        skip "musl" "musl-tools or busybox-static is missing"
        return
    fi
    mkdir -p "$1/lib" "$1/bin"
    cp /lib/ld-musl-*.so.1 "$1/lib/"
    cp "$(type -P busybox)" "$1/bin/"
    ln -s busybox "$1/bin/sh"
    printf '#include <stdio.h>\nint main(void) { return puts("musl") < 0; }\n' | musl-gcc -x c -o "$1/hello" -
}

make_old_glibc_root() { # ROOT
    local mirror suite package
    mirror=$(debian_mirror)
    if [ -z "$mirror" ]; then
        skip "old glibc" "this machine's apt has no source of Debian's own packages"
        return
    fi
    for suite in $OLD_DEBIANS; do
        if has_package_list "$mirror" "$suite"; then
            break
        fi
    done
    mkdir "$1.packages"
    if ! (cd "$1.packages" && quietly apt_of_old_debian apt-get download "${OLD_PACKAGES[@]}"); then
        skip "old glibc" "its packages could not be fetched"
        return
    fi
    mkdir "$1"
    for package in "$1.packages"/*.deb; do
        dpkg -x "$package" "$1"
    done
    printf 'passwd: files myhostname systemd\ngroup: files systemd\nhosts: files myhostname resolve dns\n' >"$1/etc/nsswitch.conf"
    printf 'root:x:0:0::/root:/bin/sh\n' >"$1/etc/passwd"
}

# The address of Debian in this machine's apt configuration.
debian_mirror() {
    # shellcheck disable=SC2016  # apt's own variables
    ! has apt-get || apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT) $(SUITE)' 'Created-By: Packages' |
        awk '$2 == "Debian" && $3 == "main" && $4 !~ /security|updates/ && !found++ { print $1 }'
}

has_package_list() { # MIRROR SUITE
    rm -rf "$WORK/apt"
    mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/cache"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $1 $2 main" >"$WORK/apt/sources.list"
    apt_of_old_debian apt-get update -o APT::Update::Error-Mode=any >/dev/null 2>&1
}

# Runs apt as on that system, without installed packages; the lists and the state of this machine stay as they are.
apt_of_old_debian() { # PROGRAM ARGUMENT…
    "$1" -qq -o Dir::Etc::SourceList="$WORK/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::State::Lists="$WORK/apt/lists" -o Dir::Cache="$WORK/apt/cache" -o Dir::State::status=/dev/null \
        -o APT::Sandbox::User=root -o Acquire::Languages=none "${@:2}"
}

# The programs of the root run with its library, which reads nsswitch.conf and opens the services named there.
old_glibc_works() {
    in_root glibc /bin/sh -c 'echo works' | grep -x works
    in_root_traced glibc /usr/bin/getent hosts myhost.invalid || true
    grep -q 'libnss_myhostname' trace
}

glibc_version() { in_root glibc /usr/bin/getent --version | sed -n '1s/.* //p'; }
