#!/bin/sh
# Thin on purpose: the verbs live in tools/Kolumn.Build. Without a verb it lists them.
set -eu
cd "$(dirname "$0")"
command -v dotnet >/dev/null || { echo "build: the .NET 10 SDK is needed and 'dotnet' is not on PATH." >&2; exit 1; }
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
built=$(dotnet build tools/Kolumn.Build --nologo --verbosity quiet) || { echo "$built" >&2; exit 1; }
exec dotnet artifacts/build/bin/Kolumn.Build/debug/Kolumn.Build.dll "$@"
