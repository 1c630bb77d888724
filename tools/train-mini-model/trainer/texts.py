"""Token ids of Chinese text, as in BERT-Base Chinese: one token per Chinese character."""

import re
from pathlib import Path

import torch

PAD, UNKNOWN, START, END = 0, 100, 101, 102
LONGEST = 52


class Tokenizer:
    """WordPiece over vocab.txt: single characters for Chinese, pieces for Latin words and digits."""

    def __init__(self, vocabulary: Path):
        lines = vocabulary.read_text("utf8").split("\n")
        self.ids = {line: number for number, line in enumerate(lines[:21128])}

    def _pieces(self, word: str) -> list[int]:
        pieces, start = [], 0
        while start < len(word):
            prefix = "##" if start else ""
            end = len(word)
            while end > start and prefix + word[start:end] not in self.ids:
                end -= 1
            if end == start:
                return [UNKNOWN]
            pieces.append(self.ids[prefix + word[start:end]])
            start = end
        return pieces

    def __call__(self, text: str) -> list[int]:
        ids = []
        for part in re.findall(r"[a-z0-9]+|[^\sa-z0-9]", text.lower()):
            ids += self._pieces(part) if part[0].isascii() and part[0].isalnum() else [
                self.ids.get(part, UNKNOWN)
            ]
        return [START, *ids[: LONGEST - 2], END]


class CompactTokenizer:
    """The same with only the ids that training texts use; the rest share one vector."""

    UNKNOWN = 1

    def __init__(self, full: Tokenizer):
        self.full = full
        self.rows = {PAD: 0, UNKNOWN: self.UNKNOWN, START: 2, END: 3}
        self.frozen = False
        self.cache: dict[str, list[int]] = {}

    def __call__(self, text: str) -> list[int]:
        known = self.cache.get(text)
        if known is None:
            known = self.cache[text] = [self._row(number) for number in self.full(text)]
        return known

    def _row(self, number: int) -> int:
        if number not in self.rows and not self.frozen:
            self.rows[number] = len(self.rows)
        return self.rows.get(number, self.UNKNOWN)

    def batch(self, texts: list[str]) -> torch.Tensor:
        """int64 [n, longest], padded with 0."""
        rows = [self(text) for text in texts]
        result = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        for i, row in enumerate(rows):
            result[i, : len(row)] = torch.tensor(row)
        return result
