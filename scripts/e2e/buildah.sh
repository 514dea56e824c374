# shellcheck shell=bash
# buildah builds without a daemon; its pulls and pushes find helpers in the same way as podman's.

buildah_tests() {
    if ! has buildah; then
        skip "buildah" "not installed"
        return
    elif ! is_real_root; then
        skip "buildah" "a user namespace with one user is not enough for it"
        return
    fi
    put_into_registry buildah/base 1 >/dev/null
    new_user "$BY_HELPER"
    check "buildah: cold pull, credHelpers of docker's configuration" calling 1 buildah pull "$ECR/buildah/base:1"

    new_user "$BY_HELPER"
    buildah_context
    check "buildah: cold build from an image in ECR" calling 1 buildah_builds
    check "buildah: warm push of what was built" calling 0 buildah_pushes built
    check "buildah: the program of the image runs in it" buildah_runs

    new_user
    helper_in_auth_file
    check "buildah: login, credHelpers of its own configuration" login_to_ecr buildah
    check "buildah: pull after the login" buildah pull "$ECR/buildah/base:1"
    check "buildah: logout asks for erase" asking erase buildah logout "$ECR"
}

buildah_context() {
    mkdir context
    echo "added" >context/file
    printf 'FROM %s/buildah/base:1\nCOPY file /file\n' "$ECR" >context/Dockerfile
}

buildah_builds() { buildah bud --isolation chroot --tag "$ECR/buildah/built:1" context; }

buildah_pushes() { # REPOSITORY
    buildah push "$ECR/buildah/$1:1"
    is_in_registry "buildah/$1" 1
}

buildah_runs() {
    local container
    container=$(buildah from "$ECR/buildah/built:1")
    equal "$GREETING" "$(buildah run --isolation chroot "$container" /hello)"
}
