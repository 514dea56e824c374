# shellcheck shell=bash
# The program under test: where it comes from, and what holds of its file for whatever processor it is.
# shellcheck disable=SC2034  # used by those that read this file

LARGEST=$((18 * 1024 * 1024))

# What a suite of real runs needs: the program that CREDHELPER_BINARY names, or else one published now, as
# WORK/program/docker-credential-ecr-login, and the emulator. Sets PROGRAM.
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

# Prints where Debian's amazon-ecr-credential-helper is, if it is installed: our own package puts its program there, too.
aws_helper() {
    local file=/usr/bin/$HELPER
    ! grep -q '^amazon-ecr-credential-helper:' <<<"$(dpkg -S "$file" 2>/dev/null)" || echo "$file"
}

# A file that cannot be read has neither; so what every program has must be seen, too.
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
