"""Chinese words with a short English gloss, from CC-CEDICT (used for training only).

    python -m trainer.dictionary WORKDIR

Writes WORKDIR/data/dictionary.json, [[word, gloss]], and dictionary.npy, MiniLM vectors of the
glosses. It keeps words of up to four characters whose first senses use the words that name
pictures: those of emoji labels and tags and of ImageNet classes.
"""

import json
import re
import sys

import numpy as np

from .clipart import vocabulary
from .paths import Work
from .sentences import SentenceEncoder

LONGEST_WORD = 4
NO_MEANING = re.compile(
    r"surname|variant of|^see |old name|abbr\. for|used in|county|prefecture|^also written|Tw\)"
    r"|bound form|\d{4}|province|^erhua|Japanese|classifier|dynasty|particle|^CL:"
)
FUNCTION_WORDS = set(
    "a an the of to in on with for and or at by up out off from as one it be is not no man woman "
    "person face hand sign button mark symbol make get go have body part over this that".split()
)


def entries(work: Work):
    """(traditional, simplified, glosses) of every entry."""
    text = (work.modules / "cc-cedict" / "data" / "all.js").read_text("utf8")
    table = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]["all"]
    for entry in table:
        glosses = entry[3]
        yield entry[0], entry[1], [glosses] if isinstance(glosses, str) else glosses


def plain(gloss: str) -> str:
    """Without remarks in brackets."""
    return re.sub(r"\s+", " ", re.sub(r"\([^)]*\)|\[[^\]]*\]", "", gloss)).strip()


def picturable(glosses: list[str], known: set[str]) -> str | None:
    """The first of two senses that consists of known words."""
    for gloss in glosses[:2]:
        words = [w for w in re.findall("[a-z]+", gloss.lower()) if w not in ("a", "the", "of", "to")]
        hits = sum(word in known or word.rstrip("s") in known for word in words)
        if 1 <= len(words) <= 3 and hits >= len(words) - (len(words) > 2):
            return gloss.lower()
    return None


def main() -> None:
    work = Work(sys.argv[1])
    known = {w for w in vocabulary(work.concepts()) - FUNCTION_WORDS if len(w) > 2}
    senses: dict[str, list[str]] = {}
    for traditional, simplified, glosses in entries(work):
        if not re.fullmatch(r"[\u4e00-\u9fff]{1,%d}" % LONGEST_WORD, simplified):
            continue
        kept = [plain(g) for g in glosses if not NO_MEANING.search(g)]
        kept = [g for g in kept if g and len(g) < 48][:3]
        if not kept:
            continue
        is_name = kept[0][0].isupper() and len(simplified) < 3
        if is_name and simplified in senses:
            continue
        senses.setdefault(simplified, []).extend(kept)
        if traditional != simplified and len(traditional) < 3:
            senses.setdefault(traditional, []).extend(kept)
    rows = [(word, picturable(glosses, known)) for word, glosses in senses.items()]
    rows = [(word, gloss) for word, gloss in rows if gloss]
    work.write("dictionary.json", rows)
    vectors = SentenceEncoder().encode([gloss for _, gloss in rows])
    np.save(work.data / "dictionary.npy", vectors.astype(np.float16))
    print(f"{len(rows)} dictionary words, {len({g for _, g in rows})} glosses")


if __name__ == "__main__":
    main()
