# shellcheck shell=bash
# A laptop with docker and podman, set up with the .deb and SSO; then the same laptop migrated from AWS's helper and
# back.

laptop_walk() {
    WALK=laptop
    new_machine laptop
    as root usermod --append --groups docker dev
    start_docker_in_machine
    sign_in_by_sso
    remember

    step docs/install.md 'sudo apt-get install ./docker-credential-ecr-login_VERSION_amd64.deb'
    step README.md 'docker-credential-ecr-login setup docker --registry 123456789012/eu-west-1 --registry public.ecr.aws' \
        "^$ECR: .* returned credentials"
    step README.md 'docker-credential-ecr-login setup podman --registry 123456789012/eu-west-1' 'auth.json: created'
    check "$WALK: first pull by docker" as dev "docker pull $ECR/app:1"
    check "$WALK: first pull by podman" as dev "podman pull $ECR/app:1"
    step README.md 'docker-credential-ecr-login doctor 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1' ' 0 failures,'

    RELEASED=$OLDER step docs/uninstall.md 'sudo apt-get install --allow-downgrades ./docker-credential-ecr-login_VERSION_amd64.deb'
    check "$WALK: the version before is installed" equal "$OLDER" "$(as root "dpkg-query --show --showformat '\${Version}' $HELPER")"
    check "$WALK: pull by the version before" pulls_anew

    step docs/uninstall.md \
        "sudo grep -rlsw --include='*.json' --include='*.toml' --include='*.yaml' --include='*.conf' ecr-login /etc /home /root /var/lib" \
        '^/home/dev/.docker/config.json$'
    check "$WALK: podman forgets the image" as dev podman rmi "$ECR/app:1"
    step docs/uninstall.md 'docker-credential-ecr-login cache clear'
    step docs/uninstall.md 'docker-credential-ecr-login setup docker --undo' 'config.json: deleted'
    step docs/uninstall.md 'docker-credential-ecr-login setup podman --undo' 'auth.json: deleted'
    step docs/uninstall.md 'sudo apt-get purge docker-credential-ecr-login'
    step docs/uninstall.md 'rm -r ~/.ecr'
    check "$WALK: nothing is left" nothing_is_left "$LOGS_OF_APT|$STORAGE_OF_PODMAN"
    official_helper_and_back
}

# Records of apt and dpkg about a package that was removed.
LOGS_OF_APT='^var/log/(apt|dpkg)|^var/log/alternatives|^var/lib/dpkg/(status|available)(-old)? |^var/lib/apt/(extended_states |lists/auxfiles/)|^var/cache/(apt|debconf|ldconfig)|^etc/ld.so.cache '
# Files that podman keeps even without an image.
STORAGE_OF_PODMAN='^home/dev/\.(local|config|cache)/'

# The files that `aws configure sso` and `aws sso login` create.
sign_in_by_sso() {
    local cache=$ROOT/home/dev/.aws/sso/cache end
    end=$(date -u -d '+8 hours' +%Y-%m-%dT%H:%M:%SZ)
    mkdir -p "$cache"
    cat >"$ROOT/home/dev/.aws/config" <<'INI'
[default]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Developer
region = eu-west-1
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
INI
    printf '{"accessToken": "access-of-the-walk", "expiresAt": "%s"}' "$end" >"$cache/$(printf corp | sha1sum | cut -c 1-40).json"
    chmod -R go= "$ROOT/home/dev/.aws"
    chown -R 1000:1000 "$ROOT/home/dev/.aws"
}

official_helper_and_back() {
    WALK="laptop, AWS's helper"
    if ! ls "$WORK"/download/amazon-ecr-credential-helper_*.deb >/dev/null 2>&1; then
        skip "$WALK" "apt does not bring it"
        return
    fi
    # That helper's library is too old for the laptop's SSO configuration.
    printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$KEY" "$SECRET_KEY" >"$ROOT/home/dev/.aws/credentials"
    rm "$ROOT/home/dev/.aws/config"
    bring_debians_package
    check "$WALK: install" as dev 'sudo apt-get install amazon-ecr-credential-helper'
    check "$WALK: name it" as dev "mkdir -p ~/.docker && echo '{\"credHelpers\": {\"$ECR\": \"ecr-login\"}}' >~/.docker/config.json"
    check "$WALK: pull" pulls_anew
    step docs/migrating.md 'sudo apt-get install ./docker-credential-ecr-login_VERSION_amd64.deb'
    step docs/migrating.md 'docker-credential-ecr-login version' "^$HELPER "
    step docs/migrating.md 'docker-credential-ecr-login doctor --as docker' ' 0 failures,'
    check "$WALK: pull by this one" pulls_anew
    step docs/migrating.md 'sudo apt-get install amazon-ecr-credential-helper'
    check "$WALK: pull after the way back" pulls_anew
}

# Debian's package from a local repository, because the machine cannot reach Debian's.
bring_debians_package() {
    local package repository=$ROOT/srv/debian
    mkdir -p "$repository"
    mv "$ROOT"/home/dev/Downloads/amazon-ecr-credential-helper_*.deb "$repository/"
    package=$(echo "$repository"/*.deb)
    dpkg-deb -f "$package" >"$repository/Packages"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n' "${package##*/}" "$(stat -c %s "$package")" \
        "$(sha256sum <"$package" | cut -d ' ' -f 1)" >>"$repository/Packages"
    echo 'deb [trusted=yes] file:/srv/debian ./' >"$ROOT/etc/apt/sources.list"
    as root apt-get -qq update
}

pulls_anew() {
    as dev "docker image rm $ECR/app:1" || true
    as dev "docker pull $ECR/app:1"
}
