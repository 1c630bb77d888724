"""Maps English meaning into the identity space, so that unseen words point to known pictures."""

import re

import numpy as np
import torch
from torch.nn import functional as F

from .sentences import SentenceEncoder

TAG_WEIGHT = 0.88
SHARPNESS = 25.0
UNSURE, SURE = 0.45, 0.80  # The similarities at which the nearest labels begin to decide, and decide alone.


class EnglishToIdentity:
    """A kernel over the concepts' labels and tags; ridge regression far from all of them."""

    def __init__(self, concepts: list[dict], prototypes: torch.Tensor, encoder: SentenceEncoder):
        terms, owners, weights = [], [], []
        for place, concept in enumerate(concepts):
            label = re.sub(r"[“”\"’:!,]", "", concept["label"].lower())
            for term, weight in [(label, 1.0)] + [(t.lower(), TAG_WEIGHT) for t in concept["tags"]]:
                if term:
                    terms.append(term)
                    owners.append(place)
                    weights.append(weight)
        unique = sorted(set(terms))
        number = {term: i for i, term in enumerate(unique)}
        self.rows = torch.tensor([number[term] for term in terms])
        self.owners, self.weights = torch.tensor(owners), torch.tensor(weights)
        self.vectors = torch.from_numpy(encoder.encode(unique))
        self.prototypes = prototypes
        texts = [", ".join([c["label"], *c["tags"][:3]]) for c in concepts]
        self.meanings = torch.from_numpy(encoder.encode(texts))
        gram = self.meanings.T @ self.meanings + torch.eye(self.meanings.shape[1])
        self.ridge = torch.linalg.solve(gram, self.meanings.T @ prototypes)

    def _part(self, queries):
        near = (queries @ self.vectors.T)[:, self.rows] * self.weights
        best = torch.full((len(queries), len(self.prototypes)), -1.0)
        index = self.owners[None].expand(len(queries), -1)
        best = best.scatter_reduce(1, index, near, "amax")
        kernel = F.normalize(torch.softmax(best * SHARPNESS, 1) @ self.prototypes, dim=-1)
        ridge = F.normalize(queries @ self.ridge, dim=-1)
        trust = ((best.max(1).values - UNSURE) / (SURE - UNSURE)).clamp(0, 1)[:, None]
        return F.normalize(trust * kernel + (1 - trust) * ridge, dim=-1)

    def __call__(self, queries: torch.Tensor) -> torch.Tensor:
        """Unit MiniLM vectors [n, 384] to identity vectors [n, 384]."""
        return torch.cat([self._part(part) for part in queries.split(512)])


class Dictionary:
    """Dictionary words with the vectors of their English gloss in both spaces."""

    def __init__(self, work, to_identity: EnglishToIdentity, without: set[str]):
        rows = work.read("dictionary.json")
        keep = [i for i, (word, _) in enumerate(rows) if word not in without]
        vectors = torch.from_numpy(np.load(work.data / "dictionary.npy").astype(np.float32))[keep]
        self.words = [rows[i][0] for i in keep]
        self.meaning = F.normalize(vectors, dim=-1)
        glosses = [rows[i][1] for i in keep]
        first = {gloss: i for i, gloss in reversed(list(enumerate(glosses)))}
        place = {gloss: i for i, gloss in enumerate(first)}
        identity = to_identity(self.meaning[list(first.values())])
        self.identity = identity[[place[gloss] for gloss in glosses]]
