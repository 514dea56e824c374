# shellcheck shell=bash
# Nodes of a cluster, set up with the files of deploy/kubernetes: the user data of EKS, and the script for k3s and RKE2.
# There is no kubelet; its request is made by hand.

node_walk() {
    WALK=node
    if ! python3 -c 'import yaml, tomllib' 2>/dev/null; then
        skip "$WALK" "python3-yaml or Python 3.11 is missing"
        return
    fi
    node_of_eks
    node_of_rancher
}

node_of_eks() {
    local directory=/etc/eks/image-credential-provider
    WALK="node, EKS"
    new_machine eks
    mkdir -p "$ROOT$directory"
    echo "the provider of AWS" >"$ROOT$directory/ecr-credential-provider"
    remember
    check "$WALK: another checksum ends it" other_checksum_ends_it /run/user-data deploy/kubernetes/eks-al2023/user-data
    put_script /run/user-data deploy/kubernetes/eks-al2023/user-data "$(sha256_of "$(archive)")"
    check "$WALK: the user data replaces the provider" as root /run/user-data
    check "$WALK: and does so again at the next boot" as root /run/user-data
    check "$WALK: the kubelet gets an answer" answers_kubelet "$directory/ecr-credential-provider"
    check "$WALK: the way back" as root "cd $directory && mv ecr-credential-provider.before-ecr-login ecr-credential-provider"
    as root rm -r /root/.ecr
    check "$WALK: nothing is left" nothing_is_left '^$'
}

node_of_rancher() {
    local directory=/var/lib/rancher/credentialprovider
    WALK="node, k3s and RKE2"
    new_machine rancher
    remember
    mkdir "$ROOT/run/unpacked"
    tar -xzf "$(archive)" --strip-components=1 -C "$ROOT/run/unpacked"
    cp "$REPOSITORY/deploy/kubernetes/rancher-node.sh" "$ROOT/run/unpacked/"
    check "$WALK: the script installs the provider" as root "cd /run/unpacked && ./rancher-node.sh k3s"
    check "$WALK: the configuration names what is in the directory" grep -F "name: $HELPER" "$ROOT$directory/config.yaml"
    check "$WALK: the kubelet gets an answer" answers_kubelet "$directory/bin/$HELPER" kubelet
    check "$WALK: the script removes it" as root "cd /run/unpacked && ./rancher-node.sh k3s --remove"
    as root "rm -r /root/.ecr && rmdir /var/lib/rancher"
    check "$WALK: nothing is left" nothing_is_left '^$'
    mkdir -p "$ROOT$directory"
    cat >"$ROOT$directory/config.yaml" <<'CONFIG'
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: other # of somebody else
    apiVersion: credentialprovider.kubelet.k8s.io/v1
    matchImages: ["*.example.com"]
    defaultCacheDuration: 1h
CONFIG
    check "$WALK: a configuration with other providers" as root "cd /run/unpacked && ./rancher-node.sh rke2"
    check "$WALK: other providers are kept" grep -F "name: other # of somebody else" "$ROOT$directory/config.yaml"
    check "$WALK: and ours is added" grep -F "name: $HELPER" "$ROOT$directory/config.yaml"
}

answers_kubelet() { # PROGRAM [ARGUMENT]
    as root "echo '{\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\"kind\":\"CredentialProviderRequest\",\"image\":\"$ECR/app:1\"}' | $*" |
        jq -e --arg host "$ECR" '.kind == "CredentialProviderResponse" and (.auth[$host].password | length > 100)'
}
