# shellcheck shell=bash
# Three machines configured by the Ansible role over SSH: a GitLab runner and a docker host from the archive, a podman
# host from the .deb. The control node is this machine; the commands are those of deploy/ansible/README.md, in a copy of
# deploy/ansible.

FLEET='runner-1 docker-1 podman-1'
# Files that Ansible itself leaves in the homes, logs of sudo and sshd, and records of the package managers.
LEFT_BY_ANSIBLE='^home/dev/\.ansible|^root/\.ansible|^var/(log|lib)/(lastlog|wtmp|btmp|auth|sudo)|^var/lib/systemd'

fleet_walk() {
    WALK=fleet
    if ! has ansible-playbook || ! has ssh; then
        skip "$WALK" "ansible-core or openssh-client is missing"
        return
    fi
    prepare_control_node
    local machine
    for machine in $FLEET; do
        check "$WALK: $machine answers by SSH" start_machine "$machine"
    done
    check "$WALK: an archive with another checksum is refused" refuses_other_checksum
    playbook "check mode reports every machine" 'changed=[1-9]' '--check --diff'
    each_machine "check mode has changed nothing" nothing_is_left_of_fleet
    playbook "installs and sets up" 'changed=[1-9]' ''
    on runner-1 check "$WALK: first pull on runner-1" as root "docker pull $ECR/app:1"
    on docker-1 check "$WALK: first pull on docker-1" as dev "docker pull $ECR/app:1"
    on podman-1 check "$WALK: first pull on podman-1" as dev "podman pull $ECR/app:1"
    on runner-1 check "$WALK: the manager has the variables" \
        grep -F 'Environment="AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv4"' "$(root_of runner-1)/etc/systemd/system/gitlab-runner.service.d/ecr-login.conf"
    playbook "a second run changes nothing" 'changed=0 ' ''
    playbook "nor does check mode report anything" 'changed=0 ' '--check --diff'
    check "$WALK: the version before is installed on podman-1" rolls_back
    on podman-1 check "$WALK: podman forgets the image" as dev podman rmi "$ECR/app:1"
    playbook "check mode of the removal reports every machine" 'changed=[1-9]' \
        '--extra-vars docker_credential_ecr_login_state=absent' --check
    playbook "removes" 'changed=[1-9]' '--extra-vars docker_credential_ecr_login_state=absent'
    each_machine "nothing is left" nothing_is_left_of_fleet
    playbook "a second removal changes nothing" 'changed=0 ' '--extra-vars docker_credential_ecr_login_state=absent'
}

# A key and an inventory with the addresses of the machines; otherwise the inventory is that of the example.
prepare_control_node() {
    CONTROL=$WORK/control
    cp -r "$REPOSITORY/deploy/ansible" "$CONTROL"
    mkdir "$CONTROL/home"
    ssh-keygen -q -t ed25519 -N '' -f "$CONTROL/key"
    cat >"$CONTROL/inventory.yml" <<YAML
---
ecr_clients:
  vars:
    ansible_user: dev
    ansible_python_interpreter: /usr/bin/python3
    ansible_ssh_private_key_file: $CONTROL/key
    ansible_ssh_common_args: -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR
    docker_credential_ecr_login_source: $(archive)
    docker_credential_ecr_login_sha256: $(sha256_of "$(archive)")
  hosts:
    runner-1:
      ansible_host: 192.0.2.21
      docker_credential_ecr_login_clients:
        - client: gitlab-runner
          registries: [123456789012/eu-west-1]
      docker_credential_ecr_login_runner_environment:
        AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: IPv4
    docker-1:
      ansible_host: 192.0.2.22
      docker_credential_ecr_login_clients:
        - client: docker
          user: dev
          registries: [123456789012/eu-west-1, public.ecr.aws]
    podman-1:
      ansible_host: 192.0.2.23
      docker_credential_ecr_login_source: $(package)
      docker_credential_ecr_login_sha256: $(sha256_of "$(package)")
      docker_credential_ecr_login_clients:
        - client: podman
          user: dev
          registries: [123456789012/eu-west-1]
YAML
}

# The images and the state of the daemon are removed with the machine.
start_machine() { # NAME
    local address
    address=$(sed -n "/^    $1:/{n;s/.*ansible_host: //p}" "$CONTROL/inventory.yml")
    ip address add "$address/32" dev lo
    new_machine "$1"
    as root usermod --append --groups docker dev
    install -d -o 1000 -g 1000 -m 700 "$ROOT/home/dev/.ssh"
    install -o 1000 -g 1000 -m 600 "$CONTROL/key.pub" "$ROOT/home/dev/.ssh/authorized_keys"
    mkdir -p "$ROOT/run/sshd"
    case $1 in
        runner-1) install_gitlab_runner && start_docker_in_machine ;;
        docker-1) start_docker_in_machine ;;
    esac
    as root "/usr/sbin/sshd -o ListenAddress=$address -o PidFile=none"
    remember
    wait_until "$1 answers by SSH" ssh_to "$address"
}

ssh_to() { # ADDRESS
    ssh -q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i "$CONTROL/key" "dev@$1" true
}

# Runs a command of deploy/ansible/README.md, and checks each machine's line of the recap.
playbook() { # NAME RECAP-REGEX OPTIONS [OPTION-THAT-IS-NOT-IN-THE-DOCUMENT]
    check "$WALK: $1" recap_of_playbook "$2" "ansible-playbook --inventory inventory.yml playbook.yml${3:+ $3}" "${4:-}"
}

recap_of_playbook() { # REGEX COMMAND OPTION
    local output machine
    grep -qxE "( *\\$ )${2//./\\.}" "$REPOSITORY/deploy/ansible/README.md" || { echo "the README does not have: $2" && return 1; }
    output=$(on_control_node "$2 $3") || { printf '%s\n' "$output" && return 1; }
    printf '%s\n' "$output"
    for machine in $FLEET; do
        grep -qE "^$machine .* $1.* unreachable=0 .* failed=0 " <<<"$output" || { echo "expected of $machine: $1" && return 1; }
    done
}

on_control_node() { # COMMAND
    (cd "$CONTROL" && env -i PATH="$PATH" HOME="$CONTROL/home" LANG=C.UTF-8 ANSIBLE_NOCOLOR=1 bash -c "$1" 2>&1)
}

refuses_other_checksum() {
    fails_with 'checksum' on_control_node \
        "ansible-playbook --inventory inventory.yml playbook.yml --extra-vars docker_credential_ecr_login_sha256=$(printf %064d 0)"
}

rolls_back() {
    on_control_node "ansible-playbook --inventory inventory.yml playbook.yml --limit podman-1 --extra-vars 'docker_credential_ecr_login_source=$(
        older_package
    ) docker_credential_ecr_login_sha256=$(sha256_of "$(older_package)")'" | tee "$CONTROL/rolled-back"
    grep -E '^podman-1 .* changed=2 .* failed=0 ' "$CONTROL/rolled-back"
    equal "$OLDER" "$(on podman-1 as root "dpkg-query --show --showformat '\${Version}' $HELPER")"
}

root_of() { echo "$WORK/machines/$1/root"; } # NAME

on() { # NAME COMMAND…
    ROOT=$(root_of "$1")
    "${@:2}"
}

each_machine() { # NAME COMMAND…
    local machine
    for machine in $FLEET; do
        on "$machine" check "$WALK: $1 on $machine" "${@:2}"
    done
}

nothing_is_left_of_fleet() { nothing_is_left "$LEFT_BY_ANSIBLE|$LOGS_OF_APT|$STORAGE_OF_PODMAN"; }
