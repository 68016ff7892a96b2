# What the scripts of the action share. They also run with Bash 3.2, which macOS has.
# shellcheck shell=bash

# Prints a message that GitHub shows on the page of the run. Anyone may have written its text.
annotate() {
    local text=$1
    text=${text//'%'/%25}
    text=${text//$'\r'/%0D}
    text=${text//$'\n'/%0A}
    printf '::error title=cflint::%s\n' "$text"
}

# Ends the step with such a message.
fail() {
    annotate "$1"
    output exit-code 2
    exit 2
}

# A new folder that the runner clears away. On Windows its name has slashes, which every program there accepts.
scratch() {
    local parent=$RUNNER_TEMP
    if [ "${RUNNER_OS:-}" = Windows ]; then
        parent=${parent//\\//}
    fi
    mktemp -d "$parent/cflint.XXXXXX"
}

output() {
    printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}
