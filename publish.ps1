# Makes a release; the work is in tools/Release. Runs on PowerShell 7 and Windows PowerShell 5.1.
[CmdletBinding()]
param(
    [switch] $Snapshot,
    [string[]] $Target = @(),
    [switch] $SkipTests,
    [string] $Output = 'dist',
    [switch] $List
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$arguments = @('run', '--project', (Join-Path $PSScriptRoot 'tools/Release'), '-c', 'Release', '--', '--output', $Output)
if ($Snapshot) { $arguments += '--snapshot' }
if ($SkipTests) { $arguments += '--skip-tests' }
if ($List) { $arguments += '--list' }
foreach ($name in $Target) { $arguments += @('--target', $name) }

Push-Location $PSScriptRoot
try {
    & dotnet $arguments
    $status = $LASTEXITCODE
}
finally {
    Pop-Location
}
exit $status
