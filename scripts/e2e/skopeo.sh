# shellcheck shell=bash
# skopeo uses credHelpers of docker's configuration or its own by the exact host, or a helper for every host.

skopeo_tests() {
    new_user "$BY_HELPER"
    check "skopeo: cold push, credHelpers of docker's configuration" \
        calling 1 skopeo copy "oci:$WORK/image" "docker://$ECR/skopeo/app:1"
    check "skopeo: what was pushed is in the registry" is_in_registry skopeo/app 1
    check "skopeo: warm inspect" calling 0 skopeo inspect "docker://$ECR/skopeo/app:1"
    check "skopeo: warm pull brings back the same image" calling 0 skopeo_pulls_the_same
    new_user "$BY_HELPER"
    check "skopeo: cold pull, the host alone is asked for" calling 1 asking_for "$ECR" skopeo copy "docker://$ECR/skopeo/app:1" dir:pulled

    new_user
    helper_in_auth_file
    check "skopeo: login, credHelpers of its own configuration" asking 'get store' login_to_ecr skopeo
    check "skopeo: the login is told, not the token" skopeo_tells_login
    check "skopeo: logout" asking erase skopeo logout "$ECR"
    check "skopeo: cold pull after the logout" calling 1 skopeo copy "docker://$ECR/skopeo/app:1" dir:pulled

    new_user
    helper_for_every_host
    put_into_registry group/app 1 >/dev/null
    check "skopeo: push, credential-helpers in registries.conf" \
        calling 1 skopeo copy "oci:$WORK/image" "docker://$ECR/skopeo/every:1"
    check "skopeo: a registry without a login stays anonymous" \
        fails_with 'Forbidden|denied' skopeo inspect "docker://$GITLAB/group/app:1"
    check "skopeo: login to a GitLab registry with a job token" login_to_gitlab skopeo
    check "skopeo: promotion from GitLab to ECR" promote_with_skopeo
    check "skopeo: logout from the GitLab registry" skopeo logout "$GITLAB"
    check "skopeo: after the logout the GitLab registry refuses" \
        fails_with 'Forbidden|denied' skopeo inspect "docker://$GITLAB/group/app:1"
}

skopeo_pulls_the_same() {
    rm -rf pulled
    skopeo copy "docker://$ECR/skopeo/app:1" oci:pulled
    diff -r "$WORK/image/blobs" pulled/blobs
}

skopeo_tells_login() { equal AWS "$(skopeo login --get-login "$ECR")"; }

promote_with_skopeo() {
    skopeo copy "docker://$GITLAB/group/app:1" "docker://$ECR/skopeo/promoted:1"
    is_in_registry skopeo/promoted 1
}
