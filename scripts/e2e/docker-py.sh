# shellcheck shell=bash
# docker-py with the daemon of docker.sh: `get` before a pull or push, and before a build `list` of the credsStore and
# `get` of everything that is listed or has a helper.

docker_py_tests() {
    local obstacle
    obstacle=$(docker_py_obstacle)
    if [ -n "$obstacle" ]; then
        skip "docker-py" "$obstacle"
        return
    fi
    use_dockerd
    put_into_registry docker/base 1 >/dev/null
    put_into_registry group/app 1 >/dev/null
    docker_py_signs_in credHelpers "$BY_HELPER" get
    docker_py_signs_in credsStore "$BY_STORE" 'list get get'
    check "docker-py: login to a GitLab registry with a job token, and a pull with it" docker_py_logs_in
}

docker_py_obstacle() {
    [ -e /usr/lib/python3/dist-packages/docker/__init__.py ] || { echo "python3-docker is not installed" && return; }
    dockerd_obstacle
}

# Uses Debian's interpreter, because another one does not find Debian's packages.
docker_py() { /usr/bin/python3 "$SCRIPTS/e2e/docker_py.py" "$@"; }

docker_py_signs_in() { # WAY CONFIGURATION VERBS-OF-A-BUILD
    new_docker_user "$2"
    check "docker-py: cold pull by $1" calling 1 asking get docker_py pull "$ECR/docker/base:1"
    check "docker-py: warm push by $1" calling 0 asking get docker_py_pushes "$1"
    new_docker_user "$2"
    docker_context
    check "docker-py: cold build from an image in ECR by $1" calling 1 asking "$3" docker_py build context "$ECR/docker-py/built:1"
}

docker_py_pushes() { # WAY
    docker tag "$ECR/docker/base:1" "$ECR/docker-py/pushed:${1,,}"
    docker_py push "$ECR/docker-py/pushed:${1,,}"
    is_in_registry docker-py/pushed "${1,,}"
}

docker_py_logs_in() {
    fails_with 'denied|forbidden|unauthorized' docker_py pull "$GITLAB/group/app:1"
    docker_py login "$GITLAB" "$GITLAB_USER" "$GITLAB/group/app:1" <<<"$GITLAB_PASSWORD"
}
