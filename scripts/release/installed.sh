# shellcheck shell=bash
# Runs the commands of the install page, each in a copy of this machine that is discarded.

# Prints the first command after a heading.
page_command() { # HEADING
    awk -v heading="## $1" '/^## /{ on = ($0 == heading) } on && /^```$/ { exit } on && inside; on && /^```sh$/ { inside = 1 }' \
        "$OWNED/INSTALL.md"
}

# Runs a function of this file as root of a copy: the machine's files below an in-memory layer, with separate processes
# and mounts.
in_copy() { # FUNCTION [ARGUMENT…]
    mkdir -p "$ROOM/copy"
    # shellcheck disable=SC2016  # expanded inside
    unshare --mount --pid --fork --kill-child bash -euc '
        mount -t tmpfs copy "$ROOM/copy"
        mkdir "$ROOM"/copy/{upper,work,root}
        root=$ROOM/copy/root
        mount -t overlay -o "lowerdir=/,upperdir=$ROOM/copy/upper,workdir=$ROOM/copy/work" copy "$root"
        mount --rbind /dev "$root/dev"
        mount -t proc proc "$root/proc"
        mkdir -p "$root$ROOM"
        mount --bind "$ROOM" "$root$ROOM"
        exec chroot "$root" bash -euo pipefail -c "$FUNCTIONS; settle_copy; \"\$@\"" bash "$@"
    ' bash "$@"
}

can_copy() { is_real_root && in_copy true >/dev/null 2>&1; }

# Removes this project's files and other package sources, and allows sudo without a password.
settle_copy() {
    cd /root || exit
    export HOME=/root DEBIAN_FRONTEND=noninteractive
    rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/yum.repos.d/* /root/.docker
    mkdir -p /etc/yum.repos.d /usr/local/bin
    { type -aP "$HELPER" || true; } | xargs -r rm
    printf '#!/bin/sh\nexec "$@"\n' >/usr/local/bin/sudo
    chmod 755 /usr/local/bin/sudo
}

runs_under_both_names() {
    docker-credential-ecr-login version | grep -E '^docker-credential-ecr-login [0-9]'
    ecr-login version | grep -E '^docker-credential-ecr-login [0-9]'
}

# Files of each kind that the packages look at: one that names another helper, and one that never ends.
configure_clients() {
    useradd --home-dir /var/lib/builder --create-home builder
    mkdir -p /root/.docker /var/lib/builder/.docker /home/somebody/.docker /home/pipe/.docker /etc/gitlab-runner \
        /etc/containers/registries.conf.d /etc/kubernetes
    echo '{"credHelpers":{"123456789012.dkr.ecr.eu-west-1.amazonaws.com":"ecr-login"}}' >/root/.docker/config.json
    echo '{"credsStore":"ecr-login"}' >/var/lib/builder/.docker/config.json
    echo '{"credsStore":"my-ecr-login2"}' >/home/somebody/.docker/config.json
    mkfifo /home/pipe/.docker/config.json
    echo 'environment = ["DOCKER_AUTH_CONFIG={\"credsStore\":\"ecr-login\"}"]' >/etc/gitlab-runner/config.toml
    echo 'credential-helpers = ["containers-auth.json", "ecr-login"]' >/etc/containers/registries.conf.d/99-ecr-login.conf
    echo '  - name: docker-credential-ecr-login' >/etc/kubernetes/ecr-login.yaml
}

is_silent() { # FILE
    cat "$1"
    [ -s "$1" ]
    ! grep -F 'still name it' "$1"
}

warns_of_configurations() { # FILE
    # apt gives dpkg a terminal.
    sed -i 's/\r$//' "$1"
    cat "$1"
    local file
    for file in /root/.docker/config.json /var/lib/builder/.docker/config.json /etc/gitlab-runner/config.toml \
        /etc/containers/registries.conf.d/99-ecr-login.conf /etc/kubernetes/ecr-login.yaml; do
        grep -xF "  $file" "$1"
    done
    equal 5 "$(grep -c '^  /' "$1")"
    grep -F 'setup docker --undo' "$1"
    # The command that finds the other files works as printed.
    mkdir -p /home/somebody/project
    cp /root/.docker/config.json /home/somebody/project/config.json
    sed -n 's/^  sudo grep/grep/p' "$1" >find.sh
    bash find.sh | grep -xF /home/somebody/project/config.json
}

completes_in_every_shell() {
    if [ -e /usr/share/bash-completion/bash_completion ]; then
        bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader ecr-login; complete -p ecr-login'
    fi
    if has zsh; then
        zsh -fc 'autoload -Uz compinit && compinit -u -D && print -r -- $_comps[ecr-login]' | grep -x "_$HELPER"
    fi
    if has fish; then
        fish -c 'complete -C "ecr-login vers"' | grep '^version'
    fi
}

apt_comes_and_goes() { # COMMAND
    bash -c "$1"
    runs_under_both_names
    completes_in_every_shell
    configure_clients
    # An upgrade is not a removal.
    apt-get install -y --reinstall "$HELPER" >upgrade 2>&1
    is_silent upgrade
    apt-get remove -y "$HELPER" >removal 2>&1
    warns_of_configurations removal
    equal "" "$(type -P ecr-login)"
}

# Another program of the same name keeps configurations working, and without configurations nothing is printed.
apt_is_silent() { # COMMAND
    bash -c "$1"
    apt-get remove -y "$HELPER" >removal 2>&1
    is_silent removal
    bash -c "$1"
    configure_clients
    cp /usr/bin/"$HELPER" /usr/local/bin/
    apt-get purge -y "$HELPER" >removal 2>&1
    is_silent removal
}

# A copy of the repository with one changed file, and the page's command for it.
for_changed() { # COMMAND FILE SED-EXPRESSION
    local file
    rm -rf /srv/changed /var/cache/dnf
    cp -r "$OWNED/packages" /srv/changed
    for file in $2; do
        LC_ALL=C sed -i "$3" "$file"
    done
    printf '%s\n' "${1//$OWNED\/packages//srv/changed}"
}

apt_refuses_changes() { # COMMAND
    local suite=/srv/changed/apt/dists/stable
    fails_with 'FAILED' bash -c "$(for_changed "$1" "/srv/changed/$HELPER.asc" '2i x')"
    [ ! -e "/etc/apt/keyrings/$HELPER.asc" ]
    fails_with 'signature|BADSIG' bash -c "$(for_changed "$1" $suite/InRelease 's/^Label: .*/Label: x/')"
    fails_with 'unexpected size|mismatch' bash -c "$(for_changed "$1" "$suite/main/*/Packages*" '1s/./x/')"
    fails_with 'unexpected size|mismatch' bash -c "$(for_changed "$1" '/srv/changed/apt/pool/main/d/*/*.deb' '1s/./x/')"
    equal "" "$(type -P "$HELPER")"
}

# Debian's shell in a form that dnf accepts.
make_shell_package() {
    printf '%s\n' 'Name: shell' 'Version: 1' 'Release: 1' 'Summary: x' 'License: x' 'BuildArch: noarch' 'Provides: /bin/sh' \
        '%description' 'x' '%files' >"$ROOM/shell.spec"
    rpmbuild -bb --quiet --define "_topdir $ROOM/rpmbuild" --define "_rpmdir $ROOM/shell" "$ROOM/shell.spec"
}

dnf_comes_and_goes() { # COMMAND
    rpm --initdb
    rpm --force-debian -i "$ROOM"/shell/noarch/*.rpm
    bash -c "$1"
    runs_under_both_names
    # The signature of the package itself is checked, not only that of the index.
    rpm -K "$OWNED"/*.rpm | grep -F 'signatures OK'
    configure_clients
    dnf reinstall -y "$HELPER" >upgrade 2>&1
    is_silent upgrade
    dnf remove -y "$HELPER" >removal 2>&1
    warns_of_configurations removal
    equal "" "$(type -P ecr-login)"
}

dnf_refuses_changes() { # COMMAND
    rpm --initdb
    rpm --force-debian -i "$ROOM"/shell/noarch/*.rpm
    fails_with 'FAILED' bash -c "$(for_changed "$1" "/srv/changed/$HELPER.asc" '2i x')"
    fails_with 'GPG|signature' bash -c "$(for_changed "$1" /srv/changed/dnf/repodata/repomd.xml 's/<size>/<size>1/')"
    fails_with 'checksum|Checksum' bash -c "$(for_changed "$1" '/srv/changed/dnf/repodata/*primary.xml.gz' '1s/./x/')"
    fails_with 'checksum|Checksum|digest|GPG' bash -c "$(for_changed "$1" '/srv/changed/dnf/Packages/*.rpm' '1s/./x/')"
    equal "" "$(type -P "$HELPER")"
}

archive_comes() { # COMMAND
    bash -c "$1"
    runs_under_both_names
    cmp "/usr/local/bin/$HELPER" "$FROM/$TARGET/$HELPER"
}

# The steps that work without Homebrew: everything before brew gets the formula.
homebrew_gets_the_formula() { # COMMAND
    cat >/usr/local/bin/brew <<'BREW'
#!/bin/sh
case $* in
    --repository) echo /opt/brew ;;
    'tap-new --no-git local/ecr-login') mkdir -p /opt/brew/Library/Taps/local/homebrew-ecr-login/Formula ;;
    'install minisign') ;;
    'install local/ecr-login/docker-credential-ecr-login') echo "$*" >>/opt/brew/log ;;
    *) exit 1 ;;
esac
BREW
    chmod 755 /usr/local/bin/brew
    bash -c "$1"
    # The tap exists the second time.
    bash -c "$1"
    equal 2 "$(wc -l </opt/brew/log)"
    cmp "$OWNED/$HELPER.rb" "/opt/brew/Library/Taps/local/homebrew-ecr-login/Formula/$HELPER.rb"
    cp -r "$OWNED" /srv/changed
    sed -i 's/sha256 "./sha256 "x/' "/srv/changed/$HELPER.rb"
    fails_with 'FAILED' bash -c "${1//$OWNED//srv/changed}"
    equal 2 "$(wc -l </opt/brew/log)"
}

archive_refuses_changes() { # COMMAND
    cp -r "$OWNED" /srv/changed
    local command=${1//$OWNED//srv/changed}
    LC_ALL=C sed -i '1s/./x/' /srv/changed/*.tar.gz
    fails_with 'FAILED' bash -c "$command"
    sed -i '1s/^./x/' /srv/changed/SHA256SUMS
    fails_with 'Signature verification failed' bash -c "$command"
    equal "" "$(type -P "$HELPER")"
}

installed_tests() {
    FUNCTIONS=$(declare -f)
    export FUNCTIONS ROOM OWNED FROM TARGET HELPER
    if ! can_copy; then
        skip "install page" "needs root, and file systems in layers"
        return
    fi
    local apt any
    any=$(page_command 'Any Linux')
    check "archive: the page's command installs it" in_copy archive_comes "$any"
    check "archive: changes are refused" in_copy archive_refuses_changes "$any"
    check "Homebrew: the page's command verifies the formula" in_copy homebrew_gets_the_formula "$(page_command 'macOS, and Linux with Homebrew')"
    if has apt-get; then
        apt=$(page_command 'Debian, Ubuntu')
        check "apt: installs, completes in every shell, warns when it goes" in_copy apt_comes_and_goes "$apt"
        check "apt: a removal that breaks nothing is silent" in_copy apt_is_silent "$apt"
        check "apt: changes are refused" in_copy apt_refuses_changes "$apt"
    else
        skip "apt" "no apt"
    fi
    if has dnf; then
        make_shell_package
        check "dnf: installs, warns when it goes" in_copy dnf_comes_and_goes "$(page_command 'Fedora, RHEL, Amazon Linux 2023')"
        check "dnf: changes are refused" in_copy dnf_refuses_changes "$(page_command 'Fedora, RHEL, Amazon Linux 2023')"
    else
        skip "dnf" "no dnf"
    fi
}
