# shellcheck shell=bash
# Checks the file of the program for another architecture, and its packages.

ROOT=$TOOLS/linux-arm64/root

is_of_the_processor() { readelf --file-header "$PROGRAM" | grep -E 'Machine: +AArch64'; }

# cmake silently leaves out what it does not find.
openssl_is_whole() {
    local part config
    config=$(echo "$REPOSITORY"/src/CredHelper/obj/Release/net*/linux-arm64/libs/System.Security.Cryptography.Native/build/pal_crypto_config.h)
    for part in ALPN CHACHA20POLY1305 ENGINE SHA3; do
        grep -x "#define HAVE_OPENSSL_$part 1" "$config"
    done
}

of_program() { sha256sum <"$PROGRAM" | cut -d' ' -f1; }

archive_holds_it() {
    tar -xzOf "$WORK"/dist/*-linux-arm64.tar.gz --wildcards "*/$HELPER" | cmp - "$PROGRAM"
}

deb_holds_it() {
    local deb
    deb=$(echo "$WORK"/dist/*_arm64.deb)
    equal "$HELPER arm64" "$(dpkg-deb -f "$deb" Package) $(dpkg-deb -f "$deb" Architecture)"
    dpkg-deb --fsys-tarfile "$deb" | tar -xOf - "./usr/bin/$HELPER" | cmp - "$PROGRAM"
}

rpm_holds_it() {
    local rpm
    rpm=$(echo "$WORK"/dist/*.aarch64.rpm)
    equal "$HELPER aarch64" "$(rpm -qp --qf '%{NAME} %{ARCH}' "$rpm")"
    rpm -qp --qf '[%{FILENAMES} %{FILEDIGESTS}\n]' "$rpm" | grep -xF "/usr/bin/$HELPER $(of_program)"
}

version_in_header() { # HEADER REGEX-WITH-GROUP
    sed -nE "s/$2/\1/p" "$ROOT/usr/include/$1"
}

# The versions that the release program reads from the file must be those in the headers of the linked libraries.
parts_are_those_of_its_libraries() {
    local parts
    parts=$(jq -r '.packages[] | [.name, .versionInfo // "", .sourceInfo // ""] | join(" ")' "$WORK"/dist/*-linux-arm64.spdx.json)
    echo "$parts"
    grep -F "openssl $(version_in_header openssl/opensslv.h '.*OPENSSL_VERSION_STR "([0-9.]+)".*') libssl-dev 3." <<<"$parts"
    grep -F "glibc 2.$(version_in_header features.h '.*__GLIBC_MINOR__[[:space:]]+([0-9]+).*') libc6-dev 2." <<<"$parts"
    grep -E '^zlib-ng ' <<<"$parts"
    grep -E '^\.NET runtime 10\.' <<<"$parts"
    equal "$(of_program)" "$(jq -r '.packages[0].checksums[0].checksumValue' "$WORK"/dist/*-linux-arm64.spdx.json)"
}

sums_are_right() { (cd "$WORK/dist" && sha256sum --check SHA256SUMS); }

packed_tests() {
    check "arm64: the program is for that processor" is_of_the_processor
    check "arm64: needs no library" has_no_interpreter "$PROGRAM"
    check "arm64: is stripped" has_no_symbols "$PROGRAM"
    check "arm64: has at most 18 MiB" is_small "$PROGRAM"
    check "arm64: all of OpenSSL is used" openssl_is_whole
    check "arm64: archive" archive_holds_it
    check "arm64: checksums" sums_are_right
    if has dpkg-deb; then
        check "arm64: .deb" deb_holds_it
    else
        skip "arm64: .deb" "no dpkg"
    fi
    if has rpmbuild; then
        check "arm64: .rpm" rpm_holds_it
    else
        skip "arm64: .rpm" "no rpmbuild"
    fi
    if has jq; then
        check "arm64: SBOM names the versions of the libraries for arm64" parts_are_those_of_its_libraries
    else
        skip "arm64: SBOM" "no jq"
    fi
}
