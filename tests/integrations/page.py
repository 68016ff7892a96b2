"""The page whose snippets are executed."""

import re

SNIPPET = re.compile(r"(?:<!-- test: ([\w-]+) -->\n)?```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def snippets(root):
    """Name, language and text of each."""
    return SNIPPET.findall((root / "docs/integrations.md").read_text(encoding="utf-8"))
