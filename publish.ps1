# Makes a release; the work is in tools/Release. Runs on PowerShell 7 and Windows PowerShell 5.1.
[CmdletBinding()]
param(
    [switch] $Snapshot,
    [string[]] $Target = @(),
    [string] $From = '',
    [string[]] $Property = @(),
    [switch] $BuildOnly,
    [switch] $SkipTests,
    [string] $Output = 'dist',
    [switch] $List
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$program = [IO.Path]::Combine($PSScriptRoot, 'tools', 'Release')
$arguments = @('run', '--project', $program, '-c', 'Release', '--', '--repository', $PSScriptRoot, '--output', $Output)
if ($Snapshot) { $arguments += '--snapshot' }
if ($BuildOnly) { $arguments += '--build-only' }
if ($SkipTests) { $arguments += '--skip-tests' }
if ($List) { $arguments += '--list' }
if ($From) { $arguments += @('--from', $From) }
foreach ($name in $Target) { $arguments += @('--target', $name) }
foreach ($value in $Property) { $arguments += @('--property', $value) }

& dotnet $arguments
exit $LASTEXITCODE
