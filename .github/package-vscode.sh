#!/usr/bin/env bash
# Packs the extension for Visual Studio Code: once without a program, and for each archive of a release with the program in it.
#
#   .github/package-vscode.sh ARCHIVES FOLDER
set -euo pipefail

if [ $# -ne 2 ]; then
    echo 'usage: .github/package-vscode.sh ARCHIVES FOLDER' >&2
    exit 2
fi
archives=$1
folder=$2
extension=$(dirname "${BASH_SOURCE[0]}")/../editors/vscode
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

programs=()
for archive in "$archives"/cflint-*.tar.gz "$archives"/cflint-*.zip; do
    name=${archive##*/}
    case $name in
        *.zip)
            name=${name%.zip} program=cflint.exe
            python3 -I -m zipfile -e "$archive" "$scratch"
            ;;
        *)
            name=${name%.tar.gz} program=cflint
            tar -xzf "$archive" -C "$scratch"
            ;;
    esac
    programs+=("${name#cflint-}=$scratch/$name/$program")
done

node "$extension/pack.mjs" "$folder"
node "$extension/pack.mjs" "$folder" "${programs[@]}"
