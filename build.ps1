# Thin on purpose: the verbs live in tools/Kolumn.Build. Without a verb it lists them.
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) { Write-Error "build: the .NET 10 SDK is needed and 'dotnet' is not on PATH."; exit 1 }
$env:DOTNET_NOLOGO = '1'; $env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'; $env:MSBUILDDISABLENODEREUSE = '1'
$built = dotnet build tools/Kolumn.Build --nologo --verbosity quiet
if ($LASTEXITCODE -ne 0) { $built; exit 1 }
dotnet artifacts/build/bin/Kolumn.Build/debug/Kolumn.Build.dll @args
exit $LASTEXITCODE
