# shellcheck shell=bash
# Checks the metrics of doctor with Prometheus' own checker, which also reports bad names and units.

monitoring_tests() {
    make_home "$WORK/watched"
    printf '{"credHelpers":{"%s":"ecr-login"}}' "$ECR" >"$WORK/watched/.docker/config.json"
    check "metrics of a host: written to a file" metrics_are_written
    if has promtool; then
        check "metrics of a host: promtool has no complaint" promtool_accepts "$WORK/metrics.prom"
    else
        skip "metrics of a host: promtool" "promtool is missing"
    fi
}

metrics_are_written() {
    local program=$WORK/program
    HOME=$WORK/watched "$program/$HELPER" get <<<"$ECR" >/dev/null
    HOME=$WORK/watched PATH=$program:$PATH "$HELPER" doctor --as docker --format prometheus --output "$WORK/metrics.prom"
    grep '^ecr_login_token_expires_in_seconds' "$WORK/metrics.prom"
    no_token_in "$WORK/metrics.prom"
}

promtool_accepts() { # FILE
    equal "" "$(promtool check metrics <"$1" 2>&1)"
}
