#!/usr/bin/env bash
# Builds the image of a release for amd64 and arm64 from its archives, as one manifest.
#
#   packaging/container/build.sh IMAGE ARCHIVES
set -euo pipefail

if [ $# -ne 2 ]; then
    echo 'usage: packaging/container/build.sh IMAGE ARCHIVES' >&2
    exit 2
fi
image=$1
archives=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
content=$(mktemp -d)
trap 'rm -rf "$content"' EXIT

buildah manifest create "$image"
for pair in amd64:x86_64 arm64:aarch64; do
    target=${pair#*:}-unknown-linux-musl
    tar -xzf "$archives/cflint-$target.tar.gz" -C "$content"
    buildah build --platform "linux/${pair%:*}" --build-arg "TARGET=$target" --manifest "$image" \
        --file "$here/Containerfile" "$content"
done
