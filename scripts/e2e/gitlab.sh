# shellcheck shell=bash
# The pipelines of docs/gitlab, the very files, run with real clients: the job token, variables with a password, roles by
# ID tokens, promotion. What the runner does around a job is in pipeline.py.

PIPELINES=$SCRIPTS/../docs/gitlab

gitlab_tests() {
    if ! python3 -c 'import yaml' 2>/dev/null; then
        skip "pipelines" "python3-yaml is missing"
        return
    fi
    local obstacle
    obstacle=$(dockerd_obstacle)
    if [ -n "$obstacle" ]; then
        skip "pipelines with docker" "$obstacle"
    else
        use_dockerd
        docker_pipelines
    fi
    pipeline_brings buildah group/app "$(short_commit_of buildah)"
    pipeline_promotes promote-skopeo
    skip "pipeline buildkit-rootless" "it needs buildkitd in a container"
    skip "pipeline ecr-runner-role" "its image is pulled by a runner"
}

docker_pipelines() {
    local way
    for way in job-token ecr-id-tokens socket shell-executor; do
        pipeline_brings "$way" group/app "$(short_commit_of "$way")"
    done
    pipeline_brings manual-variables group-app "$(short_commit_of manual-variables)"
    pipeline_brings tags group/app 42
    check "pipeline tags: the tag of the commit, too" is_in_registry group/app "$(commit_of tags)"
    pipeline_promotes promote
    put_into_registry tools/lint stable >/dev/null
    pipeline_is_run pull-before-run
}

# Of its own for each, because one registry is behind all of them.
commit_of() { sha1sum <<<"$1" | cut -c 1-40; } # WAY
short_commit_of() { commit_of "$1" | cut -c 1-8; }

# An image that is in the registry only when the job has ended.
pipeline_brings() { # WAY REPOSITORY TAG
    check "pipeline $1: no image before it" is_not_in_registry "$2" "$3"
    pipeline_is_run "$1"
    check "pipeline $1: its image" is_in_registry "$2" "$3"
}

pipeline_promotes() { # WAY
    put_into_registry group/app "$(short_commit_of "$1")" >/dev/null
    pipeline_brings "$1" group/app "release-of-$1"
}

# What the job makes for itself is its own.
pipeline_is_run() { # WAY
    new_user
    mkdir builds
    printf 'FROM scratch\nCOPY file /file\n' >builds/Dockerfile
    echo "$1" >builds/file
    # Elsewhere the ID token is the only identity.
    [ "$1" = shell-executor ] || rm "$HOME/.aws/credentials"
    check "pipeline $1: the job" run_pipeline "$1"
}

run_pipeline() { # WAY
    # docker's classic builder is what is here.
    AWS_EC2_METADATA_DISABLED=true DOCKER_BUILDKIT=0 \
        python3 "$SCRIPTS/e2e/pipeline.py" "$PIPELINES/$1.yml" "$HOME/builds" \
        "CI_COMMIT_SHA=$(commit_of "$1")" "CI_COMMIT_SHORT_SHA=$(short_commit_of "$1")" "CI_COMMIT_TAG=release-of-$1" \
        "CI_REGISTRY=$GITLAB" "CI_REGISTRY_IMAGE=$GITLAB/group/app" "CI_JOB_TOKEN=$GITLAB_PASSWORD" \
        "DOCKER_REGISTRY=$GITLAB" "DOCKER_REGISTRY_USER=$GITLAB_USER" "DOCKER_REGISTRY_PASS=$GITLAB_PASSWORD" \
        "ECR_REGISTRY=$ECR" "ECR_ROLE_ARN=arn:aws:iam::123456789012:role/push"
}
