# shellcheck shell=bash
# The docker CLI with a separate daemon: `get` before each pull and push, `list` and `get` for every server before a
# build with credsStore, `store` at the end of each login, and `erase` for several forms of the host at logout.

docker_tests() {
    local obstacle
    obstacle=$(dockerd_obstacle)
    if [ -n "$obstacle" ]; then
        skip "docker" "$obstacle"
        return
    fi
    use_dockerd
    by_each_docker_cli docker_client_tests
}

docker() { "$DOCKER_CLI" "$@"; }

# The client of the distribution and, if there is one, the newer client of the current user.
by_each_docker_cli() { # FUNCTION
    local DOCKER_CLI
    while read -r DOCKER_CLI; do
        "$1" "docker $(docker version --format '{{.Client.Version}}' </dev/null | cut -d . -f 1,2)"
    done < <(type -aP docker | xargs realpath | sort -u)
}

# The daemon of all tests, started by the first test that needs it.
use_dockerd() {
    DOCKER_CLI=$(type -P docker)
    docker_answers || start_dockerd "$WORK"
}

docker_client_tests() { # NAME
    docker_by_helper "$1"
    docker_by_store "$1"
    docker_builds "$1"
    docker_builds_by_buildkit "$1"
    docker_promotes "$1"
}

# Removes all images, so that the next pull is a real one.
new_docker_user() { # DOCKER-CONFIGURATION
    new_user "$1"
    docker image prune --all --force >/dev/null
}

docker_by_helper() { # NAME
    put_into_registry docker/base 1 >/dev/null
    new_docker_user "$BY_HELPER"
    check "$1: cold pull by credHelpers" calling 1 asking get docker pull "$ECR/docker/base:1"
    check "$1: the program in the pulled image is the one that was put there" greets docker "$ECR/docker/base:1"
    check "$1: warm push by credHelpers" calling 0 docker_pushes "$ECR/docker/base:1" "docker/pushed" helper
    check "$1: manifest inspect by credHelpers, warm" calling 0 asking_for "$ECR" docker_inspects "$ECR/docker/pushed:helper"
    check "$1: login without arguments takes the helper's token" docker login "$ECR"
    check "$1: pull after it" docker pull "$ECR/docker/base:1"
    check "$1: logout" asking_only erase docker logout "$ECR"
    check "$1: cold pull after the logout" calling 1 docker pull "$ECR/docker/base:1"

    new_docker_user "$BY_HELPER"
    check "$1: login with the token on the standard input" login_to_ecr docker
    make_docker_image "$ECR/docker/base:1"
    check "$1: push after it" docker_pushes "$ECR/docker/base:1" docker/pushed cold

    new_docker_user '{}'
    check "$1: without the helper the registry refuses" \
        fails_with 'no basic auth credentials|denied|unauthorized|Not Authorized' \
        docker pull "$ECR/docker/base:1"
}

docker_by_store() { # NAME
    put_into_registry group/app 1 >/dev/null
    new_docker_user "$BY_STORE"
    check "$1: cold pull by credsStore" calling 1 asking get docker pull "$ECR/docker/base:1"
    check "$1: warm push by credsStore" calling 0 docker_pushes "$ECR/docker/base:1" docker/pushed store
    check "$1: manifest inspect by credsStore, warm" calling 0 asking_for "$ECR" docker_inspects "$ECR/docker/pushed:store"
    check "$1: an unknown registry stays anonymous" \
        fails_with 'denied|forbidden|unauthorized' docker pull "$GITLAB/group/app:1"
    check "$1: login to a GitLab registry with a job token" login_to_gitlab docker
    check "$1: pull from the GitLab registry" docker pull "$GITLAB/group/app:1"
    check "$1: logout from the GitLab registry" asking_only erase docker logout "$GITLAB"
    check "$1: after the logout the GitLab registry refuses" \
        fails_with 'denied|forbidden|unauthorized' docker pull "$GITLAB/group/app:1"
    check "$1: login to ECR by credsStore" login_to_ecr docker
    check "$1: logout from ECR" docker logout "$ECR"
}

docker_builds() { # NAME
    new_docker_user "$BY_STORE"
    docker_context
    check "$1: cold build from an image in ECR by credsStore" calling 1 asking 'list get get' docker_build
    check "$1: warm build by credsStore" calling 0 asking 'list get get' docker_build
    check "$1: push of what was built" docker_pushes "$ECR/docker/built:1" docker/built build
    new_docker_user "$BY_HELPER"
    docker_context
    check "$1: cold build from an image in ECR by credHelpers" calling 1 docker_build
}

# The daemon requests credentials from the CLI during a build, one registry at a time.
docker_builds_by_buildkit() { # NAME
    if ! has_buildkit; then
        skip "$1: BuildKit" "this CLI has it in a plugin, buildx, which is not installed"
        return
    fi
    local way configuration
    while read -r way configuration; do
        new_docker_user "$configuration"
        docker builder prune --all --force >/dev/null
        docker_context
        check "$1: cold BuildKit build from an image in ECR by $way" calling 1 asking_for "$ECR" docker_build_by_buildkit
        check "$1: push of what BuildKit built" docker_pushes "$ECR/docker/built:1" docker/built "buildkit-${way,,}"
    done <<<"credHelpers $BY_HELPER"$'\n'"credsStore $BY_STORE"
}

# Up to 20.10 this is part of the CLI itself.
has_buildkit() {
    docker buildx version >/dev/null 2>&1 || [ "$(docker version --format '{{.Client.Version}}' </dev/null | cut -d . -f 1)" -lt 23 ]
}

# One job uses the image that another job has built, and releases it.
docker_promotes() { # NAME
    new_docker_user "$BY_STORE"
    check "$1: promotion: login to the GitLab registry" login_to_gitlab docker
    check "$1: promotion: pull, tag, push to ECR" docker_promotion
    check "$1: promotion: build from ECR beside a GitLab login" docker_builds_again
    check "$1: promotion: logout" docker logout "$GITLAB"
}

# An image that was not pulled: its push needs a separate login.
make_docker_image() { # NAME
    tar -C "$WORK/image" -cf - index.json | docker import - "$1" >/dev/null
}

docker_pushes() { # IMAGE REPOSITORY TAG
    docker tag "$1" "$ECR/$2:$3"
    docker push "$ECR/$2:$3"
    is_in_registry "$2" "$3"
}

# Here the CLI connects to the registry itself, not the daemon. It reads images that the daemon pushed: 20.10 does not
# read manifests of OCI images.
docker_inspects() { DOCKER_CLI_EXPERIMENTAL=enabled docker manifest inspect "$1" | jq -e '.schemaVersion == 2' >/dev/null; }

docker_context() {
    mkdir -p context
    echo "added" >context/file
    printf 'FROM %s/docker/base:1\nCOPY file /file\n' "$ECR" >context/Dockerfile
}

# The classic builder, which docker uses without its buildx plugin.
docker_build() { DOCKER_BUILDKIT=0 docker build --pull --tag "$ECR/docker/built:1" context; }

docker_build_by_buildkit() { DOCKER_BUILDKIT=1 docker build --progress plain --pull --tag "$ECR/docker/built:1" context; }

docker_builds_again() {
    docker_context
    docker_build
}

docker_promotion() {
    docker pull "$GITLAB/group/app:1"
    docker tag "$GITLAB/group/app:1" "$ECR/docker/promoted:1"
    docker push "$ECR/docker/promoted:1"
    is_in_registry docker/promoted 1
}
