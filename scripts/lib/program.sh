# shellcheck shell=bash
# The program under test: how it is found or built, and checks of its file for any architecture.
# shellcheck disable=SC2034  # used by those that read this file

LARGEST=$((18 * 1024 * 1024))

# Prepares a suite of real runs: links the program that CREDHELPER_BINARY names, or publishes it, as
# WORK/program/docker-credential-ecr-login, and builds the emulator. Sets PROGRAM.
bring_program_and_emulator() { # WORK
    prerequisites build test
    mkdir -p "$1/program"
    if [ -n "${CREDHELPER_BINARY:-}" ]; then
        cp "$CREDHELPER_BINARY" "$1/program/$HELPER"
    else
        quietly publish_helper "$1/program" || fail "the program could not be published"
    fi
    build_emulator || fail "the emulator could not be built"
    PROGRAM=$1/program/$HELPER
}

# Prints the path of Debian's amazon-ecr-credential-helper if it is installed; our own package uses the same file name.
aws_helper() {
    local file=/usr/bin/$HELPER
    ! grep -q '^amazon-ecr-credential-helper:' <<<"$(dpkg -S "$file" 2>/dev/null)" || echo "$file"
}

# An unreadable file would pass the next checks, so something that every program has must be found, too.
has_no_interpreter() { # FILE
    local headers
    headers=$(readelf --program-headers --wide "$1")
    grep -q LOAD <<<"$headers"
    ! grep -E 'INTERP|DYNAMIC' <<<"$headers"
}

has_no_symbols() { # FILE
    local headers
    headers=$(readelf --section-headers --wide "$1")
    grep -q '\.text' <<<"$headers"
    ! grep -E '\.symtab|\.debug_' <<<"$headers"
}

is_small() { # FILE
    local size
    size=$(stat -c %s "$1")
    echo "$size bytes"
    [ "$size" -le "$LARGEST" ]
}
