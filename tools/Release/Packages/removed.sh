#!/bin/sh
# Runs after the package was removed: prints the configuration files that still use the helper. Nothing is printed on an
# upgrade (dpkg passes "upgrade", rpm 1), or if another program of the same name is on the PATH.
case ${1:-} in
    remove | 0) ;;
    *) exit 0 ;;
esac
# The PATH of users, which apt does not pass to scripts.
PATH=$PATH:/usr/local/sbin:/usr/local/bin
if command -v docker-credential-ecr-login >/dev/null 2>&1; then
    exit 0
fi

# Home directories of local users and, on machines whose users come from a directory service, those below /home.
homes() {
    printf '%s\n' /root /home/*
    cut -d: -f6 /etc/passwd 2>/dev/null
}

candidates() {
    homes | sed 's|/*$||' | sort -u | while read -r home; do
        printf '%s\n' "$home/.docker/config.json" "$home/.config/containers/auth.json" \
            "$home/.config/containers/registries.conf" "$home/.gitlab-runner/config.toml"
    done
    printf '%s\n' /run/containers/*/auth.json /run/user/*/containers/auth.json /etc/docker/*.json \
        /etc/containers/*.json /etc/containers/registries.conf /etc/containers/registries.conf.d/*.conf \
        /etc/gitlab-runner/*.toml /etc/systemd/system/*.service /etc/systemd/system/*.service.d/*.conf \
        /etc/kubernetes/*.yaml /etc/kubernetes/*.json /etc/eks/image-credential-provider/* \
        /var/lib/rancher/credentialprovider/*.yaml
}

# Only plain files are opened: a FIFO in a home directory would stop the removal.
found=$(candidates | while read -r file; do
    if [ -f "$file" ] && grep -qw ecr-login "$file" 2>/dev/null; then
        printf '  %s\n' "$file"
    fi
done)
if [ -n "$found" ]; then
    cat >&2 <<TEXT
docker-credential-ecr-login: removed, but these files still name it; pulls that use them fail:
$found
hint: remove its entries from these files, or install a docker-credential-ecr-login again. What setup wrote, it undoes itself,
run as the owner of the file, before the package is removed:
  docker-credential-ecr-login setup docker --undo      (or podman, gitlab-runner, kubelet --for k3s)
To find other files:
  sudo grep -rlsw --include='*.json' --include='*.toml' --include='*.yaml' --include='*.conf' ecr-login /etc /home /root /var/lib
TEXT
fi
exit 0
