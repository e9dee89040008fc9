#!/bin/sh
# Leaves kolumn-provider-files, one file, in the folder given (or in ./dist). Builds the way Debian does, from the sources that its packages
# golang-go, golang-github-hashicorp-go-plugin-dev and protobuf-compiler leave in /usr/share/gocode; nothing is downloaded.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$here/dist}
mkdir -p "$target"
target=$(cd "$target" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GO111MODULE=off GOFLAGS= GOPATH="$work:/usr/share/gocode" CGO_ENABLED=0
mkdir -p "$work/src/wire" "$work/src/provider"
go build -o "$work/protoc-gen-go" github.com/golang/protobuf/protoc-gen-go
protoc -I "$here/../../protos" --plugin=protoc-gen-go="$work/protoc-gen-go" \
  --go_out=plugins=grpc,paths=source_relative,import_path=wire:"$work/src/wire" kolumn/provider/v1/provider.proto
cp "$here/provider.go" "$work/src/provider/"
go build -ldflags=-s -o "$target/kolumn-provider-files" provider
