"""Writes DATA/unicode-names.json: the Unicode name of each one-character concept, squeezed.

    python unicode_names.py DATA
"""

import json
import re
import sys
import unicodedata
from pathlib import Path


def squeezed_name(hexcode: str) -> str | None:
    """`1f680` -> `rocket`, as the fxemoji set names its icons; None for sequences."""
    if "-" in hexcode:
        return None
    try:
        name = unicodedata.name(chr(int(hexcode, 16)))
    except ValueError:
        return None
    return re.sub(r"[^a-z0-9]", "", name.lower())


def main() -> None:
    data = Path(sys.argv[1])
    concepts = json.loads((data / "concepts.json").read_text("utf8"))
    names = {c["hex"]: squeezed_name(c["hex"]) for c in concepts}
    names = {hexcode: name for hexcode, name in names.items() if name}
    (data / "unicode-names.json").write_text(json.dumps(names))


if __name__ == "__main__":
    main()
