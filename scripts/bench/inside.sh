#!/bin/bash
# The part of bench.sh that runs in the namespaces: emulator, homes with filled caches, and the measured runs. It leaves
# cached.tsv, cold.tsv, burst.tsv and calls.tsv in WORK.
set -euo pipefail
# shellcheck source=../lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/common.sh"
# shellcheck source=../lib/sandbox.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/sandbox.sh"

work=$1 binary=$2 reference=$3 emulator=$4 repeat=$5
cold=$((repeat / 4 > 0 ? repeat / 4 : 1))
region=us-east-1
control=http://127.0.0.1:8085/_emulator
names=("api.ecr.$region.amazonaws.com" "sts.$region.amazonaws.com" sts.amazonaws.com "portal.sso.$region.amazonaws.com")
last_cpu=$(($(nproc) - 1))

make_certificates() { # A chain as AWS's: root in the bundle, intermediate and leaf from the server, RSA 2048 throughout.
    local dir=$1
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/root.key" -out "$dir/root.pem" -days 30 \
        -subj '/C=US/O=Benchmark/CN=Benchmark Root CA' -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign'
    openssl req -newkey rsa:2048 -nodes -keyout "$dir/middle.key" -out "$dir/middle.csr" -subj '/C=US/O=Benchmark/CN=Benchmark RSA 2048'
    openssl x509 -req -in "$dir/middle.csr" -CA "$dir/root.pem" -CAkey "$dir/root.key" -CAcreateserial -days 30 -sha256 -out "$dir/middle.pem" \
        -extfile <(printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n')
    openssl req -newkey rsa:2048 -nodes -keyout "$dir/leaf.key" -out "$dir/leaf.csr" -subj "/CN=api.ecr.$region.amazonaws.com"
    openssl x509 -req -in "$dir/leaf.csr" -CA "$dir/middle.pem" -CAkey "$dir/middle.key" -CAcreateserial -days 30 -sha256 -out "$dir/leaf.pem" \
        -extfile <(printf 'subjectAltName=%s\n' "$(printf 'DNS:%s,' "${names[@]}" | sed 's/,$//')"
                   printf 'keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n')
    cat "$dir/leaf.pem" "$dir/middle.pem" >"$dir/chain.pem"
}

host_of() { printf '%012d.dkr.ecr.%s.amazonaws.com' $((123456789012 + $1)) "$region"; }

# The variables of every run, the same for both helpers.
variables() { # HOME keys|role|sso
    printf '%s\n' "HOME=$1" PATH=/usr/bin:/bin
    if [ "$2" = keys ]; then
        printf '%s\n' AWS_ACCESS_KEY_ID=AKIDEXAMPLE000000001 AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
    else
        printf 'AWS_PROFILE=%s\n' "$2"
    fi
}

# A profile that Debian's version of AWS's helper supports: without an sso-session.
make_home() { # HOME
    local start_url=https://bench.awsapps.com/start
    mkdir -p "$1/.aws" "$1/.ecr"
    cat >"$1/.aws/config" <<END
[profile role]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = base
region = $region
[profile sso]
sso_region = $region
sso_start_url = $start_url
sso_account_id = 123456789012
sso_role_name = Admin
region = $region
END
    mkdir -p "$1/.aws/sso/cache"
    printf '{"accessToken": "access-fresh", "expiresAt": "%s"}' "$(date -u -d +8hours +%FT%TZ)" \
        >"$1/.aws/sso/cache/$(printf %s "$start_url" | sha1sum | cut -d' ' -f1).json"
    cat >"$1/.aws/credentials" <<END
[base]
aws_access_key_id = AKIDEXAMPLE000000001
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
END
}

get() { # PROGRAM HOME keys|role|sso NUMBER
    local set
    mapfile -t set < <(variables "$2" "$3")
    host_of "$4" | env -i "${set[@]}" "$1" get
}

fill() { # PROGRAM HOME keys|role|sso COUNT: as users do, one get after the other
    make_home "$2"
    local i
    for ((i = $4 - 1; i >= 0; i--)); do get "$1" "$2" "$3" "$i" >/dev/null; done
}

describe() { # NAME PROGRAM HOME keys|role|sso [clean]: one case of measure.c
    echo "case $1"
    variables "$3" "$4" | sed 's/^/env /'
    echo "stdin $work/registry"
    echo 'expect "Secret":"'
    [ $# -lt 5 ] || echo "clean $3/.ecr"
    echo "run $2 get"
}

calls() { curl -sf "$control/calls/count"; }
packets() { cat /sys/class/net/lo/statistics/tx_packets; }

settle_inside
mkdir -p "$work/tls" "$work/home"
make_certificates "$work/tls" 2>"$work/openssl.log" || { cat "$work/openssl.log" >&2; exit 1; }
printf '127.0.0.1 localhost %s\n' "${names[*]}" >"$work/hosts"
cat /etc/ssl/certs/ca-certificates.crt "$work/tls/root.pem" >"$work/bundle.pem"
put_over "$work/hosts" /etc/hosts
put_over "$work/bundle.pem" /etc/ssl/certs/ca-certificates.crt
mount -t sysfs sysfs /sys 2>/dev/null || true # this namespace's interface counters

dotnet "$emulator" --https 443 --certificate "$work/tls/chain.pem" --key "$work/tls/leaf.key" --http 8085 >"$work/emulator.out" 2>&1 &
emulator_id=$!
trap 'kill $emulator_id 2>/dev/null; wait $emulator_id 2>/dev/null || true' EXIT
# The emulator prints a line for each listener once it is open.
is_ready() { [ "$(grep -c '^listening ' "$work/emulator.out")" = 2 ]; }
for _ in $(seq 300); do is_ready && break; sleep 0.1; done
is_ready || { echo "the emulator does not start" >&2; cat "$work/emulator.out" >&2; exit 1; }

host_of 0 >"$work/registry"
echo "filling caches ..." >&2
for who in ours aws; do
    program=$binary; [ $who = ours ] || program=$reference
    fill "$program" "$work/home/$who-1" keys 1
    fill "$program" "$work/home/$who-100" keys 100
    fill "$program" "$work/home/$who-1000" keys 1000
    for what in role sso; do fill "$program" "$work/home/$who-$what" "$what" 1; done
    make_home "$work/home/$who-cold"
done

echo "cached gets ..." >&2
{
    printf 'case noop\nrun %s\n' "$work/noop"
    for who in ours aws; do
        program=$binary; [ $who = ours ] || program=$reference
        printf 'case %s version\nenv HOME=%s\nenv PATH=/usr/bin:/bin\nrun %s version\n' $who "$work/home/$who-1" "$program"
        for what in 1 100 1000; do describe "$who cached-$what" "$program" "$work/home/$who-$what" keys; done
        # The reference includes the session's access key in its cache key, so it never hits and its file grows with
        # every run.
        never_hits=(); [ $who = ours ] || never_hits=(clean)
        for what in role sso; do describe "$who cached-$what" "$program" "$work/home/$who-$what" "$what" "${never_hits[@]}"; done
    done
} >"$work/cached.cases"
"$work/measure" -c "$last_cpu" -w 5 -n "$repeat" "$work/cached.cases" >"$work/cached.tsv"

# Counts the requests of each kind of cached get.
for what in 1 role sso; do
    for who in ours aws; do
        program=$binary; [ $who = ours ] || program=$reference
        credentials=keys; [ $what = 1 ] || credentials=$what
        calls_before=$(calls)
        sleep 0.2 # the question itself says goodbye in packets of its own
        packets_before=$(packets)
        get "$program" "$work/home/$who-$what" "$credentials" 0 >/dev/null
        packets_after=$(packets)
        printf '%s cached-%s\t%d\t%d\n' $who $what $(($(calls) - calls_before)) $((packets_after - packets_before))
    done
done >"$work/calls.tsv"

echo "cold gets ..." >&2
for who in ours aws; do
    program=$binary; [ $who = ours ] || program=$reference
    describe "$who cold-keys" "$program" "$work/home/$who-cold" keys clean
    describe "$who cold-role" "$program" "$work/home/$who-cold" role clean
done >"$work/cold.cases"
"$work/measure" -w 5 -n "$cold" "$work/cold.cases" >"$work/cold.tsv"

echo "many gets at once ..." >&2
for _ in 1 2 3 4 5; do
    for who in ours aws; do
        program=$binary; [ $who = ours ] || program=$reference
        describe "$who burst" "$program" "$work/home/$who-cold" keys clean >"$work/burst.cases"
        describe "$who warm-burst" "$program" "$work/home/$who-1" keys >"$work/warm-burst.cases"
        before=$(calls)
        line=$("$work/measure" -b 100 "$work/burst.cases")
        printf '%s\t%d\n' "$line" $(($(calls) - before))
        before=$(calls)
        line=$("$work/measure" -b 500 "$work/warm-burst.cases")
        printf '%s\t%d\n' "$line" $(($(calls) - before))
    done
done >"$work/burst.tsv"
