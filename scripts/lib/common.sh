# shellcheck shell=bash
# Shared by all scripts: paths, output and builds.
# shellcheck disable=SC2034  # used by those that read this file

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TOOLS=$REPOSITORY/artifacts/tools
HELPER=docker-credential-ecr-login
EMULATOR=$REPOSITORY/tests/CredHelper.Emulator/bin/Release/net10.0/CredHelper.Emulator.dll

# No process outlives a script: no waiting build nodes, no compiler server.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

# No sockets for debuggers: an emulator that is killed with its sandbox would leave them in /tmp.
export DOTNET_EnableDiagnostics=0

# The SDK would require libicu, which dotnet-install.sh does not install; nothing here depends on a culture.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_SYSTEM_GLOBALIZATION_PREDEFINED_CULTURES_ONLY=0

# dotnet-install.sh installs the SDK there and does not change PATH.
if ! command -v dotnet >/dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then
    export PATH=$PATH:$HOME/.dotnet DOTNET_ROOT=$HOME/.dotnet
fi

# Root's PATH may lack sbin, and so may that of a job.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Programs that prerequisites.sh has unpacked come after installed ones.
use_tools() {
    local directory
    for directory in "$TOOLS"/*/usr/bin "$TOOLS"/*/usr/sbin; do
        if [ -d "$directory" ] && [[ :$PATH: != *:$directory:* ]]; then
            PATH=$PATH:$directory
        fi
    done
}
use_tools

prerequisites() { # NEED…
    "$REPOSITORY/scripts/prerequisites.sh" "$@"
    use_tools
}

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

# Runs a command and prints its output only if it fails.
quietly() {
    local output status=0
    output=$("$@" 2>&1 </dev/null) || status=$?
    [ "$status" -eq 0 ] || printf '%s\n' "$output" >&2
    return "$status"
}

publish_helper() { # DIRECTORY [OPTION…]
    local directory=$1
    shift
    dotnet publish "$REPOSITORY/src/CredHelper" -c Release -r "$(runtime_identifier)" -o "$directory" --nologo -v q "$@"
}

runtime_identifier() {
    case $(uname -m) in
        aarch64 | arm64) echo linux-arm64 ;;
        *) echo linux-x64 ;;
    esac
}

build_emulator() { build_shared tests/CredHelper.Emulator; }

build_release_program() { build_shared tools/Release; }

# Two scripts that run at the same time may need the same project.
build_shared() { # PROJECT
    mkdir -p "$REPOSITORY/artifacts"
    quietly flock "$REPOSITORY/artifacts/${1##*/}.lock" dotnet build "$REPOSITORY/$1" -c Release --nologo -v q
}
