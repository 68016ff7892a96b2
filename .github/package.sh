#!/usr/bin/env bash
# Packs a binary for a release: an archive with licences, completions and manual pages, and its checksum in a file of its own.
# The binary has to run on this machine, because it writes the latter two.
#
#   .github/package.sh TARGET BINARY FOLDER
set -euo pipefail

if [ $# -ne 3 ]; then
    echo 'usage: .github/package.sh TARGET BINARY FOLDER' >&2
    exit 2
fi
target=$1
binary=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=cflint-$target
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
content=$scratch/$name

mkdir -p "$3" "$content/completions" "$content/man/man1"
folder=$(cd "$3" && pwd)

case $target in
    *-windows-*) program=$content/cflint.exe ;;
    *) program=$content/cflint ;;
esac
cp "$binary" "$program"
chmod 755 "$program"
cp "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$root/README.md" "$root/CHANGELOG.md" "$content"

# The names under which each shell looks for them.
"$program" completions bash >"$content/completions/cflint.bash"
"$program" completions zsh >"$content/completions/_cflint"
"$program" completions fish >"$content/completions/cflint.fish"
"$program" completions powershell >"$content/completions/_cflint.ps1"
"$program" completions elvish >"$content/completions/cflint.elv"

# The page about cflint names those about its commands.
"$program" man >"$content/man/man1/cflint.1"
commands=$(sed -n 's/^cflint\\-\([a-z]*\)(1)$/\1/p' "$content/man/man1/cflint.1")
[ -n "$commands" ] || { echo 'the page about cflint names no commands' >&2; exit 1; }
for command in $commands; do
    "$program" man "$command" >"$content/man/man1/cflint-$command.1"
done

cd "$scratch"
case $target in
    *-windows-*)
        archive=$name.zip
        python=$(command -v python3 || command -v python)
        "$python" -I -m zipfile -c "$archive" "$name"
        ;;
    *)
        archive=$name.tar.gz
        tar -czf "$archive" "$name"
        ;;
esac

# macOS has the latter only.
if command -v sha256sum >/dev/null; then
    sha256sum "$archive" >"$archive.sha256"
else
    shasum --algorithm 256 "$archive" >"$archive.sha256"
fi
mv "$archive" "$archive.sha256" "$folder"
echo "$folder/$archive"
