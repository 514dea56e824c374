# shellcheck shell=bash
# Runs the program for another architecture with QEMU as its users would.

ROLE=arn:aws:iam::123456789012:role/deploy

# The kernel cannot run programs of another architecture directly, and neither can setup and doctor, which run programs
# on the PATH.
stand_on_path() {
    mkdir -p "$WORK/bin"
    printf '#!/bin/sh\nexec %q %q "$@"\n' "$(qemu)" "$PROGRAM" >"$WORK/bin/$HELPER"
    chmod 755 "$WORK/bin/$HELPER"
}

says_its_version() { "$HELPER" version | grep -E "^$HELPER [0-9]"; }

secret_of() { # REGISTRY
    "$HELPER" get <<<"$1" | jq -er 'select(.Username == "AWS") | .Secret'
}

# Names are resolved by /etc/hosts; the certificate is in the machine's bundle.
cold_get() {
    secret_of "$ECR" >"$WORK/token"
    equal 1 "$(calls_of ecr)"
    curl -fsS -K - "https://$ECR/v2/" <<<"user = \"AWS:$(cat "$WORK/token")\""
}

cached_get() {
    equal "$(cat "$WORK/token")" "$(secret_of "$ECR")"
    equal 1 "$(calls_of ecr)"
}

role_of_a_profile() {
    printf '[profile deploy]\nrole_arn = %s\nsource_profile = default\n' "$ROLE" >>"$HOME/.aws/config"
    AWS_PROFILE=deploy secret_of "$ECR" >"$WORK/token-of-role"
    equal 1 "$(calls_of sts)"
    equal 2 "$(calls_of ecr)"
    ! cmp -s "$WORK/token" "$WORK/token-of-role"
}

login_is_kept_and_erased() {
    printf '{"ServerURL":"%s","Username":"%s","Secret":"%s"}' "$GITLAB" "$GITLAB_USER" "$GITLAB_PASSWORD" | "$HELPER" store
    "$HELPER" get <<<"$GITLAB" | jq -e --arg user "$GITLAB_USER" --arg secret "$GITLAB_PASSWORD" '.Username == $user and .Secret == $secret'
    "$HELPER" list | jq -e --arg host "$GITLAB" --arg user "$GITLAB_USER" '.[$host] == $user'
    "$HELPER" erase <<<"$GITLAB"
    fails_with 'credentials not found' "$HELPER" get <<<"$GITLAB"
}

wrong_key_is_told() {
    AWS_ACCESS_KEY_ID=$KEY AWS_SECRET_ACCESS_KEY=wrong fails_with "^$HELPER: $ECR: .+; hint: .*secret" "$HELPER" get <<<"$ECR"
}

docker_is_set_up() {
    "$HELPER" setup docker --registry "$ECR" | grep 'returned credentials'
    jq -e --arg host "$ECR" '.credHelpers == {($host): "ecr-login"}' "$HOME/.docker/config.json"
}

# Checks that the registry accepts the token. There is no docker daemon here.
doctor_finds_nothing_wrong() {
    "$HELPER" doctor --as docker "$ECR" | tee "$WORK/findings"
    grep '^OK    ECR101  .* is this program' "$WORK/findings"
    grep '^OK    ECR503  .* connected, certificate trusted' "$WORK/findings"
    grep '^OK    ECR506 ' "$WORK/findings"
    ! grep '^FAIL' "$WORK/findings"
}

uses_tests() {
    stand_on_path
    mkdir "$WORK/home"
    make_home "$WORK/home"
    forget_environment "$WORK/home" "$WORK/bin"
    check "arm64: says its version" says_its_version
    check "arm64: a cold get over TLS, and the registry takes the token" cold_get
    check "arm64: a cached get" cached_get
    check "arm64: a role of a profile" role_of_a_profile
    check "arm64: a login is kept, listed and erased" login_is_kept_and_erased
    check "arm64: a wrong key is told, with a hint" wrong_key_is_told
    check "arm64: setup docker" docker_is_set_up
    check "arm64: doctor" doctor_finds_nothing_wrong
}
