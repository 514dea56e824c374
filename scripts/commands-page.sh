#!/bin/sh
# Writes docs/reference/commands.md from the help of the program. The unit tests fail if the page is out of date.
set -eu
cd "$(dirname "$0")/.."
dotnet build tests/CredHelper.Tests -c Release -v q --nologo
CREDHELPER_WRITE_PAGE=1 dotnet tests/CredHelper.Tests/bin/Release/net10.0/CredHelper.Tests.dll -noColor \
  -noAutoReporters -class CredHelper.Tests.Cli.CommandsPageTests
