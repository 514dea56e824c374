# shellcheck shell=bash
# Records how each client reacts to a helper that is missing, fails or is slow. A test fails if the outcome differs from
# docs/dev/clients.md, so that the document stays true.

DOCUMENT=$SCRIPTS/../docs/dev/clients.md
DENIAL='"service": "ecr", "kind": "error", "code": "AccessDeniedException", "message": "not for you", "times": -1'

troubled_tests() {
    local client obstacle
    put_into_registry docker/base 1 >/dev/null
    put_into_registry dotnet/base 1 >/dev/null
    troubled "$(named skopeo) inspect" BY_HELPER skopeo inspect "docker://$ECR/docker/base:1"
    for client in podman buildah; do
        if has "$client" && is_real_root; then
            troubled "$(named "$client") pull" BY_HELPER "$client" pull "$ECR/docker/base:1"
        else
            skip "$client with a helper in trouble" "it is not installed, or this is no root"
        fi
    done
    troubled ".NET SDK $(dotnet --version | cut -d . -f 1,2) publish" BY_HELPER dotnet_pushes troubled
    obstacle=$(dockerd_obstacle)
    if [ -n "$obstacle" ]; then
        skip "docker with a helper in trouble" "$obstacle"
        return
    fi
    use_dockerd
    by_each_docker_cli troubled_docker
    if [ -z "$(docker_py_obstacle)" ]; then
        client="docker-py $(/usr/bin/python3 -c 'import docker; print(docker.__version__)' | cut -d . -f 1,2)"
        troubled "$client pull" BY_HELPER docker_py pull "$ECR/docker/base:1"
        troubled "$client pull" BY_STORE docker_py pull "$ECR/docker/base:1"
    fi
}

# With the version, because the next one may behave differently.
named() { echo "$1 $("$1" --version | grep -oE '[0-9]+\.[0-9]+' | head -n 1)"; }

troubled_docker() { # NAME
    local way
    for way in BY_HELPER BY_STORE; do
        troubled "$1 pull" "$way" docker pull "$ECR/docker/base:1"
        troubled "$1 build, classic" "$way" docker_build
        if has_buildkit; then
            troubled "$1 build, BuildKit" "$way" docker_build_by_buildkit
        fi
        troubled "$1 login elsewhere" "$way" login_to_gitlab docker
    done
}

# One row of the document: a client that uses the helper in one way, under each failure.
troubled() { # CLIENT CONFIGURATION COMMAND…
    local client=$1 configuration=$2 way row=() documented trouble
    shift 2
    way=credHelpers
    [ "$configuration" = BY_HELPER ] || way=credsStore
    for trouble in missing dies denied strict slow silent; do
        row+=("$(outcome_under "$trouble" "${!configuration}" "$@")")
    done
    documented=$(grep -F "| $client | $way |" "$DOCUMENT" || true)
    if [ -z "$documented" ]; then
        skip "$client by $way with a helper in trouble" "this version is not in docs/dev/clients.md: $(printf ' %s |' "${row[@]}")"
        return
    fi
    check "$client by $way with a helper in trouble" equal "$documented" "| $client | $way |$(printf ' %s |' "${row[@]}")"
}

outcome_under() { # TROUBLE CONFIGURATION COMMAND…
    local trouble=$1 status=0
    new_user "$2"
    shift 2
    {
        dotnet_project
        docker_context
        # BuildKit caches what it has pulled.
        if [ -n "${DOCKER_CLI:-}" ]; then
            docker image prune --all --force
            ! has_buildkit || docker builder prune --all --force
        fi
    } >/dev/null 2>&1
    make_trouble "$trouble"
    ("$@") >said 2>&1 </dev/null || status=$?
    end_trouble
    cat said >>"$OUTPUTS"
    outcome "$status" said
}

make_trouble() { # TROUBLE
    PATH_BEFORE=$PATH
    case $1 in
        missing) PATH=$(path_without_helper) ;;
        dies)
            mkdir -p dead
            printf '#!/bin/sh\ncat >/dev/null\nexit 255\n' >"dead/$HELPER"
            chmod 755 "dead/$HELPER"
            PATH=$PWD/dead:$PATH
            ;;
        denied) fault "{$DENIAL}" ;;
        strict)
            fault "{$DENIAL}"
            export AWS_ECR_STRICT=true
            ;;
        slow) fault '{"service": "ecr", "kind": "delay", "milliseconds": 1500, "times": -1}' ;;
        silent)
            fault '{"service": "ecr", "kind": "hang", "times": -1}'
            export AWS_ECR_TIMEOUT=1s
            ;;
    esac
}

end_trouble() {
    PATH=$PATH_BEFORE
    unset AWS_ECR_STRICT AWS_ECR_TIMEOUT
    curl -fsS --noproxy '*' -X POST "$EMULATOR_URL/_emulator/reset"
}

fault() { curl -fsS --noproxy '*' -d "$1" "$EMULATOR_URL/_emulator/faults"; }

# Hides a helper that is installed on the machine: its directory is replaced by links to the other programs in it.
path_without_helper() {
    local directory path=''
    while read -r -d : directory; do
        if [ "$directory" = "$WORK/bin" ] || [ "$directory" = "$WORK/program" ]; then
            continue
        elif [ -e "$directory/$HELPER" ]; then
            directory=$(links_without_helper "$directory")
        fi
        path=$path:$directory
    done <<<"$PATH:"
    echo "${path#:}"
}

links_without_helper() { # DIRECTORY
    local links=$WORK/without-helper$1
    if [ ! -d "$links" ]; then
        mkdir -p "$links"
        ln -s "$1"/* "$links"
        rm -f "$links/$HELPER"
    fi
    echo "$links"
}

# The outcome in a few words: it works, continues without credentials and is refused, or stops at the helper; and
# whether it prints why.
outcome() { # STATUS FILE
    local what='fails otherwise' why=silent
    if [ "$1" -eq 0 ]; then
        echo works
        return
    fi
    # The last lines are the outcome; the .NET SDK ends with a stack trace.
    if tail -n 3 "$2" | grep -qiE 'getting credentials|storing credentials|credentials store|InitializationError' ||
        grep -q CONTAINER1008 "$2"; then
        what=stops
    elif grep -qiE 'denied|unauthorized|no basic auth|authentication required|forbidden|\b40[13]\b' "$2"; then
        what=anonymous
    fi
    ! grep -qE 'hint:|status 255|exited with|not found in .PATH|not installed|current directory|Unable to locate' "$2" || why='says why'
    echo "$what, $why"
}
