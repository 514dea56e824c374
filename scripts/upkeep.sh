#!/usr/bin/env bash
# Checks whether a new release is needed: a package with a known vulnerability, or a newer OpenSSL, glibc or .NET
# runtime than those linked into the released program.
#   upkeep.sh [SPDX-FILE]      the SBOM of the current release (default: what would be linked here)
# As root it updates the package lists; otherwise it uses the existing ones.
# A line for each, then a summary; a failure is a reason for a release.
set -euo pipefail
SCRIPTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib/common.sh
. "$SCRIPTS/lib/common.sh"
# shellcheck source=lib/results.sh
. "$SCRIPTS/lib/results.sh"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

no_vulnerable_package() {
    local found
    dotnet restore "$REPOSITORY/src/CredHelper" -v q --nologo
    found=$(vulnerable "$REPOSITORY/src/CredHelper/CredHelper.csproj")
    equal "" "$found"
}

# Not every package source reports vulnerabilities, so the absence of a report proves nothing.
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

# Prints NAME VERSION ADVISORY of each vulnerability.
vulnerable() { # PROJECT
    dotnet list "$1" package --vulnerable --include-transitive --format json >"$WORK/list.json" &&
        jq -r '[.projects[].frameworks[]? | .topLevelPackages[]?, .transitivePackages[]?
            | "\(.id) \(.resolvedVersion) \(.vulnerabilities[].advisoryurl)"] | unique[]' "$WORK/list.json"
}

# A distribution publishes fixes as revisions. The builder records the revision next to the version in the program.
# Revisions can only be compared within one distribution.
is_the_newest() { # PART PACKAGE
    local linked newest
    newest=$(LC_ALL=C apt-cache policy "$2" | sed -n 's/^ *Candidate: //p')
    [ -n "$newest" ] || { echo "apt knows no $2" && return 1; }
    if [ -z "$SPDX" ]; then
        linked=$(dpkg-query -W -f '${Version}' "$2")
    elif ! linked=$(revision_of "$1" "$2"); then
        linked=$(version_of "$1")
        newest=$(upstream "$newest")
    fi
    echo "$1: linked is $linked, there is $2 $newest"
    dpkg --compare-versions "$linked" ge "$newest"
}

version_of() { # PART
    jq -er --arg name "$1" '.packages[] | select(.name == $name) | .versionInfo' "$SPDX"
}

revision_of() { # PART PACKAGE
    jq -er --arg name "$1" --arg package "$2" --arg here "$(. /etc/os-release && echo "$ID $VERSION_ID")" '.packages[]
        | select(.name == $name) | .sourceInfo // "" | capture("^(?<package>[^ ]+) (?<version>[^ ]+), (?<where>.*)$")
        | select(.package == $package and .where == $here) | .version' "$SPDX"
}

# 3.0.22 of 1:3.0.22-1~deb12u2
upstream() {
    local version=${1#*:}
    echo "${version%%[-+~]*}"
}

# The lock file names the compiler, whose version is that of the linked runtime.
runtime_is_the_newest() {
    local linked newest
    if [ -n "$SPDX" ]; then
        linked=$(version_of ".NET runtime")
    else
        linked=$(jq -er '[.. | .["Microsoft.DotNet.ILCompiler"]? | .resolved? // empty][0]' "$REPOSITORY/src/CredHelper/packages.lock.json")
    fi
    newest=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[0-9.]*\) .*/\1/p' | sort -V | tail -n 1)
    echo ".NET runtime: linked is $linked, this SDK has $newest"
    [ "$(printf '%s\n' "$newest" "${linked%%-*}" | sort -V | tail -n 1)" = "${linked%%-*}" ]
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
check ".NET runtime is the newest" runtime_is_the_newest
sum_up
