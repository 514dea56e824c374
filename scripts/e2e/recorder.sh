#!/bin/bash
# Runs in place of the program under test, and records the caller and the server of each call, but no secrets.
work=$(dirname "$0")/..
client=$(tr -d '\n' <"/proc/$PPID/comm")
program=$work/program/docker-credential-ecr-login
if [[ ${1:-} != @(get|store|erase) ]]; then
    echo "$client $*" >>"$work/asked"
    exec "$program" "$@"
fi
# The x preserves line ends that the shell would remove; the input may contain a secret and is never written to a file.
input=$(cat && printf x)
input=${input%x}
if [ "$1" = store ]; then
    server=$(jq -r '"\(.ServerURL) \(.Username)"' <<<"$input" 2>/dev/null || echo unreadable)
else
    server=${input//$'\n'/}
fi
echo "$client $* $server" >>"$work/asked"
exec "$program" "$@" < <(printf %s "$input")
