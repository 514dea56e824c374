# shellcheck shell=bash
# What a user has downloaded: the files of a release, as the release program packs and signs them.

make_download() { # DIRECTORY
    local target from=$WORK/from
    target=$(runtime_identifier)
    quietly dotnet build "$REPOSITORY/tools/Release" -c Release --nologo -v q || fail "the release program could not be built"
    mkdir -p "$from/$target"
    cp "$PROGRAM" "$from/$target/$HELPER"
    quietly minisign -G -W -f -p "$WORK/$HELPER.pub" -s "$WORK/key.sec"
    RELEASE_MINISIGN_KEY=$WORK/key.sec quietly dotnet "$REPOSITORY/tools/Release/bin/Release/net10.0/Release.dll" --skip-tests \
        --snapshot --repository "$REPOSITORY" --from "$from" --target "$target" --output "$1" || fail "nothing could be packed"
    cp "$WORK/$HELPER.pub" "$1/"
    # Debian's package of AWS's helper, if apt has it.
    (cd "$1" && apt-get -qq -o APT::Sandbox::User=root download amazon-ecr-credential-helper >/dev/null 2>&1) || true
}

# As it is in the archive's name.
version_of() { # DIRECTORY
    basename "$1"/*.tar.gz | sed "s/^$HELPER-//; s/-linux-.*//"
}
