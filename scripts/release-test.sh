#!/usr/bin/env bash
# Tests what a user downloads: the program is built a second time, packed by the real command line, and verified and
# installed as a user would. CREDHELPER_BINARY names a program that is already built; without it, one is published. Ends
# with `N passed, N failed, N skipped`.
set -euo pipefail
exec </dev/null
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
# shellcheck source=release/parts.sh
. "$SCRIPTS/release/parts.sh"
# shellcheck source=lib/sandbox.sh
. "$SCRIPTS/lib/sandbox.sh"
# shellcheck source=release/packages.sh
. "$SCRIPTS/release/packages.sh"
# shellcheck source=release/manifests.sh
. "$SCRIPTS/release/manifests.sh"
# shellcheck source=release/installed.sh
. "$SCRIPTS/release/installed.sh"
# shellcheck source=release/image.sh
. "$SCRIPTS/release/image.sh"
cd "$REPOSITORY"

if [ "${1:-}" = --inside ]; then
    image_inside "${@:2}"
    exit
fi

ROOM=$(mktemp -d)
# apt reads repositories as a separate user.
chmod 755 "$ROOM"
export GNUPGHOME=$ROOM/gnupg
trap 'gpgconf --kill gpg-agent 2>/dev/null || true; rm -rf "$ROOM"' EXIT
FROM=$ROOM/from
TARGET=$(runtime_identifier)
FIRST=$ROOM/first
SECOND=$ROOM/second
# The files of a release with an owner and both keys.
OWNED=$ROOM/owned
OWNER=(
    --property ProjectUrl=https://git.example.com/ecr-login
    --property "DownloadUrl=file://$OWNED"
    --property "PackagesUrl=file://$OWNED/packages"
    --property ContainerImage=127.0.0.1:5000/ecr-login
    --property "MaintainerName=Jane Doe"
    --property MaintainerEmail=jane@example.com
)
export SOURCE_DATE_EPOCH=1

release() {
    dotnet "$REPOSITORY/tools/Release/bin/Release/net10.0/Release.dll" --skip-tests --repository "$REPOSITORY" "$@"
}
snapshot() { release --snapshot --from "$FROM" "$@"; }

bring_program() {
    mkdir -p "$FROM/$TARGET"
    if [ -z "${CREDHELPER_BINARY:-}" ]; then
        publish_helper "$REPOSITORY/artifacts/publish"
    fi
    cp "${CREDHELPER_BINARY:-$REPOSITORY/artifacts/publish/$HELPER}" "$FROM/$TARGET/$HELPER"
    # As on the machine that built it; the revision is older than any.
    printf 'libssl-dev %s-0, %s\n' "$(linked_openssl)" "$(. /etc/os-release && echo "$ID $VERSION_ID")" >"$FROM/$TARGET/linked-packages.txt"
}

linked_openssl() { grep -aoE 'OpenSSL 3\.[0-9]+\.[0-9]+' "$FROM/$TARGET/$HELPER" | head -n 1 | cut -d' ' -f2; }

make_key() { minisign -G -W -f -p "$ROOM/key.pub" -s "$ROOM/key.sec"; }

make_keys() {
    make_key
    make_openpgp_key release@example.com ''
}

make_openpgp_key() { # ADDRESS PASSPHRASE
    install -d -m 700 "$GNUPGHOME"
    gpg --batch --quiet --pinentry-mode loopback --passphrase "$2" --quick-generate-key "$1" rsa3072 sign never
}

signed_snapshot() { RELEASE_MINISIGN_KEY=$ROOM/key.sec snapshot "${OWNER[@]}" --target "$TARGET" --output "$1"; }

owned_snapshot() {
    # Enough of a Windows program to be packed.
    mkdir -p "$FROM/win-x64"
    printf '\0\0.NET 10.0.99\0' | iconv -f ASCII -t UTF-16LE >"$FROM/win-x64/$HELPER.exe"
    RELEASE_MINISIGN_KEY=$ROOM/key.sec RELEASE_GPG_KEY=release@example.com \
        snapshot "${OWNER[@]}" --target "$TARGET,win-x64" --output "$OWNED"
}

same_bytes_twice() {
    signed_snapshot "$FIRST"
    # The files must not contain the time or directory of a run, nor a mode that another machine did not preserve.
    touch "$FROM/$TARGET/$HELPER"
    chmod 644 "$FROM/$TARGET/$HELPER"
    (cd / && umask 077 && signed_snapshot "$SECOND")
    diff -r "$FIRST" "$SECOND"
}

archive_unpacks() {
    mkdir "$ROOM/unpacked"
    tar -xzf "$FIRST"/*-"$TARGET".tar.gz -C "$ROOM/unpacked" --strip-components=1
    cmp "$ROOM/unpacked/$HELPER" "$FROM/$TARGET/$HELPER"
    "$ROOM/unpacked/$HELPER" version | grep -E '^docker-credential-ecr-login [0-9]'
    local file
    for file in LICENSE README.md CHANGELOG.md THIRD-PARTY-NOTICES.txt "$HELPER.1" completions/"$HELPER".{bash,fish,zsh}; do
        [ -s "$ROOM/unpacked/$file" ]
    done
    # The files that the README links to are included.
    while read -r file; do
        [ -e "$ROOM/unpacked/$file" ]
    done < <(grep -oE '\]\([^)#:]+[)#]' README.md | sed 's/^](//; s/.$//')
    tar -tvzf "$FIRST"/*-"$TARGET".tar.gz | awk '$2 != "root/root" && $2 != "0/0" { exit 1 }'
}

verifies() { # DIRECTORY
    minisign -V -p "$ROOM/key.pub" -m "$1/SHA256SUMS" && (cd "$1" && sha256sum --check SHA256SUMS)
}

changed_archive_is_refused() {
    local archive byte
    cp -r "$FIRST" "$ROOM/changed"
    archive=$(echo "$ROOM"/changed/*-"$TARGET".tar.gz)
    byte=$(od -An -tu1 -j4096 -N1 "$archive")
    printf '%b' "\\x$(printf %02x $((byte ^ 1)))" | dd of="$archive" bs=1 seek=4096 conv=notrunc status=none
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

all_is_listed() { # DIRECTORY
    diff <(cut -c67- "$1/SHA256SUMS") <(cd "$1" && find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' ! -name '*.intoto.json.*' \
        -printf '%P\n' | LC_ALL=C sort)
}

old_signature_goes() {
    cp -r "$FIRST" "$ROOM/unsigned"
    snapshot --target "$TARGET" --output "$ROOM/unsigned" | grep 'not signed'
    [ ! -e "$ROOM/unsigned/SHA256SUMS.minisig" ]
}

missing_target_is_refused() {
    fails_with 'win-x64: there is no' snapshot --target win-x64 --output "$ROOM/none"
    snapshot --output "$ROOM/rest" | grep 'left out win-x64'
}

unsigned_release_is_refused() {
    unset RELEASE_MINISIGN_KEY
    fails_with 'a release is signed: RELEASE_MINISIGN_KEY' release --from "$FROM" --output "$ROOM/none"
    RELEASE_MINISIGN_KEY=$ROOM/key.sec fails_with 'a release is signed: RELEASE_GPG_KEY' release --from "$FROM" --output "$ROOM/none"
}

ownerless_release_is_refused() {
    RELEASE_MINISIGN_KEY=$ROOM/key.sec RELEASE_GPG_KEY=release@example.com fails_with \
        'Directory.Build.props: .*MaintainerEmail not set; hint: .*--property [A-Za-z]*=VALUE$' \
        release --property ProjectUrl=https://git.example.com --from "$FROM" --output "$ROOM/none"
}

# As in a pipeline: a clone, because the tested tree may have changes and generated files: caches, collected programs,
# lock files that name the compiler of another SDK.
make_clone() {
    git clone -q "$REPOSITORY" "$ROOM/clone"
    git -C "$ROOM/clone" tag --list | xargs --no-run-if-empty git -C "$ROOM/clone" tag --delete
    mkdir "$ROOM/clone/gathered" "$ROOM/clone/.nuget"
    touch "$ROOM/clone/gathered/x" "$ROOM/clone/.nuget/x"
    echo >>"$ROOM/clone/src/CredHelper/packages.lock.json"
}

tag_clone() { git -C "$ROOM/clone" tag --force "v$(sed -n 's/.*<Version>\(.*\)<.*/\1/p' Directory.Build.props)"; }

release_of_clone() { # OPTION…
    RELEASE_MINISIGN_KEY=$ROOM/key.sec RELEASE_GPG_KEY=release@example.com \
        release "${OWNER[@]}" --from "$FROM" --repository "$ROOM/clone" "$@"
}

untagged_commit_is_refused() {
    make_clone
    fails_with 'has no tag v' release_of_clone --output "$ROOM/none"
}

is_of_this_commit() { "$FROM/$TARGET/$HELPER" version | grep -F "+$(git rev-parse HEAD)"; }

# A release, not a snapshot, and with all targets unless some are named.
tagged_commit_is_released() {
    tag_clone
    fails_with ': there is no' release_of_clone --output "$ROOM/none"
    release_of_clone --target "$TARGET" --output "$ROOM/released"
    verifies "$ROOM/released"
    [ -s "$ROOM/released/$HELPER-$(sed -n 's/.*<Version>\(.*\)<.*/\1/p' Directory.Build.props)-$TARGET.tar.gz" ]
}

other_commit_is_refused() {
    git -C "$ROOM/clone" -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m 'Another commit'
    tag_clone
    fails_with 'is not version' release_of_clone --target "$TARGET" --output "$ROOM/none"
}

changed_tree_is_refused() {
    touch "$ROOM/clone/left-over"
    fails_with 'differs from the commit' release_of_clone --output "$ROOM/none"
    rm "$ROOM/clone/left-over"
    echo >>"$ROOM/clone/README.md"
    fails_with 'differs from the commit' release_of_clone --output "$ROOM/none"
}

full_output_is_refused() {
    RELEASE_MINISIGN_KEY=$ROOM/key.sec RELEASE_GPG_KEY=release@example.com \
        fails_with 'is not empty' release "${OWNER[@]}" --from "$FROM" --output "$FIRST"
}

# Without a terminal minisign reads the password from its input.
key_with_a_password_signs() {
    printf 'secret\nsecret\n' | minisign -G -f -p "$ROOM/locked.pub" -s "$ROOM/locked.sec"
    RELEASE_MINISIGN_KEY=$ROOM/locked.sec RELEASE_MINISIGN_PASSWORD=wrong fails_with 'minisign' \
        snapshot --target "$TARGET" --output "$ROOM/locked"
    RELEASE_MINISIGN_KEY=$ROOM/locked.sec RELEASE_MINISIGN_PASSWORD=secret snapshot --target "$TARGET" --output "$ROOM/locked"
    minisign -V -p "$ROOM/locked.pub" -m "$ROOM/locked/SHA256SUMS"
}

# Without a terminal, gpg and its agent get the passphrase from the release program; rpmsign does, too.
openpgp_key_with_a_passphrase_signs() {
    make_openpgp_key locked@example.com secret
    gpgconf --kill gpg-agent
    RELEASE_GPG_KEY=locked@example.com RELEASE_GPG_PASSPHRASE=wrong fails_with 'gpg' \
        snapshot --target win-x64 --output "$ROOM/openpgp"
    RELEASE_GPG_KEY=locked@example.com RELEASE_GPG_PASSPHRASE=secret snapshot --target win-x64 --output "$ROOM/openpgp"
    gpg --batch --verify "$ROOM/openpgp/SHA256SUMS.asc" "$ROOM/openpgp/SHA256SUMS"
    RELEASE_GPG_KEY=nobody@example.com fails_with 'RELEASE_GPG_KEY: gpg has no secret key nobody@example.com' \
        snapshot --target win-x64 --output "$ROOM/openpgp"
}

# The same sources in another directory, built with another user's settings, give the same program.
built_elsewhere_is_the_same() {
    local elsewhere="$ROOM/a directory/of another name"
    # The commit is part of the program; the files are those of the working tree, committed or not.
    git clone -q --no-checkout . "$elsewhere"
    git ls-files --cached --others --exclude-standard -z | tar --null -cf - --files-from=- --ignore-failed-read | tar -xf - -C "$elsewhere"
    (
        cd "$elsewhere"
        umask 077
        TZ=Asia/Tokyo LC_ALL=C nice dotnet publish src/CredHelper -c Release -r "$TARGET" -o "$ROOM/elsewhere" --nologo -v q
    )
    cmp "$ROOM/elsewhere/$HELPER" "$FROM/$TARGET/$HELPER"
}

archive_tests() {
    check "throw-away keys" make_keys
    check "two runs give the same bytes" same_bytes_twice
    check "archive unpacks and runs" archive_unpacks
    check "checksums and signature verify" verifies "$FIRST"
    check "every file is in SHA256SUMS" all_is_listed "$FIRST"
    check "a changed byte is refused" changed_archive_is_refused
    check "changed checksums are refused" changed_sums_are_refused
    check "another key is refused" other_key_is_refused
    check "an earlier run's signature does not stay" old_signature_goes
    check "a missing target is refused or left out" missing_target_is_refused
    check "an unsigned release is refused" unsigned_release_is_refused
    check "a release without an owner is refused" ownerless_release_is_refused
    check "a commit without the version's tag is refused" untagged_commit_is_refused
    if is_of_this_commit >/dev/null; then
        check "a tagged commit is released, beside what a pipeline leaves there" tagged_commit_is_released
    else
        skip "a tagged commit is released" "the program is that of another commit"
    fi
    check "another commit's program is refused" other_commit_is_refused
    check "a changed tree is refused" changed_tree_is_refused
    check "a directory with another release is refused" full_output_is_refused
    check "a key with a password signs" key_with_a_password_signs
}

owned_tests() {
    check "an owner and both keys: all that a release has" owned_snapshot
    check "owned: checksums and signature verify" verifies "$OWNED"
    check "owned: every file is in SHA256SUMS" all_is_listed "$OWNED"
    check "an OpenPGP key with a passphrase signs" openpgp_key_with_a_passphrase_signs
    manifests_tests
    installed_tests
    image_tests
}

for program in minisign gpg rpmsign apt-ftparchive createrepo_c; do
    if ! has "$program"; then
        skip "release" "no $program"
        sum_up
        exit
    fi
done
build_release_program
bring_program
check "the same program from another directory" built_elsewhere_is_the_same
archive_tests
parts_tests
deb_tests
rpm_tests
owned_tests
sum_up
