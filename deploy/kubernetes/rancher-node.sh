#!/bin/sh
# Sets up the kubelet of a node of k3s or RKE2. Beside the unpacked program, as root, before the node's service starts; on a running
# node, restart it afterwards: k3s, k3s-agent, rke2-server or rke2-agent.
#   rancher-node.sh k3s            installs; or rke2
#   rancher-node.sh k3s --remove   removes
set -eu
cd "$(dirname "$0")"
# cloud-init has none.
export HOME="${HOME:-/root}"
platform=${1:-k3s}
if [ "${2:-}" = --remove ]; then
    exec ./docker-credential-ecr-login setup kubelet --for "$platform" --undo
fi
exec ./docker-credential-ecr-login setup kubelet --for "$platform" --yes
