# shellcheck shell=bash
# Checks the formula, the manifests and the provenance of a release with an owner, for release-test.sh.

# Prints the SHA-256 of the file with a given URL.
hash_of_url() { sha256sum <"$OWNED/$(basename "$1")" | cut -d' ' -f1; }

formula_names_the_archives() {
    ! has ruby || ruby -c "$OWNED/$HELPER.rb"
    local url hash count=0
    while read -r url && read -r hash; do
        equal "$(hash_of_url "$url")" "$hash"
        count=$((count + 1))
    done < <(sed -nE 's/^ +(url|sha256) "(.*)"$/\2/p' "$OWNED/$HELPER.rb")
    equal 1 "$count"
}

scoop_manifest_names_the_archive() {
    local manifest=$OWNED/$HELPER.json folder
    equal "$(hash_of_url "$(jq -r '.architecture."64bit".url' "$manifest")")" "$(jq -r '.architecture."64bit".hash' "$manifest")"
    folder=$(jq -r '.architecture."64bit".extract_dir' "$manifest")
    python3 -m zipfile -l "$OWNED"/*-win-x64.zip | grep -F "$folder/$(jq -r '.bin[0]' "$manifest") "
}

winget_manifests_name_the_archive() {
    python3 - "$OWNED" <<'PYTHON'
import glob, hashlib, os, sys, yaml

manifests = [yaml.safe_load(open(name)) for name in glob.glob(sys.argv[1] + "/*.yaml")]
assert sorted(m["ManifestType"] for m in manifests) == ["defaultLocale", "installer", "version"]
assert len({(m["PackageIdentifier"], m["PackageVersion"]) for m in manifests}) == 1
installer = next(m for m in manifests if m["ManifestType"] == "installer")
archive = os.path.basename(installer["Installers"][0]["InstallerUrl"])
digest = hashlib.sha256(open(os.path.join(sys.argv[1], archive), "rb").read()).hexdigest()
assert digest.upper() == installer["Installers"][0]["InstallerSha256"]
PYTHON
}

statement_names_every_file() {
    local statement
    statement=$(echo "$OWNED"/*.intoto.json)
    jq -e '._type == "https://in-toto.io/Statement/v1" and .predicateType == "https://slsa.dev/provenance/v1"
        and (.predicate.buildDefinition | .buildType and .externalParameters and .resolvedDependencies[0].digest.gitCommit)
        and .predicate.runDetails.builder.id' "$statement"
    # The image is not a file, and the statement does not include itself.
    diff <(jq -r '.subject[] | select(.name != "127.0.0.1:5000/ecr-login") | .digest.sha256 + "  " + .name' "$statement" | LC_ALL=C sort) \
        <(grep -v 'intoto' "$OWNED/SHA256SUMS" | LC_ALL=C sort)
    equal "$(git rev-parse HEAD)" "$(jq -r '.predicate.buildDefinition.resolvedDependencies[0].digest.gitCommit' "$statement")"
    minisign -V -p "$ROOM/key.pub" -m "$statement"
    gpg --batch --verify "$statement.asc" "$statement"
}

page_is_complete() {
    fails_with '' grep -E '(^|[^$])\{[A-Z]' "$OWNED/INSTALL.md"
    tar -xzOf "$OWNED"/*-"$TARGET".tar.gz --wildcards '*/docs/install.md' | cmp - "$OWNED/INSTALL.md"
}

manifests_tests() {
    check "Homebrew: the formula names the archives" formula_names_the_archives
    if has jq; then
        check "Scoop: the manifest names the archive" scoop_manifest_names_the_archive
        check "provenance: signed, names every file and the commit" statement_names_every_file
    else
        skip "Scoop and provenance" "no jq"
    fi
    if python3 -c 'import yaml' 2>/dev/null; then
        check "winget: the manifests name the archive" winget_manifests_name_the_archive
    else
        skip "winget" "no python3-yaml"
    fi
    check "install page: has every value, and lies in the archive" page_is_complete
}
