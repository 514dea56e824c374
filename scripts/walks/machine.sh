# shellcheck shell=bash
# Machines for the walks: one plain Debian system, with a layer per machine that holds everything a walk leaves behind.

DEBIAN_ARCHIVE=$TOOLS/debian.tar
DEBIAN_PACKAGES=ca-certificates,curl,docker.io,openssh-server,podman,python3,python3-apt,sudo,uidmap

# Prints why machines are not possible; nothing if they are.
machine_obstacle() {
    if ! is_real_root; then
        echo "it needs root"
    elif ! has mmdebstrap || ! has docker-registry || ! has skopeo; then
        echo "mmdebstrap, docker-registry or skopeo is missing: scripts/prerequisites.sh walks"
    elif [ "$(. /etc/os-release && echo "$ID")" != debian ]; then
        echo "only Debian knows where Debian's packages are"
    fi
}

# The system is unpacked into WORK, because its links to devices would mislead tools that scan the repository. The
# archive is kept in artifacts/tools for the next run. The stamp is written last, so that an interrupted run is
# repeated.
make_debian() {
    make_debian_archive || return
    DEBIAN=$WORK/debian
    mkdir "$DEBIAN"
    tar -xf "$DEBIAN_ARCHIVE" -C "$DEBIAN"
}

make_debian_archive() {
    local suite stamp=$DEBIAN_ARCHIVE.packages
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    [ "$(cat "$stamp" 2>/dev/null)" != "$suite $DEBIAN_PACKAGES" ] || return 0
    echo "making a Debian system (half a minute)"
    rm -f "$stamp"
    mkdir -p "$TOOLS"
    quietly mmdebstrap --quiet --variant=minbase --include="$DEBIAN_PACKAGES" --dpkgopt='path-exclude=/usr/share/man/*' \
        "$suite" "$DEBIAN_ARCHIVE" "$(mirror)" || return
    echo "$suite $DEBIAN_PACKAGES" >"$stamp"
}

# The address of Debian in this machine's apt configuration.
mirror() {
    # shellcheck disable=SC2016  # apt's own variables
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT) $(SUITE)' 'Created-By: Packages' |
        awk '$2 == "Debian" && $3 == "main" && $4 !~ /security|updates/ && !found++ { print $1 }'
}

# A machine with a user dev, who may use sudo. Sets ROOT.
new_machine() { # NAME
    local layer=$WORK/machines/$1 place
    ROOT=$layer/root
    [ -d "$WORK/machines" ] || { mkdir "$WORK/machines" && mount -t tmpfs machines "$WORK/machines"; }
    mkdir -p "$layer/upper" "$layer/work" "$ROOT"
    mount -t overlay -o "lowerdir=$DEBIAN,upperdir=$layer/upper,workdir=$layer/work" "$1" "$ROOT"
    for place in proc sys dev; do
        mount --rbind "/$place" "$ROOT/$place"
    done
    # Images that were pulled and are still in the cache of docker or podman are expected.
    for place in run tmp var/lib/docker var/lib/containers var/lib/containerd; do
        mkdir -p "$ROOT/$place"
        mount -t tmpfs -o mode=755 "$1" "$ROOT/$place"
    done
    chmod 1777 "$ROOT/tmp"
    touch "$ROOT/etc/hosts"
    mount --bind "$WORK/hosts" "$ROOT/etc/hosts"
    mount --bind "$WORK/ca.pem" "$ROOT/etc/ssl/certs/ca-certificates.crt"
    as root useradd --create-home --shell /bin/bash dev
    echo 'dev ALL=(ALL) NOPASSWD: ALL' >"$ROOT/etc/sudoers.d/dev"
    # A prompt whether to continue is answered with Enter.
    echo 'APT::Get::Assume-Yes "true";' >"$ROOT/etc/apt/apt.conf.d/99assume-yes"
    # A download is in the user's home, as a browser leaves it.
    install -d -o 1000 -g 1000 "$ROOT/home/dev/Downloads"
    cp "$WORK/download"/* "$ROOT/home/dev/Downloads/"
}

# Runs a command in a fresh login of a user, with the machine's root directory, so that podman can create user
# namespaces.
as() { # USER COMMAND…
    local user=$1
    shift
    # shellcheck disable=SC2016  # expanded inside
    unshare --mount bash -c 'cd "$1" && pivot_root . mnt && cd / && umount -l /mnt && exec "${@:2}"' as "$ROOT" \
        su --login "$user" --command 'cd ~/Downloads 2>/dev/null; eval "$0"' -- "$(quoted "$@")"
}

quoted() {
    if [ $# -eq 1 ]; then
        printf '%s' "$1"
    else
        printf '%q ' "$@"
    fi
}

# A step: a command that a document has in exactly these words, typed by dev. Its output must match.
step() { # DOCUMENT COMMAND [REGEX]
    check "$WALK: $2" documented_command "$@"
}

documented_command() { # DOCUMENT COMMAND [REGEX]
    local output command
    grep -qF -- "$2" "$REPOSITORY/$1" || { echo "$1 does not have this command" && return 1; }
    # Placeholders that a user replaces. A snapshot's package has a tilde in its version, which sorts before the
    # release.
    command=${2//_VERSION_/_${RELEASED/-/'~'}_}
    output=$(as dev "${command//VERSION/$RELEASED}" 2>&1) || { printf '%s\n' "$output" && return 1; }
    printf '%s\n' "$output"
    [ -z "${3:-}" ] || grep -qE -- "$3" <<<"$output" || { echo "expected: $3" && return 1; }
}

# The differences of the layer from Debian: path, kind, mode, owner, and the contents of files.
differences() {
    local layer=${ROOT%/root}/upper
    (cd "$layer" && find . -mindepth 1 -printf '%P\t%y\t%m\t%U:%G\t%l\n') | LC_ALL=C sort | while IFS=$'\t' read -r path kind mode owner link; do
        case $kind in
            d) same_directory "$path" "$mode $owner" || echo "$path/ $mode $owner" ;;
            f) cmp -s "$layer/$path" "$DEBIAN/$path" || echo "$path $mode $owner $(sha256sum <"$layer/$path" | cut -c 1-16)" ;;
            *) echo "$path $kind $link" ;;
        esac
    done
}

same_directory() { # PATH "MODE OWNER"
    [ -d "$DEBIAN/$1" ] && [ "$(stat -c '%a %u:%g' "$DEBIAN/$1")" = "$2" ]
}

remember() { differences >"${ROOT%/root}/before"; }

# Compares with the state at the call of `remember`; paths that match may be missing or differ.
nothing_is_left() { # REGEX-OF-WHAT-MAY-STAY
    diff <(grep -vE "$1" "${ROOT%/root}/before") <(differences | grep -vE "$1")
}

# A docker daemon in the machine; its images are removed with it.
start_docker_in_machine() {
    as root 'dockerd --storage-driver=vfs --iptables=false --ip6tables=false --bridge=none --group docker >/tmp/dockerd.log 2>&1' &
    wait_until "dockerd answers" as root 'docker version >/dev/null 2>&1'
}
