# shellcheck shell=bash
# Checks the SBOM and the notices for release-test.sh, and how upkeep.sh reads the SBOM.

# Prints NAME VERSION LICENCE PURL of each package in the SBOM.
parts() {
    jq -r '.packages[] | [.name, .versionInfo, .licenseDeclared, .externalRefs[0].referenceLocator] | join(" ")' "$FIRST"/*.spdx.json
}

parts_are_those_of_the_file() {
    local openssl
    openssl=$(linked_openssl)
    parts
    parts | grep -xF "openssl $openssl Apache-2.0 pkg:generic/openssl@$openssl"
    parts | grep -E '^glibc 2\.[0-9]+ LGPL'
    parts | grep -E '^zlib-ng +Zlib '
    parts | grep -E '^\.NET runtime 10\.'
    equal "$(sha256sum <"$FROM/$TARGET/$HELPER" | cut -d' ' -f1)" \
        "$(jq -r '.packages[0].checksums[0].checksumValue' "$FIRST"/*.spdx.json)"
}

# Another reader of the lock file finds the same packages.
parts_are_those_of_the_lock_file() {
    diff <(jq -r '.dependencies[] | to_entries[] | select(.value.resolved) | .key + " " + .value.resolved' \
        src/CredHelper/packages.lock.json | grep -vE 'ILCompiler|ILLink' | LC_ALL=C sort -u) \
        <(jq -r '.packages[] | select(.externalRefs[0].referenceLocator | startswith("pkg:nuget/")) | .name + " " + .versionInfo' \
            "$FIRST"/*.spdx.json | LC_ALL=C sort)
}

# The requirements of the SPDX 2.3 schema that apply to this document.
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
    done < <(jq -r '.packages[1:][] | .name + " " + (.versionInfo // "")' "$FIRST"/*.spdx.json)
    grep -F 'GNU LESSER GENERAL PUBLIC LICENSE' "$ROOM/unpacked/THIRD-PARTY-NOTICES.txt"
}

# Uses the upstream version if the SBOM has no revision, or one of another distribution.
old_version_is_a_reason() {
    jq '(.packages[] | select(.name == "openssl")) |= (.versionInfo = "3.0.1" | .sourceInfo = "libssl-dev 3.9.9-1, other 1")' \
        "$FIRST"/*.spdx.json >"$ROOM/old.spdx.json"
    fails_with 'openssl: linked is 3\.0\.1, .* libssl-dev 3\.' scripts/upkeep.sh "$ROOM/old.spdx.json"
}

# The builder named a revision with fewer fixes than the newest.
old_revision_is_a_reason() {
    jq -e --arg version "$(linked_openssl)" \
        'any(.packages[]; .name == "openssl" and .versionInfo == $version and (.sourceInfo | startswith("libssl-dev " + $version + "-0, ")))' "$FIRST"/*.spdx.json
    fails_with "openssl: linked is $(linked_openssl)-0, .* libssl-dev 3\." scripts/upkeep.sh "$FIRST"/*.spdx.json
}

# The program under test was linked from this SDK.
own_runtime_is_no_reason() {
    { scripts/upkeep.sh "$FIRST"/*.spdx.json || true; } | grep -E '^ok +\.NET runtime is the newest'
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
        check "upkeep: an older OpenSSL is a reason for a release" old_version_is_a_reason
        check "upkeep: so is an older revision of the same" old_revision_is_a_reason
        check "upkeep: this SDK's .NET runtime is none" own_runtime_is_no_reason
    else
        skip "upkeep" "no apt to ask"
    fi
}
