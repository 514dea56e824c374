# shellcheck shell=bash
# A GitLab runner on EC2, with the program from the archive and the role of the machine. Debian has no package of GitLab
# Runner, so its unit, config.toml and user are created as its own package would.

runner_walk() {
    WALK=runner
    new_machine runner
    install_gitlab_runner
    start_docker_in_machine
    remember

    step docs/install.md 'sha256sum --check --ignore-missing SHA256SUMS' "$HELPER-.*: OK"
    check "$WALK: unpack the archive" as dev "tar -xzf $HELPER-$RELEASED-$(runtime_identifier).tar.gz --strip-components=1"
    check "$WALK: no pull before" fails_with 'no basic auth credentials' as root "docker pull $ECR/app:1"
    step README.md 'sudo ./docker-credential-ecr-login setup gitlab-runner --registry 123456789012/eu-west-1 --install-to /usr/local/bin' \
        "^$ECR: /usr/local/bin/$HELPER returned credentials"
    step README.md 'sudo docker-credential-ecr-login doctor 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1' ' 0 failures,'
    # As the manager does: root, by /root/.docker/config.json.
    check "$WALK: first pull" as root "docker pull $ECR/app:1"
    check "$WALK: unpack another version" as dev "echo >>$HELPER"
    step docs/uninstall.md 'sudo install -m 0755 docker-credential-ecr-login /usr/local/bin/'
    step docs/uninstall.md 'docker-credential-ecr-login version' "^$HELPER "
    step docs/uninstall.md 'sudo docker-credential-ecr-login cache clear'
    step README.md 'sudo docker-credential-ecr-login setup gitlab-runner --undo' '/usr/local/bin'
    step docs/uninstall.md 'sudo rm /usr/local/bin/docker-credential-ecr-login'
    step docs/uninstall.md 'sudo rm -r /root/.ecr'
    check "$WALK: no program is left" fails_with 'not found' as dev "$HELPER version"
    check "$WALK: nothing is left" nothing_is_left '^home/dev/Downloads'
    runner_by_cloud_init
}

# The script of deploy/cloud-init, run as cloud-init does: as root, without a home.
runner_by_cloud_init() {
    WALK="runner, cloud-init"
    if ! python3 -c 'import yaml, tomllib' 2>/dev/null; then
        skip "$WALK" "python3-yaml or Python 3.11 is missing"
        return
    fi
    new_machine cloud
    install_gitlab_runner
    start_docker_in_machine
    remember
    check "$WALK: another checksum ends it" other_checksum_ends_it /run/ecr-login/install deploy/cloud-init/runner.yaml
    check "$WALK: nothing was changed" nothing_is_left '^$'
    put_script /run/ecr-login/install deploy/cloud-init/runner.yaml "$(sha256_of "$(archive)")"
    check "$WALK: the script sets the runner up" as root env --unset=HOME /run/ecr-login/install
    check "$WALK: first pull" as root "docker pull $ECR/app:1"
    step docs/uninstall.md 'sudo docker-credential-ecr-login setup gitlab-runner --undo'
    step docs/uninstall.md 'sudo rm -r /root/.ecr'
    check "$WALK: nothing is left" nothing_is_left '^$'
}

install_gitlab_runner() {
    as root useradd --system --create-home --shell /bin/bash gitlab-runner
    mkdir -p "$ROOT/etc/gitlab-runner"
    cat >"$ROOT/etc/systemd/system/gitlab-runner.service" <<'UNIT'
[Unit]
Description=GitLab Runner
After=network.target

[Service]
ExecStart=/usr/bin/gitlab-runner "run" "--config" "/etc/gitlab-runner/config.toml" "--working-directory" "/home/gitlab-runner" "--service" "gitlab-runner" "--user" "gitlab-runner"
Restart=always

[Install]
WantedBy=multi-user.target
UNIT
    cat >"$ROOT/etc/gitlab-runner/config.toml" <<'TOML'
concurrent = 4

[[runners]]
  name = "docker-1"
  url = "https://gitlab.example.com"
  id = 1
  token = "glrt-made-up-token-of-the-walk"
  executor = "docker"
  [runners.docker]
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1"
TOML
    chmod 600 "$ROOT/etc/gitlab-runner/config.toml"
}
