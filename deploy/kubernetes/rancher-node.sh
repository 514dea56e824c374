#!/bin/sh
# Installs the provider on a node of k3s or RKE2, where both look for it. Beside the unpacked program, as root, before the node's
# service starts; on a running node, restart it afterwards: k3s, k3s-agent, rke2-server or rke2-agent.
#   rancher-node.sh            installs
#   rancher-node.sh --remove   removes
set -eu
provider=/var/lib/rancher/credentialprovider
if [ "${1:-}" = --remove ]; then
    rm -f "$provider/bin/docker-credential-ecr-login" "$provider/config.yaml"
    rmdir "$provider/bin" "$provider" 2>/dev/null || true
    exit
fi
if [ -e "$provider/config.yaml" ] && ! grep -q docker-credential-ecr-login "$provider/config.yaml"; then
    echo "$provider/config.yaml: names other providers; hint: add those of docker-credential-ecr-login setup kubelet to it" >&2
    exit 1
fi
install -D -m 0755 docker-credential-ecr-login "$provider/bin/docker-credential-ecr-login"
"$provider/bin/docker-credential-ecr-login" setup kubelet >"$provider/config.yaml.new"
mv "$provider/config.yaml.new" "$provider/config.yaml"
