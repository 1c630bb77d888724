"""The Chinese texts that training pairs with pictures."""

import hashlib
import random

import numpy as np

from .paths import TOOL

NAME_WEIGHT, SYNONYM_WEIGHT, KEYWORD_WEIGHT, TRADITIONAL_WEIGHT = 14.0, 9.0, 7.0, 1.5
EVERYDAY = 2.0  # How much more often a concept with synonyms of this project is sampled.
LONGEST_KEYWORD = 11
MOST_TRADITIONAL = 4
HELD_OUT_ONE_IN = 8
TEMPLATES = (
    "一只{} {}的图片 一个{} {}图标 可爱的{} 小{} 一张{}的照片 卡通{} 有{} 彩色的{} {}图案 画着{} 漂亮的{} "
    "一张{} {}表情 这是{} 一幅{}的画 {}照片 {}的照片 {}图片 一张{}的图片 拍的{}"
).split()
TEMPLATE_SHARE = 0.35


def class_names() -> list[list[str]]:
    """Chinese names of the 1,000 ImageNet classes."""
    lines = (TOOL / "data" / "imagenet-names.zh.txt").read_text("utf8").splitlines()
    rows = [line.split(" ", 1)[1].split(",") for line in lines if not line.startswith("#")]
    assert len(rows) == 1000
    return rows


def synonyms() -> dict[str, list[str]]:
    """Everyday words for an emoji, written for this project."""
    lines = (TOOL / "data" / "synonyms.zh.txt").read_text("utf8").splitlines()
    table: dict[str, list[str]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            emoji, *words = line.split()
            table.setdefault(emoji.replace("\ufe0f", ""), []).extend(words)
    return table


class Captions:
    """For every concept its texts with their weights; for every text how strongly it means each concept.

    A word that names one concept and is a mere keyword of others means the first more: 哭 is a crying
    face before it is a cat with tears.
    """

    def __init__(self, concepts: list[dict], hold_out: bool):
        own = synonyms()
        self.names = [c["name"] for c in concepts]
        self.held_out: set[str] = set()
        if hold_out:
            plain = {k for c in concepts for k in c["keywords"]} - set(self.names)
            digest = lambda word: int(hashlib.md5(word.encode()).hexdigest(), 16)
            self.held_out = {k for k in plain if digest(k) % HELD_OUT_ONE_IN == 0}
        self.texts, self.cumulative, self.owners, self.often = [], [], {}, []
        for number, concept in enumerate(concepts):
            weights = {concept["name"]: NAME_WEIGHT}
            short = [k for k in concept["keywords"] if len(k) <= LONGEST_KEYWORD]
            old = [k for k in concept["traditional"] if len(k) <= LONGEST_KEYWORD]
            extra = own.get(concept["emoji"].replace("\ufe0f", ""), [])
            self._add(weights, short, KEYWORD_WEIGHT)
            self._add(weights, old[:MOST_TRADITIONAL], TRADITIONAL_WEIGHT)
            self._add(weights, extra, SYNONYM_WEIGHT)
            self.texts.append(list(weights))
            shares = np.array(list(weights.values()))
            shares /= shares.sum()
            self.cumulative.append(np.cumsum(shares))
            self.often.append(EVERYDAY if extra else 1.0)
            for text, share in zip(weights, shares):
                self.owners.setdefault(text, {})[number] = float(share) ** 0.5

    def _add(self, weights, words, share):
        words = [w for w in words if w not in self.held_out]
        for word in words:
            weights[word] = weights.get(word, 0) + share / len(words)

    def pick(self, concept: int) -> str:
        """A text of a concept, by weight."""
        row = np.searchsorted(self.cumulative[concept], random.random() * 0.9999)
        return self.texts[concept][row]

    def templated(self, text: str) -> str:
        """Sometimes within a phrase, unless that phrase names something else."""
        if random.random() < TEMPLATE_SHARE:
            phrase = random.choice(TEMPLATES).format(text)
            return text if phrase in self.owners else phrase
        return text
