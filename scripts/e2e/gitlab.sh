# shellcheck shell=bash
# The pipelines of docs/gitlab, the very files, run with real clients: the job token, variables with a password, roles by
# ID tokens, promotion. What the runner does around a job is in pipeline.py.

PIPELINES=$SCRIPTS/../docs/gitlab
COMMIT=01234567

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
    pipeline_is_run buildah group/app "$COMMIT"
    put_into_registry group/app "$COMMIT" >/dev/null
    pipeline_is_run promote-skopeo group/app v1
    skip "pipeline buildkit-rootless" "it needs buildkitd in a container"
    skip "pipeline ecr-runner-role" "its image is pulled by a runner"
}

docker_pipelines() {
    local way
    pipeline_is_run job-token group/app "$COMMIT"
    pipeline_is_run manual-variables group-app "$COMMIT"
    for way in ecr-id-tokens socket shell-executor; do
        pipeline_is_run "$way" group/app "$COMMIT"
    done
    pipeline_is_run tags group/app 42
    check "pipeline tags: the tag of the commit, too" is_in_registry group/app 0123456789abcdef0123456789abcdef01234567
    put_into_registry group/app "$COMMIT" >/dev/null
    pipeline_is_run promote group/app v1
    put_into_registry tools/lint stable >/dev/null
    pipeline_is_run pull-before-run tools/lint stable
}

# The job ends well and its image is in the registry; what it made for itself is its own.
pipeline_is_run() { # WAY REPOSITORY TAG
    new_user
    mkdir builds
    printf 'FROM scratch\nCOPY file /file\n' >builds/Dockerfile
    echo "$1" >builds/file
    # Elsewhere the ID token is the only identity.
    [ "$1" = shell-executor ] || rm "$HOME/.aws/credentials"
    check "pipeline $1: the job" run_pipeline "$1"
    check "pipeline $1: its image" is_in_registry "$2" "$3"
}

run_pipeline() { # WAY
    # docker's classic builder is what is here.
    AWS_EC2_METADATA_DISABLED=true DOCKER_BUILDKIT=0 \
        python3 "$SCRIPTS/e2e/pipeline.py" "$PIPELINES/$1.yml" "$HOME/builds" \
        "CI_REGISTRY=$GITLAB" "CI_REGISTRY_IMAGE=$GITLAB/group/app" "CI_JOB_TOKEN=$GITLAB_PASSWORD" \
        "DOCKER_REGISTRY=$GITLAB" "DOCKER_REGISTRY_USER=$GITLAB_USER" "DOCKER_REGISTRY_PASS=$GITLAB_PASSWORD" \
        "ECR_REGISTRY=$ECR" "ECR_ROLE_ARN=arn:aws:iam::123456789012:role/push"
}
