#!/bin/bash
# Stands before the program under test: notes who asks for what, never what the secrets are.
work=$(dirname "$0")/..
echo "$(tr -d '\n' <"/proc/$PPID/comm") $*" >>"$work/asked"
exec "$work/program/docker-credential-ecr-login" "$@"
