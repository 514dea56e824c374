#!/usr/bin/env bash
# Shows the main use on this machine: builds the program, starts an emulated AWS with a real registry, and runs real
# clients that log in, push and pull. CREDHELPER_BINARY names a program that is already built.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/sandbox.sh
. "$SCRIPTS/lib/sandbox.sh"

say() { printf '\n%s\n' "$*"; }

chapter() { printf '\n== %s\n' "$*"; }

# Prints a command as a user would type it, runs it, and ends the demo if it fails.
show() {
    printf '$ %s\n' "$*"
    eval "$*" 2>&1 | sed 's/^/  /' || fail "this command failed: $*"
}

expect_calls() { # NUMBER
    local seen
    seen=$(calls_of ecr)
    [ "$seen" = "$1" ] || fail "the ECR API should have been called $1 times, the emulator counts $seen"
    echo "  calls to the ECR API that the emulator has counted: $seen"
}

build() {
    prerequisites build demo
    chapter "Build"
    if [ -n "${CREDHELPER_BINARY:-}" ]; then
        echo "taking $CREDHELPER_BINARY"
    else
        CREDHELPER_BINARY=artifacts/publish/$HELPER
        cd "$REPOSITORY"
        echo "\$ dotnet publish src/CredHelper -c Release -r $(runtime_identifier) -o artifacts/publish    (about a minute)"
        quietly publish_helper "${CREDHELPER_BINARY%/*}" || fail "the build failed"
    fi
    install -D "$CREDHELPER_BINARY" "$WORK/bin/$HELPER"
    export CREDHELPER_BINARY
    echo "  $CREDHELPER_BINARY: $(($(stat -c %s "$CREDHELPER_BINARY") / 1024)) KiB"
    build_emulator || fail "the emulator could not be built"
    has docker-registry || fail "docker-registry is missing: sudo apt-get install docker-registry"
    has skopeo || fail "skopeo is missing: sudo apt-get install skopeo"
}

token() {
    chapter "1. A token: any client asks the helper on its standard input"
    show "cat ~/.aws/config"
    show "E=$ECR"
    E=$ECR
    show "echo \$E | $HELPER get | cut -c1-104"
    expect_calls 1
    say "Once more; this answer comes from the cache:"
    show "echo \$E | $HELPER get | cut -c1-104"
    expect_calls 1
    TIMEFORMAT='%R seconds'
    show "time (echo \$E | $HELPER get >/dev/null)"
}

login() {
    chapter "2. Login: clients learn about the helper from one file"
    show "echo '{\"credHelpers\": {\"$E\": \"ecr-login\"}}' > ~/.docker/config.json"
    local client
    client=$(login_client)
    if [ "$client" = docker ] && [ -z "$(dockerd_obstacle)" ]; then
        start_dockerd "$WORK"
        show "docker login \$E"
    else
        show "$HELPER get <<< \$E | jq -r .Secret | $client login --username AWS --password-stdin \$E"
    fi
    show "$client logout \$E"
}

# Uses the clients that are installed. podman and buildah need more of a user namespace than it may have.
login_client() {
    if has docker; then
        echo docker
    elif has podman && is_real_root; then
        echo podman
    else
        echo skopeo
    fi
}

push_and_pull() {
    chapter "3. Push and pull: the registry takes only tokens that the ECR API gave out"
    echo "\$ skopeo inspect --no-creds docker://\$E/demo/app:1"
    if skopeo inspect --no-creds "docker://$E/demo/app:1" >"$WORK/refused" 2>&1; then
        fail "the registry let somebody in without a token"
    fi
    echo "  refused: $(grep -oE '[a-z]+: authentication required' "$WORK/refused")"
    show "skopeo copy oci:../app docker://\$E/demo/app:1"
    show "skopeo inspect docker://\$E/demo/app:1 | jq -c '{Name, Digest}'"
    show "skopeo copy docker://\$E/demo/app:1 oci:pulled"
    show "diff -r ../app/blobs pulled/blobs && echo what came back is what was sent"
    if [ -z "$(dockerd_obstacle)" ]; then
        pull_and_push_by docker
    elif has podman && is_real_root; then
        pull_and_push_by podman
    fi
}

pull_and_push_by() { # CLIENT
    say "The same by $1:"
    show "$1 pull \$E/demo/app:1"
    show "$1 tag \$E/demo/app:1 \$E/demo/app:2"
    show "$1 push \$E/demo/app:2"
    expect_calls 2
    echo "  (the second was needed because the logout had removed the token from the cache)"
}

advice() {
    chapter "Done"
    cat <<TEXT
For a real AWS account nothing of the emulator remains:

  sudo install $PROGRAM /usr/local/bin/
  unset AWS_ENDPOINT_URL                   # if it was set; keys, profile or role are found as the AWS CLI finds them
  # in ~/.docker/config.json:
  { "credHelpers": { "<account>.dkr.ecr.<region>.amazonaws.com": "ecr-login" } }
  docker pull <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>

The identity needs ecr:GetAuthorizationToken and the pull or push actions of the repository.
TEXT
}

# Without namespaces: the same programs on loopback ports, under names other than those of AWS.
tour_on_ports() {
    chapter "No namespaces here: $(sandbox_obstacle)"
    trap 'stop_jobs; remove_work' EXIT
    start_registry "$WORK" 0
    start_emulator "$WORK" --http 0
    local host=${EMULATOR_URL#http://}
    echo "So AWS_ENDPOINT_URL leads the helper to the emulator, and the registry answers as $host."
    settle_in
    show "export AWS_ENDPOINT_URL=$EMULATOR_URL"
    export AWS_ENDPOINT_URL=$EMULATOR_URL REGISTRY_AUTH_FILE=$HOME/auth.json
    token
    chapter "2. Login, push and pull: the registry takes only tokens that the ECR API gave out and that have not expired"
    show "$HELPER get <<<$ECR | jq -r .Secret | skopeo login --tls-verify=false --username AWS --password-stdin $host"
    show "skopeo copy --dest-tls-verify=false oci:../app docker://$host/demo/app:1"
    show "skopeo copy --src-tls-verify=false docker://$host/demo/app:1 oci:pulled"
    show "diff -r ../app/blobs pulled/blobs && echo what came back is what was sent"
    show "skopeo logout $host"
    advice
}

stop_jobs() {
    local job
    for job in $(jobs -p); do
        kill "$job" 2>/dev/null || continue
        wait "$job" || true
    done
}

remove_work() { rm -rf "$WORK"; }

settle_in() {
    PROGRAM=$CREDHELPER_BINARY
    make_image "$WORK/app" "Hello from an image in ECR"
    make_home "$WORK/home"
    forget_environment "$WORK/home" "$WORK/bin"
    keep_images_in "$HOME"
}

tour() {
    become_aws "$WORK"
    settle_in
    token
    login
    push_and_pull
    advice
}

if [ "${1:-}" = --inside ]; then
    WORK=$2
    tour
    exit
fi

WORK=$(mktemp -d)
trap remove_work EXIT
build
if [ -z "$(sandbox_obstacle)" ]; then
    enter_sandbox "$0" "$WORK"
else
    tour_on_ports
fi
