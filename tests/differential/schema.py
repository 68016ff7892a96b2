"""Says whether the schema of the configuration judges as the program does.

    python schema.py <schema> <folder>

The schema is valid, every file in `<folder>/good` is valid by it, and none in `<folder>/bad`; a test of the binary says
the same of the program. Ends with 1 if that does not hold, or if nothing was looked at.
"""

import json
import pathlib
import sys

import jsonschema


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    wrong = looked_at = 0
    for kind in ["good", "bad"]:
        files = sorted((pathlib.Path(sys.argv[2]) / kind).glob("*.json"))
        looked_at += len(files)
        for path in files:
            if validator.is_valid(json.loads(path.read_text(encoding="utf-8"))) != (kind == "good"):
                wrong += 1
                print(f"{path}: {'refused' if kind == 'good' else 'accepted'} by the schema", file=sys.stderr)
    print(f"{looked_at} configurations, {wrong} judged otherwise")
    sys.exit(1 if wrong or not looked_at else 0)


if __name__ == "__main__":
    main()
