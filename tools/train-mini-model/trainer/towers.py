"""The two towers on top of the backbone's features and of token ids.

Both end in one 768-d unit vector of two parts: identity (384, where the vendors' drawings of one
concept agree) and meaning (384, MiniLM's space of English sentences). The image tower also has an
ImageNet branch: its class probabilities times a learned text vector per class. A gate, which reads
the features, decides how much a picture is a photograph, and so how much that branch counts. When the
probabilities are spread over different classes (grass, gravel), their mixture would be the average of all
classes, which is near every dog; then the branch is weak and points away from all texts.
"""

import torch
from torch import nn
from torch.nn import functional as F

from .backbone import CLASSES, FEATURES

IDENTITY = MEANING = 384
MEANING_SHARE = 0.2  # of the squared length of a vector
MEANING_SHARE_OF_CLASSES = 0.3
LENGTH_IN_TRAINING = 0.5  # The share of the vector for pictures that fit no class.


def join(identity, meaning, share=MEANING_SHARE):
    """Two directions to one unit vector."""
    parts = F.normalize(identity, dim=-1) * (1 - share) ** 0.5, F.normalize(meaning, dim=-1) * share**0.5
    return torch.cat(parts, -1)


class TextTower(nn.Module):
    """Character vectors and pairs of neighbours, pooled by mean and maximum, then an MLP."""

    def __init__(self, vocabulary: int, width: int = 192, hidden: int = 768):
        super().__init__()
        pooled = 6 * width
        self.embedding = nn.Embedding(vocabulary, width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.pair = nn.Linear(2 * width, 2 * width)
        self.norm = nn.LayerNorm(pooled)
        self.dropout = nn.Dropout(0.05)
        self.mlp = nn.Sequential(nn.Linear(pooled, hidden), nn.GELU(), nn.Dropout(0.1))
        self.deep = nn.Linear(hidden, IDENTITY + MEANING)
        self.straight = nn.Linear(pooled, IDENTITY + MEANING, bias=False)

    def parts(self, ids, mask=None):
        """(identity, meaning), each a unit vector; ids and mask [n, length]."""
        mask = (ids > 0) if mask is None else mask.bool()
        present = mask.unsqueeze(-1).float()
        letters = self.embedding(ids) * present
        count, second = present.sum(1), present[:, 1:]
        pairs = torch.cat([letters[:, :-1], letters[:, 1:]], -1)
        pairs = F.gelu(self.pair(pairs)) * second
        pooled = [
            letters.sum(1) / count,
            (letters - 1e4 * (1 - present)).max(1).values,
            (pairs - 1e4 * (1 - second)).max(1).values,
            pairs.sum(1) / count,
        ]
        hidden = self.dropout(self.norm(torch.cat(pooled, -1)))
        out = self.deep(self.mlp(hidden)) + self.straight(hidden)
        return F.normalize(out[:, :IDENTITY], dim=-1), F.normalize(out[:, IDENTITY:], dim=-1)

    def forward(self, ids, mask=None):
        return join(*self.parts(ids, mask))


class ImageTower(nn.Module):
    """Features [n, 1280] and ImageNet logits [n, 1000] to unit vectors [n, 768]."""

    def __init__(self):
        super().__init__()
        self.project = nn.Linear(FEATURES, IDENTITY + MEANING)
        self.gate = nn.Linear(FEATURES, 1)
        self.classes = nn.Parameter(torch.zeros(CLASSES, IDENTITY + MEANING))
        self.sharpness = nn.Parameter(torch.tensor(1.0))
        self.nowhere = nn.Parameter(torch.randn(IDENTITY + MEANING) * 0.05)
        self.register_buffer("length", torch.tensor(LENGTH_IN_TRAINING))
        self.trust = nn.Parameter(torch.tensor(12.0))
        self.doubt = nn.Parameter(torch.tensor(0.35))
        nn.init.normal_(self.gate.weight, std=1e-3)
        nn.init.constant_(self.gate.bias, -3.0)

    def of_classes(self, vectors):
        """Class vectors (or mixtures of them) in the joint space."""
        return join(vectors[:, :IDENTITY], vectors[:, IDENTITY:], MEANING_SHARE_OF_CLASSES)

    def forward(self, features, logits):
        drawn = self.project(features)
        drawn = join(drawn[:, :IDENTITY], drawn[:, IDENTITY:])
        likely = torch.softmax(logits * self.sharpness, -1) @ self.classes
        agreement = likely[:, :IDENTITY].norm(dim=-1, keepdim=True)
        sure = torch.sigmoid(self.trust * (agreement - self.doubt))
        nowhere = F.normalize(self.nowhere, dim=-1) * self.length
        known = sure * self.of_classes(likely) + (1 - sure) * nowhere
        photo = torch.sigmoid(self.gate(features))
        return F.normalize((1 - photo) * drawn + photo * known, dim=-1)
