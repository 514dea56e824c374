# shellcheck shell=bash
# The images of tools/Docker: the program alone, and added to another image.

IMAGES=$SCRIPTS/../tools/Docker

containers_tests() {
    local obstacle
    obstacle=$(dockerd_obstacle)
    if [ -n "$obstacle" ]; then
        skip "containers" "$obstacle"
        return
    fi
    use_dockerd
    put_into_registry docker/base 1 >/dev/null
    new_docker_user "$BY_HELPER"
    mkdir -p classic "buildkit/$(image_architecture)"
    cp "$WORK/program/$HELPER" classic/
    cp "$WORK/program/$HELPER" "buildkit/$(image_architecture)/"
    image_tests "classic builder" 0 classic
    BY_BUILDKIT=
    by_each_docker_cli containers_by_buildkit
    [ -n "$BY_BUILDKIT" ] || skip "containers by BuildKit" "no docker CLI here has it"
}

# One CLI with this feature is enough, because the daemon builds.
containers_by_buildkit() {
    [ -z "$BY_BUILDKIT" ] && has_buildkit || return 0
    BY_BUILDKIT=yes
    image_tests BuildKit 1 buildkit
}

image_tests() { # BUILDER BUILDKIT CONTEXT
    export DOCKER_BUILDKIT=$2
    docker image prune --all --force >/dev/null
    check "$1: an image of the program alone" docker build --file "$IMAGES/Dockerfile" --tag helper "$3"
    check "$1: its container tells its version" runs_in_container version
    check "$1: its container gets a token over TLS" gets_in_container
    check "$1: another image with the program" builds_onto
    check "$1: the program is on its PATH, and can be run" is_on_path
    unset DOCKER_BUILDKIT
}

runs_in_container() { docker run --rm --network none helper "$1" | grep -E "^$HELPER [0-9]"; }

# AWS has an address of the sandbox, which is the network of the daemon's host.
gets_in_container() {
    local token
    AWS_ACCESS_KEY_ID=$KEY AWS_SECRET_ACCESS_KEY=$SECRET_KEY docker run --rm --interactive --network host \
        --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY \
        --volume "$WORK/ca.pem:/etc/ssl/certs/ca-certificates.crt:ro" helper get <<<"$ECR" >answer
    token=$(jq -r .Secret answer)
    answers 200 -K - "https://$ECR/v2/" <<<"user = \"AWS:$token\""
}

builds_onto() {
    docker pull "$ECR/docker/base:1"
    docker build --file "$IMAGES/onto.Dockerfile" --build-arg HELPER=helper --build-arg "BASE=$ECR/docker/base:1" --tag with-helper .
}

is_on_path() {
    local container
    container=$(docker create with-helper)
    docker cp "$container:/usr/local/bin/$HELPER" found
    docker rm "$container"
    cmp found "$WORK/program/$HELPER"
    docker run --rm --network none --entrypoint "$HELPER" with-helper version
}
