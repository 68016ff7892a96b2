#!/usr/bin/env bash
# Installs the npm packages of this platform as they were packed, and runs the program.
#
#   .github/try-npm.sh FOLDER
set -euo pipefail

folder=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

node npm/pack.mjs "$scratch/main"
# npm for Windows does not know the names that this shell has for folders.
cp "$scratch"/main/cflint-cli-*.tgz "$folder"/*.tgz "$scratch"
cp fixtures/_golden/edge.yaml "$scratch"
cd "$scratch"
npm install --no-save --no-audit --no-fund ./cflint-cli-*.tgz
node_modules/.bin/cflint check edge.yaml
