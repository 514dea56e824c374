#!/bin/bash
# Stands before the program under test: notes who asks for what and for which server, never what the secrets are.
work=$(dirname "$0")/..
client=$(tr -d '\n' <"/proc/$PPID/comm")
program=$work/program/docker-credential-ecr-login
if [[ ${1:-} != @(get|store|erase) ]]; then
    echo "$client $*" >>"$work/asked"
    exec "$program" "$@"
fi
# The x keeps line ends that the shell would take off; the input may hold a secret and is never in a file.
input=$(cat && printf x)
input=${input%x}
if [ "$1" = store ]; then
    server=$(jq -r '"\(.ServerURL) \(.Username)"' <<<"$input" 2>/dev/null || echo unreadable)
else
    server=${input//$'\n'/}
fi
echo "$client $* $server" >>"$work/asked"
exec "$program" "$@" < <(printf %s "$input")
