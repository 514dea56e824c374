#!/usr/bin/env bash
# Parses and lints the files of deploy, and compares them with the output of the program and with the grants of
# docs/gitlab/iam. walks.sh runs those that can be run. Prints a line per test, then a summary. CREDHELPER_BINARY names
# a program that is already built.
set -euo pipefail
exec </dev/null
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/program.sh
. "$SCRIPTS/lib/program.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
DEPLOY=$REPOSITORY/deploy
HCL_PARSER=@cdktf/hcl2json@0.21.0
cd "$REPOSITORY"

bring_program() {
    PROGRAM=${CREDHELPER_BINARY:-$REPOSITORY/artifacts/publish/$HELPER}
    [ -x "$PROGRAM" ] || quietly publish_helper "${PROGRAM%/*}" || fail "the program could not be published"
}

# The files of a folder that a test checks; an empty list is an error.
files_of() { # PATTERN
    find "$DEPLOY" -type f -name "$1" | LC_ALL=C sort | grep .
}

yaml_tests() {
    if ! python3 -c 'import yaml, jsonschema, tomllib' 2>/dev/null; then
        skip "YAML, TOML" "python3-yaml, python3-jsonschema or Python 3.11 is missing"
        return
    fi
    check "every YAML, TOML and MIME file parses" python3 "$SCRIPTS/deploy/files.py" parse "$DEPLOY"
    check "Talos: the providers are those that the program prints" printed_is kubelet kubernetes/talos/machine-config.yaml setup kubelet
    check "Compose: the file is what the program prints" printed_is same compose/compose.yaml \
        setup gitlab-runner --registry 123456789012/eu-west-1 --print compose
    check "Helm: the values are what the program prints" printed_is same helm/ecr-login.yaml \
        setup gitlab-runner --registry 123456789012/eu-west-1 --print helm
    check "Helm: the values merge with a user's own" python3 "$SCRIPTS/deploy/files.py" merges "$DEPLOY/helm/ecr-login.yaml"
    local schema
    schema=$(cloud_init_schema)
    if [ -n "$schema" ]; then
        check "cloud-init: valid by its schema" python3 "$SCRIPTS/deploy/files.py" schema "$schema" "$DEPLOY/cloud-init/runner.yaml"
    else
        skip "cloud-init: valid by its schema" "the package cloud-init cannot be had"
    fi
}

printed_is() { # HOW FILE OPTION…
    local how=$1 file=$2
    shift 2
    "$PROGRAM" "$@" | python3 "$SCRIPTS/deploy/files.py" "$how" "$DEPLOY/$file"
}

cloud_init_schema() {
    find "$TOOLS/cloud-init" /usr/lib/python3/dist-packages/cloudinit -name 'schema-cloud-config-v1.json' 2>/dev/null | head -n 1 || true
}

lint_tests() {
    if has yamllint; then
        check "yamllint" yamllint --strict --config-file "$DEPLOY/.yamllint" "$DEPLOY"
    else
        skip "yamllint" "not installed"
    fi
    if has ansible-lint; then
        check "ansible-lint, profile production" lint_role
        check "the playbook's syntax" in_folder ansible ansible-playbook --inventory inventory.example.yml --syntax-check playbook.yml
    else
        skip "ansible-lint" "not installed"
    fi
    if has shellcheck; then
        check "shellcheck of the scripts" shellcheck "$DEPLOY/kubernetes/rancher-node.sh"
        check "shellcheck of the scripts inside other files" shellcheck_inside
    else
        skip "shellcheck" "not installed"
    fi
}

in_folder() { # FOLDER COMMAND…
    (cd "$DEPLOY/$1" && HOME=$ROOM "${@:2}")
}

# Without access to Galaxy, and without files in the caller's home.
lint_role() {
    in_folder ansible ansible-lint --offline --nocolor --profile production playbook.yml inventory.example.yml \
        roles/docker_credential_ecr_login
}

shellcheck_inside() {
    python3 "$SCRIPTS/deploy/files.py" scripts "$ROOM" "$DEPLOY/cloud-init/runner.yaml" "$DEPLOY/kubernetes/eks-al2023/user-data"
    shellcheck "$ROOM"/*.sh
}

# A drop-in is checked together with its unit.
systemd_tests() {
    if ! has systemd-analyze; then
        skip "systemd" "no systemd-analyze"
        return
    fi
    check "systemd: the drop-in is accepted" drop_in_is_accepted
    check "systemd: what is wrong would be told" tells_wrong_drop_in
}

drop_in_is_accepted() {
    local output
    make_unit "$ROOM/units"
    output=$(verify_unit "$ROOM/units")
    equal "" "$output"
}

tells_wrong_drop_in() {
    make_unit "$ROOM/wrong-units"
    echo 'Environmentt=A=b' >>"$ROOM/wrong-units/gitlab-runner.service.d/ecr-login.conf"
    verify_unit "$ROOM/wrong-units" | grep "Unknown key.*Environmentt"
}

make_unit() { # DIRECTORY
    mkdir -p "$1"
    cp -r "$DEPLOY/systemd/gitlab-runner.service.d" "$1/"
    printf '[Unit]\nDescription=GitLab Runner\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\n' >"$1/gitlab-runner.service"
}

# Warnings about other units are ignored.
verify_unit() { # DIRECTORY
    SYSTEMD_UNIT_PATH=$1: systemd-analyze verify --man=no gitlab-runner.service 2>&1 |
        grep gitlab-runner || true
}

hcl_tests() {
    if ! has npm; then
        skip "Terraform: parsed" "no npm"
    elif ! bring_hcl_parser; then
        skip "Terraform: parsed" "npm does not bring $HCL_PARSER"
    else
        check "Terraform: parsed, and the policies are those of docs/gitlab/iam" terraform_is_consistent
    fi
}

bring_hcl_parser() {
    [ -d "$TOOLS/hcl2json/node_modules/@cdktf/hcl2json" ] ||
        quietly npm install --prefix "$TOOLS/hcl2json" --no-audit --no-fund --no-save --ignore-scripts "$HCL_PARSER"
}

# The parser is found relative to the script.
terraform_is_consistent() {
    cp "$SCRIPTS/deploy/terraform.mjs" "$TOOLS/hcl2json/"
    node "$TOOLS/hcl2json/terraform.mjs" "$DEPLOY/terraform" "$REPOSITORY/docs/gitlab/iam"
}

document_tests() {
    check "deploy/README.md names every folder" names_every_folder
    check "the links of the documents lead somewhere" links_lead_somewhere
}

names_every_folder() {
    local folder
    for folder in "$DEPLOY"/*/; do
        folder=${folder%/}
        grep -qE "^\| \[${folder##*/}\]\(" "$DEPLOY/README.md" || { echo "missing: ${folder##*/}" && return 1; }
    done
}

links_lead_somewhere() {
    local document link
    while read -r document; do
        while read -r link; do
            [ -e "${document%/*}/$link" ] || { echo "$document: $link" && return 1; }
        done < <(grep -oE '\]\([^)#:]+[)#]' "$document" | sed 's/^](//; s/.$//')
    done < <(files_of '*.md')
}

prerequisites walks
bring_program
ROOM=$(mktemp -d)
trap 'rm -rf "$ROOM"' EXIT
yaml_tests
lint_tests
systemd_tests
hcl_tests
document_tests
sum_up
