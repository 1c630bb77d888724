"""Fine-tunes the backbone on the drawings of five vendors, end to end.

    python -m trainer.finetune WORKDIR --minutes 35

The loss: which of 1,600 concepts a drawing shows (cosine to learned prototypes), the meaning of its
English label (contrastive, MiniLM vectors), and the original ImageNet logits (so that the model
still recognises photographs). Writes WORKDIR/data/backbone.pt with the moving average of the weights.
"""

import argparse
import copy
import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from . import augment as aug
from .backbone import FEATURES, Backbone
from .discriminant import discriminant_head
from .metrics import recalls
from .paths import TRAIN_VENDORS, VALIDATION_VENDOR, Work, mirrorable
from .sentences import DIMENSION, SentenceEncoder

FROZEN_BLOCKS = 5
SIZE, EVAL_SIZE = 128, 160
IDENTITY = 384  # Dimensions of the prototype space.
BATCH, PHOTO_CROPS, TAUGHT_DRAWINGS = 96, 16, 32
SCALE, MARGIN, SMOOTHING = 20.0, 0.15, 0.05
WEIGHT_LOGITS, WEIGHT_MEANING = 0.5, 0.5
AVERAGE = 0.995
EVALUATE_EVERY = 500


class Drawings:
    """All training drawings with their concept (-1: clip art) and English meaning."""

    def __init__(self, work: Work):
        concepts = work.concepts()
        index = {c["hex"]: i for i, c in enumerate(concepts)}
        owners = [index[h] for vendor in TRAIN_VENDORS for h in work.hexes(vendor)]
        clipart = work.read("clipart.json")
        meanings = [", ".join([concepts[i]["label"], *concepts[i]["tags"][:3]]) for i in owners]
        meanings += [entry["title"] for entry in clipart]
        names = (*TRAIN_VENDORS, "clipart")
        self.pixels = torch.from_numpy(np.concatenate([work.drawings(n) for n in names]))
        self.concepts = sorted(set(owners))
        place = {concept: i for i, concept in enumerate(self.concepts)}
        self.labels = torch.tensor([place[i] for i in owners] + [-1] * len(clipart))
        self.mirror = torch.tensor([mirrorable(concepts[i]) for i in owners] + [True] * len(clipart))
        self.meanings = torch.from_numpy(SentenceEncoder().encode(meanings))
        numbers = {text: i for i, text in enumerate(sorted(set(meanings)))}
        self.meaning_ids = torch.tensor([numbers[text] for text in meanings])
        held = work.hexes(VALIDATION_VENDOR)
        rows = [i for i, h in enumerate(held) if index[h] in place]
        self.held_pixels = torch.from_numpy(work.drawings(VALIDATION_VENDOR)[rows])
        self.held_labels = torch.tensor([place[index[held[i]]] for i in rows])


class Heads(nn.Module):
    """The learned layers on top of the features: two projections and the prototypes."""

    def __init__(self, weight, bias, prototypes):
        super().__init__()
        self.identity = nn.Linear(FEATURES, IDENTITY)
        self.identity.weight.data, self.identity.bias.data = weight, bias
        self.meaning = nn.Linear(FEATURES, DIMENSION)
        self.prototypes = nn.Parameter(prototypes)


@torch.no_grad()
def clean_features(backbone, pixels, size=EVAL_SIZE, batch=64):
    """Features of clean views [n, 1280]."""
    parts = []
    for start in range(0, len(pixels), batch):
        view = aug.clean(pixels[start : start + batch], size)
        parts.append(backbone(view.contiguous(memory_format=torch.channels_last))[0])
    return torch.cat(parts)


@torch.no_grad()
def validate(backbone, heads, drawings) -> list[float]:
    """Recall at 1, 5, 10 of finding the held-out vendor's drawing by its prototype."""
    images = F.normalize(heads.identity(clean_features(backbone, drawings.held_pixels)), dim=-1)
    queries = F.normalize(heads.prototypes[drawings.held_labels], dim=-1)
    return recalls(queries @ images.T, torch.eye(len(images), dtype=torch.bool))


def losses(batch, features, logits, teacher_logits, heads, drawings):
    """Identity, meaning and logit terms for one batch (rows of drawings first, then photographs)."""
    labels, n = drawings.labels[batch], len(batch)
    dropped = F.dropout(features[:n], 0.1)
    known = labels >= 0
    images = F.normalize(heads.identity(dropped[known]), dim=-1)
    scores = images @ F.normalize(heads.prototypes, dim=-1).T
    scores = SCALE * (scores - MARGIN * F.one_hot(labels[known], scores.shape[1]))
    identity = F.cross_entropy(scores, labels[known], label_smoothing=SMOOTHING)
    vectors = F.normalize(heads.meaning(dropped), dim=-1)
    same = (drawings.meaning_ids[batch][:, None] == drawings.meaning_ids[batch][None]).float()
    same = same / same.sum(1, keepdim=True)
    likely = F.log_softmax(vectors @ drawings.meanings[batch].T * SCALE, 1)
    meaning = -(same * likely).sum(1).mean()
    target = F.softmax(teacher_logits / 2, -1)
    divergence = F.kl_div(F.log_softmax(logits / 2, -1), target, reduction="none").sum(1)
    kept = divergence[:TAUGHT_DRAWINGS].mean() + 2 * divergence[TAUGHT_DRAWINGS:].mean()
    return identity, meaning, kept


def initial_heads(backbone, drawings):
    """Prototypes by linear discriminant analysis of the untouched backbone's features."""
    known = drawings.labels >= 0
    features = clean_features(backbone, drawings.pixels[known], SIZE)
    return Heads(*discriminant_head(features, drawings.labels[known], IDENTITY))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work")
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--rate", type=float, default=2e-4)
    options = parser.parse_args()
    torch.manual_seed(0)
    np.random.seed(0)
    work = Work(options.work)
    drawings = Drawings(work)
    photos = torch.from_numpy(np.load(work.data / "photos.npy"))
    print(f"{len(drawings.labels)} drawings, {len(drawings.concepts)} concepts, {len(photos)} photos")
    backbone = Backbone().to(memory_format=torch.channels_last)
    teacher = copy.deepcopy(backbone)
    heads = initial_heads(backbone, drawings)
    print("before", validate(backbone, heads, drawings), flush=True)
    frozen = [backbone.stem, *backbone.blocks[:FROZEN_BLOCKS], backbone.classifier, teacher]
    for module in frozen:
        module.requires_grad_(False)
    trained = [p for p in backbone.parameters() if p.requires_grad]
    groups = [
        {"params": trained, "lr": options.rate, "weight_decay": 0.01},
        {"params": heads.identity.parameters(), "lr": options.rate, "weight_decay": 0},
        {"params": [heads.prototypes], "lr": 2e-3, "weight_decay": 0},
        {"params": heads.meaning.parameters(), "lr": 1e-3, "weight_decay": 0.05},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    rates = [group["lr"] for group in groups]
    model = nn.ModuleList([backbone, heads])
    average = copy.deepcopy(model).requires_grad_(False)

    def save():
        state = {"backbone": average[0].state_dict(), "heads": average[1].state_dict()}
        torch.save({**state, "concepts": drawings.concepts}, work.data / "backbone.pt")

    order, step, began = [], 0, time.time()
    while (done := (time.time() - began) / (options.minutes * 60)) < 1:
        for group, rate in zip(optimizer.param_groups, rates):
            cosine = 0.02 + 0.49 * (1 + math.cos(math.pi * done))
            group["lr"] = rate * min(1, (step + 1) / 60) * cosine
        if len(order) < BATCH:
            order = np.random.permutation(len(drawings.labels)).tolist()
        batch = torch.tensor([order.pop() for _ in range(BATCH)])
        pictures = aug.augment(drawings.pixels[batch], SIZE, drawings.mirror[batch], photos)
        crops = aug.normalise(aug.photo_crops(photos, PHOTO_CROPS, SIZE))
        pictures = torch.cat([pictures, crops]).contiguous(memory_format=torch.channels_last)
        taught = torch.cat([torch.arange(TAUGHT_DRAWINGS), torch.arange(BATCH, len(pictures))])
        with torch.no_grad():
            low = backbone.low(pictures, FROZEN_BLOCKS)
            teacher_logits = teacher.classifier(teacher.high(low[taught], FROZEN_BLOCKS))
        features = backbone.high(low, FROZEN_BLOCKS)
        logits = backbone.classifier(features[taught])
        terms = losses(batch, features, logits, teacher_logits, heads, drawings)
        loss = terms[0] + WEIGHT_MEANING * terms[1] + WEIGHT_LOGITS * terms[2]
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 5.0)
        optimizer.step()
        step += 1
        share = min(AVERAGE, (step + 1) / (step + 20))
        with torch.no_grad():
            for mean, current in zip(average.parameters(), model.parameters()):
                mean.lerp_(current, 1 - share)
        if step % 50 == 0:
            speed = step * BATCH / (time.time() - began)
            shown = [round(float(term), 3) for term in terms]
            print(f"step {step} {shown} {time.time() - began:.0f}s {speed:.0f}/s", flush=True)
        if step % EVALUATE_EVERY == 0:
            print(f"  validation {validate(average[0], average[1], drawings)}", flush=True)
            save()
    save()
    print(f"final after {step} steps: {validate(average[0], average[1], drawings)}")


if __name__ == "__main__":
    main()
