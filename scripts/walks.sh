#!/usr/bin/env bash
# Walks as a user would take them: from an empty Debian system to the first pull and back to a clean system, with
# exactly the commands of the documents and the packages of the release program, against an emulated AWS under its real
# names.
#   walks.sh [WALK…]      without arguments: all of them
# A line per step, then a summary. CREDHELPER_BINARY names a program that is already built. The steps of a walk are in
# walks/WALK.sh.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/program.sh
. "$SCRIPTS/lib/program.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"
# shellcheck source=lib/sandbox.sh
. "$SCRIPTS/lib/sandbox.sh"
# shellcheck source=walks/machine.sh
. "$SCRIPTS/walks/machine.sh"
# shellcheck source=walks/download.sh
. "$SCRIPTS/walks/download.sh"
WALKS='runner laptop fleet node'
for walk in $WALKS; do
    # shellcheck disable=SC1090
    . "$SCRIPTS/walks/$walk.sh"
done

# The account and the region of the documents.
# shellcheck disable=SC2034  # read by sandbox.sh
ECR=123456789012.dkr.ecr.eu-west-1.amazonaws.com ECR_API=api.ecr.eu-west-1.amazonaws.com STS=sts.eu-west-1.amazonaws.com
SSO=portal.sso.eu-west-1.amazonaws.com
METADATA=169.254.169.254

# AWS with SSO and with the metadata service at its usual address, and the image that the documents pull.
settle() {
    become_aws "$WORK" --listen 0.0.0.0 --http 80 --dns "$SSO"
    printf '%s %s\n' "$AWS_ADDRESS" "$SSO" 127.0.1.1 "$(hostname)" >>"$WORK/hosts"
    ip address add "$METADATA/32" dev lo
    skopeo copy --quiet --dest-tls-verify=false "oci:$WORK/image" "docker://${REGISTRY#http://}/app:1"
    OUTPUTS=$WORK/outputs
}

walk() { # WALK…
    settle
    local name
    for name; do
        "${name}_walk"
    done
    check "no token and no key is in anything that was printed" no_secret_in "$OUTPUTS"
    sum_up
}

no_secret_in() { # FILE
    ! grep -nE "$SECRET_KEY|eyJwYXlsb2FkIjoi|access-of-the-walk" "$1"
}

if [ "${1:-}" = --inside ]; then
    WORK=$2 RELEASED=$3 DEBIAN=$2/debian
    walk "${@:4}"
    exit
fi
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $WALKS
for walk; do
    [[ " $WALKS " == *" $walk "* ]] || fail "no walk $walk; there are $WALKS"
done

nothing_runs() { # REASON
    skip "walks" "$1"
    sum_up
    exit
}

prerequisites walks
obstacle=$(sandbox_obstacle)
[ -n "$obstacle" ] || obstacle=$(machine_obstacle)
[ -z "$obstacle" ] || nothing_runs "$obstacle"
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
bring_program_and_emulator "$WORK"
make_debian || nothing_runs "Debian's packages could not be fetched"
make_download "$WORK/download"
make_image "$WORK/image" "Hello from an image in ECR"
enter_sandbox "$0" "$WORK" "$(version_of "$WORK/download")" "$@"
