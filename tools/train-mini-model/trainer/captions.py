"""The Chinese texts that training pairs with pictures."""

import hashlib
import random

import numpy as np

from .paths import TOOL

NAME_WEIGHT, SYNONYM_WEIGHT, KEYWORD_WEIGHT, TRADITIONAL_WEIGHT = 14.0, 4.0, 7.0, 1.5
LONGEST_KEYWORD = 11
MOST_TRADITIONAL = 4
HELD_OUT_ONE_IN = 8
TEMPLATES = (
    "一只{} {}的图片 一个{} {}图标 可爱的{} 小{} 一张{}的照片 卡通{} 有{} 彩色的{} {}图案 画着{} 漂亮的{} "
    "一张{} {}表情 这是{} 一幅{}的画 {}照片"
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
    """For every concept its texts with their weights, and which concepts a text belongs to."""

    def __init__(self, concepts: list[dict], hold_out: bool):
        own = synonyms()
        self.names = [c["name"] for c in concepts]
        self.held_out: set[str] = set()
        if hold_out:
            plain = {k for c in concepts for k in c["keywords"]} - set(self.names)
            digest = lambda word: int(hashlib.md5(word.encode()).hexdigest(), 16)
            self.held_out = {k for k in plain if digest(k) % HELD_OUT_ONE_IN == 0}
        self.texts, self.cumulative, self.owners = [], [], {}
        for number, concept in enumerate(concepts):
            weights = {concept["name"]: NAME_WEIGHT}
            short = [k for k in concept["keywords"] if len(k) <= LONGEST_KEYWORD]
            old = [k for k in concept["traditional"] if len(k) <= LONGEST_KEYWORD]
            extra = own.get(concept["emoji"].replace("\ufe0f", ""), [])
            self._add(weights, short, KEYWORD_WEIGHT)
            self._add(weights, old[:MOST_TRADITIONAL], TRADITIONAL_WEIGHT)
            self._add(weights, extra, SYNONYM_WEIGHT)
            self.texts.append(list(weights))
            total = np.array(list(weights.values()))
            self.cumulative.append(np.cumsum(total / total.sum()))
            for text in weights:
                self.owners.setdefault(text, set()).add(number)

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
