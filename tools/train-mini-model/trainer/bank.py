"""The data of the text training, loaded once."""

import numpy as np
import torch
from torch.nn import functional as F
from torchvision.models._meta import _IMAGENET_CATEGORIES as IMAGENET_ENGLISH

from .captions import TEMPLATES, Captions, class_names
from .colours import PHRASES
from .features import HUE_VIEW, VIEWS
from .knowledge import Dictionary, EnglishToIdentity
from .paths import TOOL, TRAIN_VENDORS, VALIDATION_VENDOR, Work
from .sentences import SentenceEncoder
from .texts import CompactTokenizer, Tokenizer

UNKNOWN_TEXTURE = 0.35  # A part whose likeliest ImageNet class is less likely shows none of them.


class Bank:
    """Cached features, captions, targets and the compact tokenizer."""

    def __init__(self, work: Work, hold_out: bool):
        concepts = work.concepts()
        index = {c["hex"]: i for i, c in enumerate(concepts)}
        self.concepts = concepts
        self.captions = Captions(concepts, hold_out)
        self._load_views(work, index)
        state = torch.load(work.data / "backbone.pt")
        self.heads = state["heads"]
        self.prototypes = F.normalize(self.heads["prototypes"], dim=-1)
        self.known = state["concepts"]  # The concepts that have a prototype, in its order.
        self.place = {concept: i for i, concept in enumerate(self.known)}
        encoder = SentenceEncoder()
        shown = [concepts[i] for i in self.known]
        to_identity = EnglishToIdentity(shown, self.prototypes, encoder)
        self.meanings = to_identity.meanings
        self.dictionary = Dictionary(work, to_identity, self.captions.held_out)
        english = torch.from_numpy(encoder.encode(IMAGENET_ENGLISH))
        self.class_vectors = torch.cat([to_identity(english), english], 1)
        self.classes = class_names()
        self.held = self._features(work, VALIDATION_VENDOR)
        self.held_concepts = [index[h] for h in work.hexes(VALIDATION_VENDOR)]
        self.photos = self._features(work, "photos")
        textures = self._features(work, "textures")
        unknown = torch.softmax(textures["l"][0].float(), 1).max(1).values < UNKNOWN_TEXTURE
        self.textures = textures["f"][0][unknown].float(), textures["l"][0][unknown].float()
        vocabulary = TOOL.parent.parent / "models" / "wentu-mini" / "vocab.txt"
        self.tokens = CompactTokenizer(Tokenizer(vocabulary))
        for text in self._all_texts():
            self.tokens(text)
        self.tokens.frozen = True

    def draw_concepts(self, count):
        """Different concepts with prototypes; everyday concepts are more frequent."""
        often = np.array([self.captions.often[c] for c in self.known])
        drawn = np.random.choice(len(self.known), count, replace=False, p=often / often.sum())
        return [self.known[i] for i in drawn]

    @staticmethod
    def _features(work, name):
        with np.load(work.data / "features" / f"{name}.npz") as file:
            return {key: torch.from_numpy(file[key]) for key in file.files}

    def _load_views(self, work, index):
        rows = {"f": [], "l": [], "c": [], "concept": [], "view": []}
        for vendor in TRAIN_VENDORS:
            cached = self._features(work, vendor)
            concepts = torch.tensor([index[h] for h in work.hexes(vendor)])
            for view in range(len(VIEWS)):
                for key in "flc":
                    rows[key].append(cached[key][view])
                rows["concept"].append(concepts)
                rows["view"].append(torch.full_like(concepts, view))
        joined = {key: torch.cat(parts) for key, parts in rows.items()}
        self.features, self.logits = joined["f"], joined["l"]
        self.colours = joined["c"].float()
        self.owner, self.turned = joined["concept"].tolist(), (joined["view"] == HUE_VIEW).tolist()
        self.views_of: dict[int, list[int]] = {}
        for row, concept in enumerate(self.owner):
            self.views_of.setdefault(concept, []).append(row)

    def _all_texts(self):
        yield from (text for texts in self.captions.texts for text in texts)
        yield from self.dictionary.words
        yield from (name for names in self.classes for name in names)
        yield from TEMPLATES
        yield from (form for forms in PHRASES for form in forms)
