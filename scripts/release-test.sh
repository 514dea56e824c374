#!/usr/bin/env bash
# What a user downloads, packed from a ready program by the real command line, then verified and installed as a user does.
# CREDHELPER_BINARY names the program; without it, one is published. Ends with `N passed, N failed, N skipped`.
set -euo pipefail
exec </dev/null
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
# shellcheck source=release/packages.sh
. "$SCRIPTS/release/packages.sh"
cd "$REPOSITORY"

ROOM=$(mktemp -d)
trap 'rm -rf "$ROOM"' EXIT
FROM=$ROOM/from
FIRST=$ROOM/first
SECOND=$ROOM/second
export SOURCE_DATE_EPOCH=1

release() {
    dotnet "$REPOSITORY/tools/Release/bin/Release/net10.0/Release.dll" --skip-tests --repository "$REPOSITORY" "$@"
}
snapshot() { release --snapshot --from "$FROM" "$@"; }

bring_program() {
    mkdir -p "$FROM/linux-x64"
    if [ -z "${CREDHELPER_BINARY:-}" ]; then
        publish_helper "$REPOSITORY/artifacts/publish"
    fi
    cp "${CREDHELPER_BINARY:-$REPOSITORY/artifacts/publish/$HELPER}" "$FROM/linux-x64/$HELPER"
}

make_key() { minisign -G -W -f -p "$ROOM/key.pub" -s "$ROOM/key.sec"; }

signed_snapshot() { RELEASE_MINISIGN_KEY=$ROOM/key.sec snapshot --target linux-x64 --output "$1"; }

same_bytes_twice() {
    signed_snapshot "$FIRST"
    # Neither the time nor the directory of a run may show, nor a mode that was lost on the way from another machine.
    touch "$FROM/linux-x64/$HELPER"
    chmod 644 "$FROM/linux-x64/$HELPER"
    (cd / && umask 077 && signed_snapshot "$SECOND")
    diff -r "$FIRST" "$SECOND"
}

archive_unpacks() {
    mkdir "$ROOM/unpacked"
    tar -xzf "$FIRST"/*-linux-x64.tar.gz -C "$ROOM/unpacked" --strip-components=1
    cmp "$ROOM/unpacked/$HELPER" "$FROM/linux-x64/$HELPER"
    "$ROOM/unpacked/$HELPER" version | grep -E '^docker-credential-ecr-login [0-9]'
    local file
    for file in LICENSE README.md CHANGELOG.md THIRD-PARTY-NOTICES.txt "$HELPER.1"; do
        [ -s "$ROOM/unpacked/$file" ]
    done
    tar -tvzf "$FIRST"/*-linux-x64.tar.gz | awk '$2 != "root/root" && $2 != "0/0" { exit 1 }'
}

verifies() { # DIRECTORY
    minisign -V -p "$ROOM/key.pub" -m "$1/SHA256SUMS" && (cd "$1" && sha256sum --check SHA256SUMS)
}

changed_archive_is_refused() {
    cp -r "$FIRST" "$ROOM/changed"
    printf x | dd of="$(echo "$ROOM"/changed/*-linux-x64.tar.gz)" bs=1 seek=4096 conv=notrunc status=none
    fails_with 'FAILED' verifies "$ROOM/changed"
}

changed_sums_are_refused() {
    cp -r "$FIRST" "$ROOM/forged"
    sed -i '1s/^./x/' "$ROOM/forged/SHA256SUMS"
    fails_with 'Signature verification failed' verifies "$ROOM/forged"
}

other_key_is_refused() {
    minisign -G -W -f -p "$ROOM/other.pub" -s "$ROOM/other.sec"
    fails_with 'key' minisign -V -p "$ROOM/other.pub" -m "$FIRST/SHA256SUMS"
}

all_is_listed() {
    diff <(cut -c67- "$FIRST/SHA256SUMS") <(cd "$FIRST" && find . -type f ! -name 'SHA256SUMS*' -printf '%P\n' | LC_ALL=C sort)
}

old_signature_goes() {
    cp -r "$FIRST" "$ROOM/unsigned"
    snapshot --target linux-x64 --output "$ROOM/unsigned" | grep 'not signed'
    [ ! -e "$ROOM/unsigned/SHA256SUMS.minisig" ]
}

missing_target_is_refused() {
    fails_with 'win-x64: there is no' snapshot --target win-x64 --output "$ROOM/none"
    snapshot --output "$ROOM/rest" | grep 'left out win-x64'
}

unsigned_release_is_refused() {
    unset RELEASE_MINISIGN_KEY
    fails_with 'a release is signed' release --from "$FROM" --output "$ROOM/none"
}

# A clone, because the tree that is tested may hold changes.
other_commit_is_refused() {
    git clone -q "$REPOSITORY" "$ROOM/clone"
    git -C "$ROOM/clone" -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m 'Another commit'
    RELEASE_MINISIGN_KEY=$ROOM/key.sec fails_with 'has no tag v' \
        release --from "$FROM" --target linux-x64 --repository "$ROOM/clone" --output "$ROOM/none"
    git -C "$ROOM/clone" tag "v$(sed -n 's/.*<Version>\(.*\)<.*/\1/p' Directory.Build.props)"
    RELEASE_MINISIGN_KEY=$ROOM/key.sec fails_with 'is not version' \
        release --from "$FROM" --target linux-x64 --repository "$ROOM/clone" --output "$ROOM/none"
    touch "$ROOM/clone/left-over"
    RELEASE_MINISIGN_KEY=$ROOM/key.sec fails_with 'differs from the commit' \
        release --from "$FROM" --repository "$ROOM/clone" --output "$ROOM/none"
}

# Prints NAME VERSION LICENCE PURL of what the list of parts names.
parts() {
    jq -r '.packages[] | [.name, .versionInfo, .licenseDeclared, .externalRefs[0].referenceLocator] | join(" ")' "$FIRST"/*.spdx.json
}

parts_are_those_of_the_file() {
    local openssl
    openssl=$(grep -aoE 'OpenSSL 3\.[0-9]+\.[0-9]+' "$FROM/linux-x64/$HELPER" | head -n 1 | cut -d' ' -f2)
    parts
    parts | grep -xF "openssl $openssl Apache-2.0 pkg:generic/openssl@$openssl"
    parts | grep -E '^glibc 2\.[0-9]+ LGPL'
    parts | grep -E '^zlib-ng 1\.'
    parts | grep -E '^\.NET runtime 10\.'
    equal "$(sha256sum <"$FROM/linux-x64/$HELPER" | cut -d' ' -f1)" \
        "$(jq -r '.packages[0].checksums[0].checksumValue' "$FIRST"/*.spdx.json)"
}

# Another reader of the lock file finds the same packages.
parts_are_those_of_the_lock_file() {
    diff <(jq -r '.dependencies[] | to_entries[] | select(.value.resolved) | .key + " " + .value.resolved' \
        src/CredHelper/packages.lock.json | grep -vE 'ILCompiler|ILLink' | LC_ALL=C sort -u) \
        <(jq -r '.packages[] | select(.externalRefs[0].referenceLocator | startswith("pkg:nuget/")) | .name + " " + .versionInfo' \
            "$FIRST"/*.spdx.json | LC_ALL=C sort)
}

# What the SPDX 2.3 schema asks for, as far as it concerns this document.
document_is_spdx() {
    jq -e '.spdxVersion == "SPDX-2.3" and .dataLicense == "CC0-1.0" and .SPDXID == "SPDXRef-DOCUMENT"
        and (.creationInfo.created | test("^[0-9-]{10}T[0-9:]{8}Z$"))
        and ([.packages[].SPDXID] | length == (unique | length) and all(test("^SPDXRef-[A-Za-z0-9.-]+$")))
        and all(.packages[]; .name and .downloadLocation and .licenseDeclared)
        and ([.packages[].SPDXID] as $known | all(.relationships[]; .relatedSpdxElement | IN($known[])))' "$FIRST"/*.spdx.json
}

notices_name_every_part() {
    local name
    while read -r name; do
        grep -F "$name" "$ROOM/unpacked/THIRD-PARTY-NOTICES.txt"
    done < <(jq -r '.packages[1:][] | .name + " " + .versionInfo' "$FIRST"/*.spdx.json)
    grep -F 'GNU LESSER GENERAL PUBLIC LICENSE' "$ROOM/unpacked/THIRD-PARTY-NOTICES.txt"
}

# The same sources in another directory, by another user's habits, are the same program.
built_elsewhere_is_the_same() {
    local elsewhere="$ROOM/a directory/of another name"
    # The commit stands in the program; the files are those of here, committed or not.
    git clone -q --no-checkout . "$elsewhere"
    git ls-files --cached --others --exclude-standard -z | tar --null -cf - --files-from=- --ignore-failed-read | tar -xf - -C "$elsewhere"
    (
        cd "$elsewhere"
        umask 077
        TZ=Asia/Tokyo LC_ALL=C nice dotnet publish src/CredHelper -c Release -r "$(runtime_identifier)" -o "$ROOM/elsewhere" --nologo -v q
    )
    cmp "$ROOM/elsewhere/$HELPER" "$FROM/linux-x64/$HELPER"
}

old_parts_are_a_reason() {
    local parts
    parts=$(echo "$FIRST"/*-linux-x64.spdx.json)
    jq '(.packages[] | select(.name == "openssl")).versionInfo = "3.0.1"' "$parts" >"$ROOM/old.spdx.json"
    fails_with 'openssl: linked is 3.0.1, libssl-dev is 3\.' scripts/upkeep.sh "$ROOM/old.spdx.json"
    # Whether there is something newer than what is linked here is another matter.
    { scripts/upkeep.sh "$parts" || true; } | grep -E '^ok +\.NET runtime is the newest'
}

parts_tests() {
    if ! has jq; then
        skip "list of parts" "no jq"
        return
    fi
    check "SBOM: an SPDX document" document_is_spdx
    check "SBOM: versions are those in the program's file" parts_are_those_of_the_file
    check "SBOM: packages are those of the lock file" parts_are_those_of_the_lock_file
    check "notices name every part" notices_name_every_part
    if has apt-cache; then
        check "upkeep: an OpenSSL that is not the newest is a reason for a release" old_parts_are_a_reason
    else
        skip "upkeep" "no apt to ask"
    fi
}

archive_tests() {
    check "throw-away key" make_key
    check "two runs give the same bytes" same_bytes_twice
    check "archive unpacks and runs" archive_unpacks
    check "checksums and signature verify" verifies "$FIRST"
    check "every file is in SHA256SUMS" all_is_listed
    check "a changed byte is refused" changed_archive_is_refused
    check "changed checksums are refused" changed_sums_are_refused
    check "another key is refused" other_key_is_refused
    check "an earlier run's signature does not stay" old_signature_goes
    check "a missing target is refused or left out" missing_target_is_refused
    check "an unsigned release is refused" unsigned_release_is_refused
    check "another commit's program and a changed tree are refused" other_commit_is_refused
}

if ! has minisign; then
    skip "release" "no minisign"
    sum_up
    exit
fi
quietly dotnet build tools/Release -c Release --nologo -v q
bring_program
check "the same program from another directory" built_elsewhere_is_the_same
archive_tests
parts_tests
deb_tests
rpm_tests
sum_up
