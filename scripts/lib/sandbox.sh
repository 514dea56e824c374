# shellcheck shell=bash
# AWS on one machine: separate processes, network, host names and certificates, so that the emulator responds under the
# names of AWS and the programs under test need no special settings.
#
# A script runs itself again inside with `enter_sandbox`. When that ends, for whatever reason, the kernel ends
# everything that it started.

ECR=123456789012.dkr.ecr.us-east-1.amazonaws.com
ECR_API=api.ecr.us-east-1.amazonaws.com
PUBLIC_API=api.ecr-public.us-east-1.amazonaws.com
STS=sts.us-east-1.amazonaws.com
AWS_ADDRESS=192.0.2.10
GITLAB=registry.gitlab.com
GITLAB_USER=gitlab-ci-token
GITLAB_PASSWORD=glcbt-64_made-up-job-token
OTHER=registry.example.com
OTHER_USER=robot
OTHER_PASSWORD=made-up-password-of-robot
KEY=AKIDEXAMPLE000000001
SECRET_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

namespace_flags() {
    printf '%s\n' --net --mount --pid --fork --kill-child --mount-proc
    is_root || printf '%s\n' --user --map-root-user
}

# Prints why a sandbox is not possible; nothing if it is.
sandbox_obstacle() {
    if ! has unshare || ! has ip; then
        echo "unshare (util-linux) or ip (iproute2) is missing"
        return
    fi
    local flags
    mapfile -t flags < <(namespace_flags)
    if ! setpriv --pdeathsig KILL unshare "${flags[@]}" true 2>/dev/null; then
        echo "this user may not make network and mount namespaces"
    fi
}

# Runs `SCRIPT --inside WORK` in new namespaces; the caller removes WORK.
enter_sandbox() { # SCRIPT WORK [ARGUMENT…]
    local script=$1 work=$2 flags inside status=0
    shift 2
    mapfile -t flags < <(namespace_flags)
    # Runs in the background, so that signals are handled at once. If unshare ends, everything inside ends too, and it
    # ends with this script.
    setpriv --pdeathsig KILL unshare "${flags[@]}" bash "$script" --inside "$work" "$@" </dev/null &
    inside=$!
    # shellcheck disable=SC2064
    trap "kill -KILL $inside 2>/dev/null; exit 143" INT TERM HUP
    wait "$inside" || status=$?
    trap - INT TERM HUP
    return "$status"
}

# The first call of every script that runs inside.
settle_inside() {
    # Outside of a namespace the following would change the machine itself. Inside, the first process has the number 1.
    [ "$$" -eq 1 ] || fail "--inside is for enter_sandbox alone"
    trap 'exit 143' INT TERM HUP
    ip link set lo up
    # Sockets of the machine's own daemons (docker, nscd) would lead out of the sandbox.
    mount -t tmpfs -o mode=755 run /run
}

# Replaces a file of the machine, which may be a link into a directory that is hidden now.
put_over() { # FILE PLACE
    local place
    place=$(readlink -m "$2")
    [[ $place != /run/* ]] || install -D /dev/null "$place"
    mount --bind "$1" "$place"
}

# Sets up the hosts and certificates of the sandbox; the rest of the machine stays as it is. Added options of the
# emulator take precedence over those here.
become_aws() { # WORK [OPTION…]
    local work=$1
    shift
    settle_inside
    # Signatures and images of the machine's own containers; root of a user namespace cannot read them.
    [ ! -d /var/lib/containers ] || mount -t tmpfs -o mode=755 containers /var/lib/containers
    # Not a loopback address, because docker would treat its registry as insecure.
    ip address add "$AWS_ADDRESS/32" dev lo
    printf '127.0.0.1 localhost\n%s %s %s %s %s %s %s\n' \
        "$AWS_ADDRESS" "$ECR" "$ECR_API" "$PUBLIC_API" "$STS" "$GITLAB" "$OTHER" >"$work/hosts"
    put_over "$work/hosts" /etc/hosts
    start_registry "$work" 5000
    start_emulator "$work" --listen "$AWS_ADDRESS" --http 8080 --https 443 \
        --dns "$ECR" --dns "$ECR_API" --dns "$PUBLIC_API" --dns "$STS" --dns "$GITLAB" --dns "$OTHER" \
        --ca-out "$work/ca.pem" --gitlab-registry "$GITLAB=$GITLAB_USER:$GITLAB_PASSWORD" \
        --gitlab-registry "$OTHER=$OTHER_USER:$OTHER_PASSWORD" "$@"
    put_over "$work/ca.pem" /etc/ssl/certs/ca-certificates.crt
}

# The variables of a fresh login: no keys, profiles, proxies or docker settings of whoever runs the script.
forget_environment() { # HOME DIRECTORY-OF-THE-HELPER
    local name
    while read -r name; do
        case $name in
            PATH | TERM | SHLVL | PWD) ;;
            *) unset "$name" ;;
        esac
    done < <(compgen -e)
    export HOME=$1 PATH=$2:$PATH LANG=C.UTF-8
    cd "$HOME" || exit
}

# Sets REGISTRY to the address of a registry without access control.
start_registry() { # WORK PORT
    local work=$1
    cat >"$work/registry.yml" <<YAML
version: 0.1
log: {level: info, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/registry}, delete: {enabled: true}}
http: {addr: "127.0.0.1:$2"}
YAML
    docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
    wait_until "docker-registry listens" grep -qs 'listening on 127' "$work/registry.log"
    REGISTRY=http://$(grep -o '127\.0\.0\.1:[0-9]*' "$work/registry.log" | head -n 1)
}

# Sets EMULATOR_URL, where the emulator also reports its calls.
start_emulator() { # WORK OPTION…
    local work=$1
    shift
    dotnet "$EMULATOR" --registry-upstream "$REGISTRY" "$@" >"$work/emulator.out" 2>"$work/emulator.log" &
    wait_until "the emulator listens" grep -qs '^listening http:' "$work/emulator.out"
    if [[ " $* " == *" --https "* ]]; then
        wait_until "the emulator listens" grep -qs '^listening https:' "$work/emulator.out"
    fi
    EMULATOR_URL=$(sed -n 's/^listening \(http:.*\)/\1/p' "$work/emulator.out")
}

# The number of calls of a service of the emulator.
calls_of() { curl -fsS --noproxy '*' "$EMULATOR_URL/_emulator/calls/count?service=$1"; }

# Checks that a command makes a number of calls to the ECR API.
calling() { # NUMBER COMMAND…
    local before number=$1
    shift
    before=$(calls_of ecr)
    "$@"
    equal "$number calls of the ECR API" "$(($(calls_of ecr) - before)) calls of the ECR API"
}

# Whether this is root of the machine, not of a user namespace.
is_real_root() { is_root && grep -q 4294967295 /proc/self/uid_map; }

# Prints what is missing for a docker daemon in the sandbox; nothing if it can run.
dockerd_obstacle() {
    local program
    is_real_root || { echo "a docker daemon needs root" && return; }
    for program in docker dockerd containerd runc; do
        has "$program" || { echo "$program is missing" && return; }
    done
}

# Starts a docker daemon of the sandbox; its images are removed with it.
start_dockerd() { # WORK
    dockerd --storage-driver=vfs --iptables=false --ip6tables=false --bridge=none \
        --data-root "$1/dockerd" --exec-root /run/docker --host unix:///run/docker.sock >"$1/dockerd.log" 2>&1 &
    wait_until "dockerd answers" docker_answers
}

docker_answers() { docker version >/dev/null 2>&1; }

wait_until() { # WHAT COMMAND…
    local what=$1 tries
    shift
    for ((tries = 0; tries < 300; tries++)); do
        "$@" && return 0
        sleep 0.1
    done
    fail "waited in vain: $what"
}

# Creates a home like that of a user with AWS keys in the usual file.
make_home() { # DIRECTORY
    mkdir -p "$1/.aws" "$1/.docker" "$1/.config/containers"
    cat >"$1/.aws/credentials" <<INI
[default]
aws_access_key_id = $KEY
aws_secret_access_key = $SECRET_KEY
INI
    chmod 600 "$1/.aws/credentials"
    printf '[default]\nregion = us-east-1\n' >"$1/.aws/config"
    echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$1/.config/containers/policy.json"
}

# podman and buildah store images in the home and need no special file system for it.
keep_images_in() { # HOME
    export CONTAINERS_STORAGE_CONF=$1/storage.conf
    printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$1/images" "$1/run/images" >"$CONTAINERS_STORAGE_CONF"
}

# An image without a network: one static program in an OCI layout.
make_image() { # LAYOUT MESSAGE
    local layout=$1 message=$2 scratch=$1.parts diff_id layer config manifest
    mkdir -p "$layout/blobs/sha256" "$scratch"
    printf '#include <unistd.h>\nint main(void) { return write(1, "%s\\n", %d) < 0; }\n' "$message" $((${#message} + 1)) |
        clang -static -Os -s -x c -o "$scratch/hello" -
    tar -C "$scratch" --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$scratch/layer" hello
    diff_id=$(sha256sum <"$scratch/layer")
    gzip -n "$scratch/layer"
    layer=$(add_blob "$layout" "$scratch/layer.gz")
    printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["/hello"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
        "$(image_architecture)" "${diff_id%% *}" >"$scratch/config"
    config=$(add_blob "$layout" "$scratch/config")
    printf '{"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}' application/vnd.oci.image.manifest.v1+json \
        "$(descriptor application/vnd.oci.image.config.v1+json "$config")" \
        "$(descriptor application/vnd.oci.image.layer.v1.tar+gzip "$layer")" >"$scratch/manifest"
    manifest=$(add_blob "$layout" "$scratch/manifest")
    printf '{"schemaVersion":2,"manifests":[%s]}' \
        "$(descriptor application/vnd.oci.image.manifest.v1+json "$manifest")" >"$layout/index.json"
    echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
    rm -rf "$scratch"
}

# Prints digest and size of a file that is now in the layout.
add_blob() { # LAYOUT FILE
    local digest
    digest=$(sha256sum <"$2")
    digest=${digest%% *}
    cp "$2" "$1/blobs/sha256/$digest"
    echo "sha256:$digest $(stat -c %s "$2")"
}

descriptor() { # MEDIA-TYPE DIGEST-AND-SIZE
    printf '{"mediaType":"%s","digest":"%s","size":%s}' "$1" "${2% *}" "${2#* }"
}

image_architecture() {
    case $(uname -m) in
        aarch64 | arm64) echo arm64 ;;
        *) echo amd64 ;;
    esac
}
