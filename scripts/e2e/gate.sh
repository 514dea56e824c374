# shellcheck shell=bash
# The registry accepts only tokens of its account; otherwise the other tests would prove nothing.

gate_tests() {
    new_user
    check "registry: nobody gets in without a token" \
        fails_with 'authentication required|unauthorized' skopeo inspect "docker://$ECR/app:1"
    check "registry: a wrong token is refused" answers 401 -u AWS:wrong "https://$ECR/v2/"
    check "registry: the token of another account is refused" token_opens "$OTHER_ECR" 403
    check "registry: the helper's token is accepted" token_opens "$ECR" 200
    check "API: a wrong secret key is refused, the helper says so" wrong_key_is_refused
}

token_opens() { # REGISTRY STATUS
    local token
    token=$("$WORK/program/$HELPER" get <<<"$1" | jq -r .Secret)
    answers "$2" -K - "https://$ECR/v2/" <<<"user = \"AWS:$token\""
}

wrong_key_is_refused() {
    AWS_ACCESS_KEY_ID=$KEY AWS_SECRET_ACCESS_KEY=wrong fails_with 'credentials not found' "$WORK/program/$HELPER" get <<<"$ECR"
}
