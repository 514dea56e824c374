#!/usr/bin/env bash
# Is there a reason for a new release: a package with a known vulnerability, or a newer OpenSSL, glibc or .NET runtime than
# the ones that were linked into the released program?
#   upkeep.sh [SPDX-FILE]      the list of parts of the release that users have; without it, what would be linked here
# A line for each, then their sum; what fails is the reason.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

no_vulnerable_package() {
    dotnet restore "$REPOSITORY/src/CredHelper" -v q --nologo
    equal "" "$(vulnerable "$REPOSITORY/src/CredHelper/CredHelper.csproj")"
}

# Not every source of packages knows of vulnerabilities, and from one that does not, silence means nothing.
source_knows_vulnerabilities() {
    cat >"$WORK/known.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup>
    <!-- GHSA-5crp-9r3c-p9vr, known since 2022 -->
    <PackageReference Include="Newtonsoft.Json" Version="12.0.1" />
  </ItemGroup>
</Project>
XML
    dotnet restore "$WORK/known.csproj" -v q --nologo >&2 && [ -n "$(vulnerable "$WORK/known.csproj")" ]
}

# Prints NAME VERSION ADVISORY of each.
vulnerable() { # PROJECT
    dotnet list "$1" package --vulnerable --include-transitive --format json >"$WORK/list.json"
    jq -r '[.projects[].frameworks[]? | .topLevelPackages[]?, .transitivePackages[]?
        | "\(.id) \(.resolvedVersion) \(.vulnerabilities[].advisoryurl)"] | unique[]' "$WORK/list.json"
}

# The version of a part that users have; of the package that is linked here, where no release is given.
released() { # PART PACKAGE
    if [ -n "$SPDX" ]; then
        jq -er --arg name "$1" '.packages[] | select(.name == $name) | .versionInfo' "$SPDX"
    else
        dpkg-query -W -f '${Version}' "$2"
    fi
}

# A release names the version of the makers, a package that of the distribution, whose revisions mend as well.
is_the_newest() { # PART PACKAGE
    local released newest
    released=$(released "$1" "$2")
    newest=$(LC_ALL=C apt-cache policy "$2" | sed -n 's/^ *Candidate: //p')
    [ -z "$SPDX" ] || newest=$(upstream "$newest")
    echo "$1: linked is $released, $2 is $newest"
    dpkg --compare-versions "$released" ge "$newest"
}

# 3.0.22 of 1:3.0.22-1~deb12u2
upstream() {
    local version=${1#*:}
    echo "${version%%[-+~]*}"
}

runtime_is_the_newest() {
    local released newest
    released=$(jq -er '.packages[] | select(.name == ".NET runtime") | .versionInfo' "$SPDX")
    newest=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[0-9.]*\) .*/\1/p' | sort -V | tail -n 1)
    echo ".NET runtime: linked is $released, this SDK has $newest"
    [ "$(printf '%s\n' "$newest" "${released%%-*}" | sort -V | tail -n 1)" = "${released%%-*}" ]
}

SPDX=${1:-}
[ -z "$SPDX" ] || [ -r "$SPDX" ] || fail "there is no $SPDX"
prerequisites build release
has jq || fail "this needs jq"
if source_knows_vulnerabilities; then
    check "no package of the program has a known vulnerability" no_vulnerable_package
else
    skip "packages with a known vulnerability" "this machine's source of packages does not tell of any"
fi
if has apt-cache && has dpkg; then
    ! is_root || quietly apt-get -qq -o APT::Sandbox::User=root update || true
    check "OpenSSL is the newest" is_the_newest openssl libssl-dev
    check "glibc is the newest" is_the_newest glibc libc6-dev
else
    skip "OpenSSL and glibc" "no apt to ask"
fi
[ -z "$SPDX" ] || check ".NET runtime is the newest" runtime_is_the_newest
sum_up
