#!/bin/sh
# Leaves kolumn-provider-redis, one file with everything in it but node itself, in the folder given (or in ./dist).
# Needs node 18 or later with npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here/dist}
mkdir -p "$target"
target=$(cd "$target" && pwd)
cd "$here"
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
npm run --silent build -- --outfile="$target/kolumn-provider-redis" --log-level=warning
chmod 755 "$target/kolumn-provider-redis"
