#!/usr/bin/env bash
# Makes the pictures in docs/images from real runs of the program on a pseudo-terminal, beside an emulated AWS.
#   screenshots.sh            writes them
#   screenshots.sh --check    fails if a picture is not what the program prints now
#   screenshots.sh --obstacle prints why none can be made here
# Whatever differs from run to run (versions, ages, times, the commit) is replaced, so equal programs make equal pictures.
# CREDHELPER_BINARY names a program that is already built.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/sandbox.sh
. "$SCRIPTS/lib/sandbox.sh"
# shellcheck source=lib/program.sh
. "$SCRIPTS/lib/program.sh"

IMAGES=$REPOSITORY/docs/images
COLUMNS_OF_PICTURE=100

obstacle() {
    if ! has docker-registry || ! has skopeo; then
        echo "docker-registry or skopeo is missing: scripts/prerequisites.sh"
    else
        sandbox_obstacle
    fi
}

# Directories that the machine lacks are created on an overlay, so the machine is not changed.
make_places() {
    [ ! -d /etc/gitlab-runner ] || [ ! -d /etc/systemd ] || return 0
    mkdir "$WORK/etc"
    mount -t tmpfs etc "$WORK/etc"
    mkdir "$WORK/etc/upper" "$WORK/etc/work"
    mount -t overlay -o "lowerdir=/etc,upperdir=$WORK/etc/upper,workdir=$WORK/etc/work" overlay /etc
    mkdir -p /etc/gitlab-runner /etc/systemd
}

# The image that the runner's job uses.
push_image() {
    make_image "$WORK/app" "Hello from an image in ECR"
    printf '{"credHelpers":{"%s":"ecr-login"}}' "$ECR" >"$WORK/auth.json"
    REGISTRY_AUTH_FILE=$WORK/auth.json quietly skopeo copy "oci:$WORK/app" "docker://$ECR/app:1"
    rm -rf "$HOME/.ecr"
}

# The machine of an operator whose docker configuration is in a home that the runner manager does not read.
settle_on_a_runner() {
    mkdir -p "$WORK/systemd/system" "$WORK/runner"
    cat >"$WORK/systemd/system/gitlab-runner.service" <<'UNIT'
[Service]
ExecStart=/usr/bin/gitlab-runner run --config /etc/gitlab-runner/config.toml --user gitlab-runner
UNIT
    cat >"$WORK/runner/config.toml" <<TOML
[[runners]]
  name = "docker-1"
  id = 7
  executor = "docker"
  [runners.docker]
    image = "$ECR/app:1"
TOML
    printf 'root:x:0:0::/root:/bin/sh\ngitlab-runner:x:998:998::/home/gitlab-runner:/bin/sh\n' >"$WORK/passwd"
    cp "$SCRIPTS/screenshots/svg.py" "$WORK/svg.py"
    mount --bind "$WORK/runner" /etc/gitlab-runner
    mount --bind "$WORK/systemd" /etc/systemd
    mount --bind "$WORK/passwd" /etc/passwd
    mount -t tmpfs home /home
    mount -t tmpfs root /root
    mount -t tmpfs programs /usr/local/bin
    install "$WORK/program/$HELPER" /usr/local/bin/
    forget_environment /root /usr/local/bin
    PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    make_home /root
    rm -rf /root/.docker
    install -D /dev/stdin /home/gitlab-runner/.docker/config.json <<<"{\"credHelpers\":{\"$ECR\":\"ecr-login\"}}"
}

picture() { # NAME COMMAND…
    local name=$1
    shift
    /usr/bin/python3 "$WORK/svg.py" "$COLUMNS_OF_PICTURE" "$*" \
        --replace '[0-9]+\.[0-9]+\.[0-9]+\+[0-9a-f]+=1.0.0' \
        --replace 'within [0-9]+ s=within 1 s' \
        --replace '\b[0-9]+ s ago=2 s ago' \
        --replace 'in [5-7] h=in 6 h' \
        --replace 'in 1[12] h=in 11 h' \
        --replace 'in 6 h \([0-9: Z-]*\)=in 6 h (2026-01-02 08:40:12Z)' \
        --replace 'in 11 h \([0-9: Z-]*\)=in 11 h (2026-01-02 14:57:01Z)' \
        --replace 'tokens-v1/[0-9a-f]+=tokens-v1/2f1c6d0e9a7b4835' \
        -- "$@" >"$WORK/made/$name.svg"
}

take_pictures() {
    [ "$$" -eq 1 ] || fail "--inside is for enter_sandbox alone"
    make_places
    become_aws "$WORK"
    settle_on_a_runner
    push_image
    mkdir -p "$WORK/made"
    picture doctor "$HELPER" doctor
    picture setup "$HELPER" setup gitlab-runner --registry 123456789012/us-east-1 --dry-run
    "$HELPER" get <<<"$ECR" >/dev/null
    picture explain "$HELPER" explain "$ECR"
}

is_current() {
    local file status=0
    for file in "$WORK"/made/*.svg; do
        if ! diff -u "$IMAGES/$(basename "$file")" "$file"; then
            echo "docs/images/$(basename "$file") is not what the program prints; hint: scripts/screenshots.sh" >&2
            status=1
        fi
    done
    return "$status"
}

remove_work() { rm -rf "$WORK"; }

if [ "${1:-}" = --inside ]; then
    WORK=$2
    take_pictures
    exit
fi

if [ "${1:-}" = --obstacle ]; then
    obstacle
    exit
fi
WORK=$(mktemp -d)
trap remove_work EXIT
bring_program_and_emulator "$WORK"
[ -z "$(obstacle)" ] || fail "no pictures can be taken: $(obstacle)"
enter_sandbox "$0" "$WORK"
if [ "${1:-}" = --check ]; then
    is_current
else
    mkdir -p "$IMAGES"
    cp "$WORK"/made/*.svg "$IMAGES/"
fi
