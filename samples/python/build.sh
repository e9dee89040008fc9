#!/bin/sh
# Leaves kolumn-provider-pysqlite, one file with everything in it, in the folder given (or in ./dist).
# Needs protoc with grpc's plugin for Python (Debian: protobuf-compiler-grpc), python3-grpcio, python3-protobuf, python3-cryptography.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here/dist}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$target"
protoc -I "$here/../../protos" --plugin=protoc-gen-grpc_python="$(command -v grpc_python_plugin)" \
  --python_out="$work" --grpc_python_out="$work" kolumn/provider/v1/provider.proto
cp "$here/provider.py" "$work/__main__.py"
/usr/bin/python3 -m zipapp "$work" --python /usr/bin/python3 --output "$target/kolumn-provider-pysqlite"
chmod 755 "$target/kolumn-provider-pysqlite"
