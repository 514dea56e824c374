# shellcheck shell=bash
# Functions that the tests of several clients share.
# shellcheck disable=SC2034  # used by those that read this file

GREETING="Hello from an image without a network"
OTHER_ECR=210987654321.dkr.ecr.us-east-1.amazonaws.com

BY_HELPER="{\"credHelpers\": {\"$ECR\": \"ecr-login\"}}"
BY_STORE='{"credsStore": "ecr-login"}'

# A new user: no cached token, no login, no image.
new_user() { # [DOCKER-CONFIGURATION]
    unset CONTAINERS_REGISTRIES_CONF
    HOME=$(mktemp -d "$WORK/home.XXXX")
    export HOME XDG_RUNTIME_DIR=$HOME/run
    make_home "$HOME"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    [ -z "${1:-}" ] || echo "$1" >"$HOME/.docker/config.json"
    keep_images_in "$HOME"
    cd "$HOME" || exit
}

# The two configurations by which skopeo, podman and buildah find helpers themselves.
helper_in_auth_file() {
    mkdir -p "$XDG_RUNTIME_DIR/containers"
    echo "$BY_HELPER" >"$XDG_RUNTIME_DIR/containers/auth.json"
}

helper_for_every_host() {
    export CONTAINERS_REGISTRIES_CONF=$HOME/.config/containers/registries.conf
    echo 'credential-helpers = ["ecr-login"]' >"$CONTAINERS_REGISTRIES_CONF"
}

# Checks that a client calls exactly these verbs of the helper during a command.
asking() { # "VERB VERB …" COMMAND…
    local before verbs=$1
    shift
    before=$(wc -l <"$WORK/asked")
    "$@"
    equal "$verbs" "$(verbs_since "$before" | xargs)"
}

# The number of calls is ignored, because clients try several forms of a host.
asking_only() { # VERB COMMAND…
    local before verb=$1
    shift
    before=$(wc -l <"$WORK/asked")
    "$@"
    equal "$verb" "$(verbs_since "$before" | sort -u)"
}

# Checks that the helper gets exactly these servers during a command.
asking_for() { # SERVER COMMAND…
    local before server=$1
    shift
    before=$(wc -l <"$WORK/asked")
    "$@"
    equal "$server" "$(tail -n "+$((before + 1))" "$WORK/asked" | cut -d ' ' -f 3 | sort -u)"
}

verbs_since() { tail -n "+$(($1 + 1))" "$WORK/asked" | cut -d ' ' -f 2; }

# Logs in as the documentation of the registry describes, with the password on standard input.
login_to_ecr() { # CLIENT…
    "$WORK/program/$HELPER" get <<<"$ECR" | jq -r .Secret | "$@" login --username AWS --password-stdin "$ECR"
}

login_to_gitlab() { # CLIENT…
    "$@" login --username "$GITLAB_USER" --password-stdin "$GITLAB" <<<"$GITLAB_PASSWORD"
}

answers() { # STATUS CURL-OPTION…
    local status=$1
    shift
    equal "$status" "$(curl -sS -o /dev/null -w '%{http_code}' "$@")"
}

# Checks that the registry has what a client reported as pushed.
is_in_registry() { registry_answers 200 "$@"; } # REPOSITORY TAG
is_not_in_registry() { registry_answers 404 "$@"; } # REPOSITORY TAG

registry_answers() { # STATUS REPOSITORY TAG
    answers "$1" -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
        -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "$REGISTRY/v2/$2/manifests/$3"
}

# An image under the names of GitLab's registry and of ECR, which are served by the same registry.
put_into_registry() { # REPOSITORY TAG
    skopeo copy --dest-tls-verify=false "oci:$WORK/image" "docker://${REGISTRY#http://}/$1:$2"
}

# The digest of an image in a registry.
digest_in_registry() { # REPOSITORY TAG
    curl -fsSI --noproxy '*' -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
        -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "$REGISTRY/v2/$1/manifests/$2" |
        tr -d '\r' | sed -n 's/^docker-content-digest: //Ip'
}

# Checks, without starting a container, that the image of a client contains the program that was added.
greets() { # CLIENT IMAGE
    local container
    container=$("$1" create "$2")
    "$1" cp "$container:/hello" hello
    "$1" rm "$container"
    equal "$GREETING" "$(./hello)"
}

# Tokens are long, made from JSON, and have the same beginning.
no_token_in() { # FILE…
    local found
    found=$(grep -rlE 'eyJwYXlsb2Fk|QVdTOmV5|'"$GITLAB_PASSWORD" "$@" || true)
    equal "" "$found"
}

no_token_in_client_files() {
    no_token_in "$WORK"/home.*/.docker "$WORK"/home.*/.config "$WORK"/home.*/run "$WORK"/*.log
}
