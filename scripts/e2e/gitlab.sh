# shellcheck shell=bash
# Runs the pipelines of docs/gitlab and the CI/CD components of templates with real clients: the job token, variables
# with a password, roles by ID tokens, promotion. pipeline.py does what the runner does around a job, component.py what
# GitLab does with a component. None of them contains a login.

PIPELINES=$SCRIPTS/../docs/gitlab
COMPONENTS=$SCRIPTS/../templates

gitlab_tests() {
    if ! python3 -c 'import yaml' 2>/dev/null; then
        skip "pipelines" "python3-yaml is missing"
        return
    fi
    check "pipelines: none of them logs in" no_login_in "$PIPELINES"/*.yml "$COMPONENTS"/*/template.yml
    pipelines_are_valid
    local obstacle
    obstacle=$(dockerd_obstacle)
    if [ -n "$obstacle" ]; then
        skip "pipelines with docker" "$obstacle"
    else
        use_dockerd
        docker_pipelines
    fi
    pipeline_brings buildah group/app "$(short_commit_of buildah)"
    pipeline_promotes promote-skopeo group/app
    pipeline_promotes promote-production-skopeo production/group/app
    component_brings buildah group/app
    component_brings promote-skopeo group/app
    component_brings promote-production-skopeo production/group/app
    skip "pipeline buildkit-rootless" "it needs buildkitd in a container"
    skip "pipeline ecr-runner-role" "its image is pulled by a runner"
}

docker_pipelines() {
    local way
    # The files that the script would download are here already, and there is no network.
    stub_curl
    put_into_registry base/app stable >/dev/null
    for way in job-token ecr-id-tokens socket shell-executor from-ecr docker-install; do
        pipeline_brings "$way" group/app "$(short_commit_of "$way")"
    done
    pipeline_brings manual-variables group-app "$(short_commit_of manual-variables)"
    pipeline_brings tags group/app 42
    check "pipeline tags: the tag of the commit, too" is_in_registry group/app "$(commit_of tags)"
    put_by_docker group/app "$(short_commit_of promote)"
    pipeline_promotes promote group/app
    put_by_docker group/app "$(short_commit_of promote-production)"
    pipeline_promotes promote-production production/group/app
    put_into_registry tools/lint stable >/dev/null
    pipeline_is_run pull-before-run
    for way in job-token ecr-id-tokens socket from-ecr docker-install promote; do
        component_brings "$way" group/app
    done
    component_brings manual-variables group-app
    component_brings promote-production production/group/app
}

# A component with its inputs, and the job that GitLab would create from it.
component_brings() { # WAY REPOSITORY
    local name=component-$1 template=$COMPONENTS/$1/template.yml file=$WORK/component.yml tag inputs=(job=ours stage=ship)
    tag=$(short_commit_of "$name")
    case $1 in
        promote*-skopeo) put_into_registry group/app "$tag" >/dev/null ;;
        promote*) put_by_docker group/app "$tag" ;;
    esac
    [[ $1 != promote* ]] || tag=release-of-$name
    ! grep -q '^    ecr_registry:' "$template" || inputs+=("ecr_registry=$ECR" role_arn=arn:aws:iam::123456789012:role/push)
    python3 "$SCRIPTS/e2e/component.py" "$template" "${inputs[@]}" >"$file"
    new_builds "$1"
    check "component $1: no image before it" is_not_in_registry "$2" "$tag"
    check "component $1: the job" run_job "$name" "$file"
    check "component $1: its image" is_in_registry "$2" "$tag"
}

# Each test has its own repository, because all of them share one registry.
commit_of() { sha1sum <<<"$1" | cut -c 1-40; } # WAY
short_commit_of() { commit_of "$1" | cut -c 1-8; }

# An image that exists in the registry only after the job.
pipeline_brings() { # WAY REPOSITORY TAG
    check "pipeline $1: no image before it" is_not_in_registry "$2" "$3"
    pipeline_is_run "$1"
    check "pipeline $1: its image" is_in_registry "$2" "$3"
}

pipeline_promotes() { # WAY REPOSITORY
    local tested
    is_in_registry group/app "$(short_commit_of "$1")" >/dev/null ||
        put_into_registry group/app "$(short_commit_of "$1")" >/dev/null
    tested=$(digest_in_registry group/app "$(short_commit_of "$1")")
    pipeline_brings "$1" "$2" "release-of-$1"
    check "pipeline $1: the image that was tested" equal "$tested" "$(digest_in_registry "$2" "release-of-$1")"
}

# Pushed by docker, as an earlier job would have done; pushed again, it has the same digest.
put_by_docker() { # REPOSITORY TAG
    local directory image=${REGISTRY#http://}/$1:$2
    directory=$(mktemp -d)
    echo "$2" >"$directory/file"
    printf 'FROM scratch\nCOPY file /file\n' >"$directory/Dockerfile"
    DOCKER_BUILDKIT=0 docker build --quiet --tag "$image" "$directory" >/dev/null 2>&1
    docker push --quiet "$image" >/dev/null
    docker image rm "$image" >/dev/null
    rm -r "$directory"
}

no_login_in() { ! grep -nE '(docker|skopeo|buildah|podman) login' "$@"; } # FILE…

# Each pipeline, and a file with all of them, is valid by GitLab's schema of .gitlab-ci.yml.
pipelines_are_valid() {
    if python3 -c 'import jsonschema' 2>/dev/null; then
        check "pipelines: valid by GitLab's schema" python3 "$SCRIPTS/e2e/schema.py" "$SCRIPTS/e2e/gitlab-ci.schema.json" "$PIPELINES"/*.yml \
            "$COMPONENTS"/*/template.yml
    else
        skip "pipelines: valid by GitLab's schema" "python3-jsonschema is missing"
    fi
}

# A script that does nothing replaces the download.
stub_curl() {
    mkdir -p "$HOME/stub"
    # shellcheck disable=SC2016
    printf '#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" != --output ] || echo : >"$2"; shift; done\n' >"$HOME/stub/curl"
    chmod 755 "$HOME/stub/curl"
    STUBS=$HOME/stub
}

# Files that the job creates are removed with it.
pipeline_is_run() { # WAY
    new_builds "$1"
    check "pipeline $1: the job" run_job "$1" "$PIPELINES/$1.yml"
}

new_builds() { # WAY
    new_user
    mkdir builds
    printf 'FROM scratch\nCOPY file /file\n' >builds/Dockerfile
    # shellcheck disable=SC2016
    [ "$1" != from-ecr ] || printf 'ARG BASE\nFROM $BASE\nCOPY file /file\n' >builds/Dockerfile
    echo "$1" >builds/file
    # In the other jobs the ID token is the only identity.
    [ "$1" = shell-executor ] || rm "$HOME/.aws/credentials"
}

run_job() { # NAME FILE
    # This machine has docker's classic builder.
    AWS_EC2_METADATA_DISABLED=true DOCKER_BUILDKIT=0 PATH=${STUBS:+$STUBS:}$PATH \
        python3 "$SCRIPTS/e2e/pipeline.py" "$2" "$HOME/builds" \
        "CI_COMMIT_SHA=$(commit_of "$1")" "CI_COMMIT_SHORT_SHA=$(short_commit_of "$1")" "CI_COMMIT_TAG=release-of-$1" \
        "CI_REGISTRY=$GITLAB" "CI_REGISTRY_IMAGE=$GITLAB/group/app" "CI_JOB_TOKEN=$GITLAB_PASSWORD" \
        "DOCKER_REGISTRY=$OTHER" "DOCKER_REGISTRY_USER=$OTHER_USER" "DOCKER_REGISTRY_PASS=$OTHER_PASSWORD" \
        "PRODUCTION_DOCKER_REGISTRY=$OTHER/production" "PRODUCTION_DOCKER_REGISTRY_USER=$OTHER_USER" \
        "PRODUCTION_DOCKER_REGISTRY_PASS=$OTHER_PASSWORD" \
        "ECR_REGISTRY=$ECR" "ECR_ROLE_ARN=arn:aws:iam::123456789012:role/push"
}
