#!/usr/bin/env bash
# Installs the wheel of one version into an environment of its own, and says where the program is.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/common.sh"

version=${INPUT_VERSION:-}
if [ -z "$version" ]; then
    version=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml")
fi
number='^[0-9]+\.[0-9]+\.[0-9]+(-?(a|alpha|b|beta|rc)\.?[0-9]+)?$'
if [ "$version" = latest ]; then
    requirement=cflint
elif [[ $version =~ $number ]]; then
    requirement=cflint==$version
else
    fail "\`version\` is \`$version\`, which is neither a version such as \`0.1.0\` nor \`latest\`"
fi

# Isolated (`-I`), so that no file of the repository is imported as a Python module.
python=
for candidate in python3 python; do
    if "$candidate" -I -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3.8 or later with \`venv\` was not found; put \`actions/setup-python\` before this action"

folder=$(scratch)
"$python" -I -m venv "$folder"
programs=$folder/bin
[ -d "$programs" ] || programs=$folder/Scripts

# A wheel only: building from source would run code of the build, and need a compiler.
pip=("$programs/python" -I -m pip --quiet --disable-pip-version-check --no-input)
"${pip[@]}" install --only-binary=:all: "$requirement" ||
    fail "pip could not install \`$requirement\` for this system, and says why in the log; \`version\` names another release"

program=$programs/cflint
installed=$("$program" --version)
output program "$program"
output version "${installed#cflint }"
echo "$installed"
