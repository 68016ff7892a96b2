#!/usr/bin/env bash
# Refuses a tag that is not the version of the workspace, with `v` before it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tag=$1
version=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
if [ "$tag" != "v$version" ]; then
    echo "the tag is \`$tag\`, but Cargo.toml says \`$version\`: tag \`v$version\`, or change \`version\` first" >&2
    exit 1
fi
