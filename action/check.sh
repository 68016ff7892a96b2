#!/usr/bin/env bash
# Runs cflint once for each reader of the findings, and outputs the results. Findings are not a failure here.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/common.sh"

# Git Bash would rewrite arguments that look like paths to it, such as `--parameter=Prefix=/api`.
export MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*'

for name in ANNOTATIONS SUMMARY SARIF; do
    value=INPUT_$name
    case ${!value} in
        true | false) ;;
        *) fail "\`$(tr '[:upper:]' '[:lower:]' <<<"$name")\` is \`${!value}\`, which is neither \`true\` nor \`false\`" ;;
    esac
done

# Reads lines into the array `lines`, as they are. Lines of blanks are left out.
lines=()
split() {
    local line
    lines=()
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        case $line in
            *[![:space:]]*) lines+=("$line") ;;
        esac
    done <<<"$1"
}

split "$INPUT_ARGS"
arguments=(${lines[@]+"${lines[@]}"})
split "$INPUT_PATHS"
[ "${#lines[@]}" -gt 0 ] || fail "\`paths\` is empty; omit it to check the whole repository"
paths=("${lines[@]}")

CDPATH='' cd -- "$INPUT_WORKING_DIRECTORY" 2>/dev/null ||
    fail "\`working-directory\` is \`$INPUT_WORKING_DIRECTORY\`, which is no folder; is the repository checked out?"

folder=$(scratch)

# Prints a file that may hold text from templates: the runner looks for its commands in every line of a log. No one can
# guess the word that resumes them.
shown() {
    [ -s "$1" ] || return 0
    local word
    word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$word"
    cat "$1"
    printf '\n::%s::\n' "$word"
}

exit_code=0
code=0
# Runs cflint. What it prints is in `report`, its exit code in `code`, and the worst one so far in `exit_code`.
run() {
    local format=$1 before=$code said
    code=0
    "$PROGRAM" check --format "$format" "${@:2}" ${arguments[@]+"${arguments[@]}"} -- "${paths[@]}" \
        </dev/null >"$folder/report" 2>"$folder/errors" || code=$?
    if [ "$code" -gt 2 ]; then
        echo "::error title=cflint::\`cflint check --format $format\` crashed with exit code $code"
    fi
    # Wrong arguments and a broken configuration are not part of a report.
    if [ "$code" -eq 2 ] && [ ! -s "$folder/report" ] && { [ "$format" = "$main" ] || [ "$before" -ne 2 ]; }; then
        said=$(cat "$folder/errors")
        annotate "${said#error: }"
    # A later run repeats what the first one said, unless it ended otherwise.
    elif [ "$format" = "$main" ] || [ "$code" -ne "$before" ]; then
        shown "$folder/errors"
    fi
    [ "$code" -le "$exit_code" ] || exit_code=$code
}

if [ "$INPUT_ANNOTATIONS" = true ]; then
    main=github
    run github
    cat "$folder/report"
else
    main=full
    run full
    shown "$folder/report"
fi

# Even if templates are broken, the file is complete, and says so.
sarif=
if [ "$INPUT_SARIF" = true ]; then
    sarif=$folder/cflint.sarif
    # Code scanning would open alerts for suppressed findings.
    run sarif --hide-suppressed --output-file "$sarif"
    [ "$code" -le 2 ] && [ -s "$sarif" ] || sarif=
fi

if [ "$INPUT_SUMMARY" = true ]; then
    run markdown
    [ "$code" -gt 2 ] || cat "$folder/report" >>"$GITHUB_STEP_SUMMARY"
fi

output exit-code "$exit_code"
output sarif-file "$sarif"
# Where the paths of the report start: the repository may be checked out into a folder of the workspace.
output root "$(git rev-parse --show-toplevel 2>/dev/null || printf '%s' "${GITHUB_WORKSPACE:-$PWD}")"
