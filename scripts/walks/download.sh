# shellcheck shell=bash
# The downloads of a user: the files of a release, packed and signed by the release program.

make_download() { # DIRECTORY
    local target from=$WORK/from
    target=$(runtime_identifier)
    build_release_program || fail "the release program could not be built"
    mkdir -p "$from/$target"
    cp "$PROGRAM" "$from/$target/$HELPER"
    quietly minisign -G -W -f -p "$WORK/$HELPER.pub" -s "$WORK/key.sec"
    RELEASE_MINISIGN_KEY=$WORK/key.sec quietly dotnet "$REPOSITORY/tools/Release/bin/Release/net10.0/Release.dll" --skip-tests \
        --snapshot --repository "$REPOSITORY" --from "$from" --target "$target" --output "$1" || fail "nothing could be packed"
    make_older_package "$1"
    # Debian's package of AWS's helper, if apt has it.
    (cd "$1" && apt-get -qq -o APT::Sandbox::User=root download amazon-ecr-credential-helper >/dev/null 2>&1) || true
}

# The previous version differs only in its number.
OLDER=0.0.1
make_older_package() { # DIRECTORY
    local room=$WORK/older
    dpkg-deb --raw-extract "$1"/"$HELPER"_*.deb "$room"
    sed -i "s/^Version: .*/Version: $OLDER/" "$room/DEBIAN/control"
    quietly dpkg-deb --build --root-owner-group "$room" "$1/${HELPER}_${OLDER}_$(dpkg --print-architecture).deb"
}

# As in the name of the archive.
version_of() { # DIRECTORY
    basename "$1"/*.tar.gz | sed "s/^$HELPER-//; s/-linux-.*//"
}

archive() { echo "$WORK/download"/*.tar.gz; }
package() { echo "$WORK/download/${HELPER}_${RELEASED/-/'~'}"_*.deb; }
older_package() { echo "$WORK/download/${HELPER}_$OLDER"_*.deb; }
sha256_of() { sha256sum <"$1" | cut -d ' ' -f 1; } # FILE

# The script in a file of deploy, with the real download instead of the example's.
put_script() { # PLACE FILE SHA256
    local room
    room=$(mktemp -d)
    python3 "$SCRIPTS/deploy/files.py" scripts "$room" "$REPOSITORY/$2"
    mkdir -p "$ROOT${1%/*}"
    sed -e "s|^url=.*|url=file:///home/dev/Downloads/$(basename "$(archive)")|" -e "s|^sha256=.*|sha256=$3|" "$room"/*.sh >"$ROOT$1"
    chmod 700 "$ROOT$1"
    rm -r "$room"
}

other_checksum_ends_it() { # PLACE FILE
    put_script "$1" "$2" "$(printf %064d 0)"
    fails_with 'checksum' as root "$1"
}
