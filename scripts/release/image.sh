# shellcheck shell=bash
# The image of a release: published as docs/dev/releasing.md describes, and pulled by the command of the install page.

# Needs a separate network for the registry, and a daemon.
image_inside() { # WORK OWNED COMMAND
    local work=$1 owned=$2 command=$3
    settle_inside
    start_registry "$work" 5000
    skopeo copy --all --preserve-digests --dest-tls-verify=false --insecure-policy \
        "oci-archive:$(echo "$owned"/*.oci.tar)" "$(sed -n 's/^docker pull \(.*\)@.*/docker:\/\/\1/p' <<<"$command")"
    start_dockerd "$work"
    bash -ec "$command"
    docker run --rm --network none "${command#docker pull }" version | grep -E "^$HELPER [0-9]"
    # The registry does not have another digest.
    fails_with 'not found|unknown' bash -c "${command%????}0000"
}

# shellcheck disable=SC2153  # OWNED is that of release-test.sh
image_is_pulled() {
    mkdir "$ROOM/image"
    enter_sandbox "$SCRIPTS/release-test.sh" "$ROOM/image" "$OWNED" "$(page_command 'Container image')"
}

image_tests() {
    local obstacle program
    obstacle=$(sandbox_obstacle)
    [ -n "$obstacle" ] || obstacle=$(dockerd_obstacle)
    for program in docker-registry skopeo; do
        has "$program" || obstacle="$program is missing"
    done
    if [ -n "$obstacle" ]; then
        skip "image" "$obstacle"
        return
    fi
    check "image: published, pulled by the page's command, and run" image_is_pulled
}
