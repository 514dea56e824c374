# shellcheck shell=bash
# podman without a service and without systemd: it finds helpers as skopeo does, and has a store of images.

podman_tests() {
    if ! has podman; then
        skip "podman" "not installed"
        return
    elif ! is_real_root; then
        skip "podman" "a user namespace with one user is not enough for it"
        return
    fi
    put_into_registry podman/base 1 >/dev/null
    new_user "$BY_HELPER"
    check "podman: cold pull, credHelpers of docker's configuration" calling 1 podman pull "$ECR/podman/base:1"
    check "podman: warm push" calling 0 podman_pushes tagged
    check "podman: the program in the pulled image is the one that was put there" greets podman "$ECR/podman/base:1"

    new_user
    helper_in_auth_file
    check "podman: login, credHelpers of its own configuration" login_to_ecr podman
    check "podman: pull after the login" podman pull "$ECR/podman/base:1"
    check "podman: logout asks for erase" asking erase podman logout "$ECR"
    check "podman: cold pull after the logout" calling 1 podman pull "$ECR/podman/base:1"

    new_user
    helper_for_every_host
    put_into_registry group/podman 1 >/dev/null
    check "podman: login to a GitLab registry with a job token, credential-helpers in registries.conf" login_to_gitlab podman
    check "podman: pull from GitLab, push to ECR" podman_promotes
    check "podman: logout from the GitLab registry" podman logout "$GITLAB"
    check "podman: after the logout the GitLab registry refuses" \
        fails_with 'Forbidden|denied' podman pull "$GITLAB/group/podman:1"
}

podman_pushes() { # TAG
    podman tag "$ECR/podman/base:1" "$ECR/podman/base:$1"
    podman push "$ECR/podman/base:$1"
    is_in_registry podman/base "$1"
}

podman_promotes() {
    podman pull "$GITLAB/group/podman:1"
    podman tag "$GITLAB/group/podman:1" "$ECR/podman/promoted:1"
    podman push "$ECR/podman/promoted:1"
    is_in_registry podman/promoted 1
}
