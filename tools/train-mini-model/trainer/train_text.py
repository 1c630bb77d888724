"""Trains the text tower, and the image tower's last layers, on cached features.

    python -m trainer.train_text WORKDIR --minutes 20

`--hold-out` leaves one keyword in eight out of training and reports how well these unseen words
find their pictures; the shipped model is trained without it. Writes WORKDIR/data/towers.pt.
"""

import argparse
import math
import random
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .bank import Bank
from .colours import PHRASES
from .metrics import recalls
from .paths import Work
from .towers import IDENTITY, ImageTower, TextTower, join

CAPTIONS, WORDS, CLASSES, PICTURES, PHOTOS = 320, 160, 64, 160, 32
CAPTION_SCALE, SCALE = 30.0, 20.0
COLOUR_SHARE, MAIN_COLOUR, ABSENT_COLOUR = 0.3, 0.45, 0.12
COLOURED_GROUPS = (3, 4, 5, 6, 7)  # Animals, food, places, activities, objects.
GATE_PHOTO, GATE_DRAWING = 0.85, 0.05
TEXTURES = 16
DOUBT, LEAN, LENGTH = 0.5, 1.0, 0.1  # Set after training, with the photographs of the evaluation.


class Trainer:
    """Holds both towers and makes the loss of one step."""

    def __init__(self, bank: Bank):
        self.bank = bank
        self.text = TextTower(len(bank.tokens.rows))
        self.image = ImageTower()
        heads = bank.heads
        for part in ("weight", "bias"):
            both = torch.cat([heads[f"identity.{part}"], heads[f"meaning.{part}"]])
            getattr(self.image.project, part).data = both
        self.image.classes.data = bank.class_vectors.clone()

    def encode(self, texts):
        """Identity and meaning parts, computed in groups of like length."""
        lengths = torch.tensor([len(self.bank.tokens(text)) for text in texts])
        out = [torch.zeros(len(texts), IDENTITY) for _ in range(2)]
        for group in (lengths <= 6, (lengths > 6) & (lengths <= 9), lengths > 9):
            rows = torch.nonzero(group).view(-1)
            if len(rows):
                ids = self.bank.tokens.batch([texts[i] for i in rows.tolist()])
                out = [o.index_copy(0, rows, p) for o, p in zip(out, self.text.parts(ids))]
        return out

    def draw_captions(self):
        """Views, their plain words, their texts and the colour each text names (-1: none)."""
        bank, views, words, texts, colours = self.bank, [], [], [], []
        for concept in bank.draw_concepts(CAPTIONS):
            view, word, colour = random.choice(bank.views_of[concept]), None, -1
            main = int(bank.colours[view].argmax())
            coloured = bank.concepts[concept]["group"] in COLOURED_GROUPS
            word = bank.captions.pick(concept)
            if coloured and bank.colours[view, main] > MAIN_COLOUR and random.random() < COLOUR_SHARE:
                colour = main
                text = random.choice(PHRASES[main]).format(word)
            else:
                while bank.turned[view]:
                    view = random.choice(bank.views_of[concept])
                text = bank.captions.templated(word)
            views.append(view)
            words.append(word)
            texts.append(text)
            colours.append(colour)
        return views, words, texts, colours

    def caption_loss(self, identity, meaning, words, rows):
        """A text points to the prototypes (and English meanings) of all concepts that have it."""
        bank = self.bank
        owners = torch.zeros(len(rows), len(bank.known))
        for line, row in enumerate(rows):
            for concept, share in bank.captions.owners[words[row]].items():
                if concept in bank.place:
                    owners[line, bank.place[concept]] = share
        owners = owners / owners.sum(1, keepdim=True)
        by_picture = F.log_softmax(identity[rows] @ bank.prototypes.T * CAPTION_SCALE, 1)
        by_meaning = F.log_softmax(meaning[rows] @ bank.meanings.T * SCALE, 1)
        centre = F.normalize(owners @ bank.prototypes, dim=-1)
        off = 1 - (identity[rows] * centre).sum(1)
        return -(owners * (by_picture + 0.5 * by_meaning)).sum(1).mean() + 2 * off.mean()

    def word_loss(self, identity, meaning, rows):
        """A dictionary word points to the vector of its English gloss."""
        to_identity = self.bank.dictionary.identity[rows]
        to_meaning = self.bank.dictionary.meaning[rows]
        itself = torch.arange(len(rows))
        contrast = F.cross_entropy(meaning @ to_meaning.T * SCALE, itself)
        contrast = contrast + 0.5 * F.cross_entropy(identity @ to_identity.T * SCALE, itself)
        off = 2 - (meaning * to_meaning).sum(1) - (identity * to_identity).sum(1)
        return contrast + 4 * off.mean()

    def picture_loss(self, views, class_rows, texts, class_texts, vectors, class_vectors):
        """InfoNCE in the joint space between pictures (and photograph classes) and texts."""
        bank, image = self.bank, self.image
        features = bank.features[views].float()
        features = features + 0.1 * features.std() * torch.randn_like(features)
        pictures = image(features, bank.logits[views].float())
        classes = image.classes[class_rows]
        classes = image.of_classes(classes + 0.05 * torch.randn_like(classes))
        left, right = torch.cat([pictures, classes]), torch.cat([vectors, class_vectors])
        owners = [bank.owner[v] for v in views] + [-1 - c for c in class_rows]
        numbers: dict[str, int] = {}
        texts = [numbers.setdefault(t, len(numbers)) for t in texts + class_texts]
        owners, texts = torch.tensor(owners), torch.tensor(texts)
        same = (owners[:, None] == owners[None]) | (texts[:, None] == texts[None])
        same = same.float() / same.sum(1, keepdim=True)
        scores = left @ right.T * SCALE
        answers = torch.cat([scores.T, right @ self.textures().T * SCALE], 1)
        both = F.log_softmax(scores, 1) + F.log_softmax(answers, 1)[:, : len(left)]
        return -(same * both).sum(1).mean(), pictures, features

    def textures(self):
        """Vectors of parts of photographs without an object: no text means them."""
        features, logits = self.bank.textures
        rows = torch.randint(0, len(features), (TEXTURES,))
        return self.image(features[rows], logits[rows])

    def colour_loss(self, pictures, vectors, views, words, colours):
        """The same words with a colour that is not in the drawing fit less."""
        rows = [i for i, colour in enumerate(colours) if colour >= 0]
        if not rows:
            return torch.tensor(0.0)
        wrong = []
        for row in rows:
            shares = self.bank.colours[views[row]]
            absent = [c for c in range(len(PHRASES)) if shares[c] < ABSENT_COLOUR] or [8]
            wrong.append(random.choice(PHRASES[random.choice(absent)]).format(words[row]))
        wrong = join(*self.encode(wrong))
        gain = (pictures[rows] * vectors[rows]).sum(1) - (pictures[rows] * wrong).sum(1)
        return F.softplus(-gain * SCALE).mean()

    def gate_loss(self, features):
        """Photographs use the ImageNet branch, drawings hardly do."""
        photos = self.bank.photos["f"][0]
        photos = photos[torch.randint(0, len(photos), (PHOTOS,))].float()
        photos = photos + 0.1 * features.std() * torch.randn_like(photos)
        gates = self.image.gate(torch.cat([photos, features[: 2 * PHOTOS]])).view(-1)
        target = torch.full((PHOTOS,), GATE_PHOTO), torch.full((2 * PHOTOS,), GATE_DRAWING)
        return F.binary_cross_entropy_with_logits(gates, torch.cat(target))

    def loss(self, with_pictures: bool):
        """The whole loss of one step."""
        bank = self.bank
        views, words, texts, colours = self.draw_captions()
        rows = np.random.randint(0, len(bank.dictionary.words), WORDS)
        class_rows = random.sample(range(1000), CLASSES) if with_pictures else []
        class_texts = [bank.captions.templated(random.choice(bank.classes[c])) for c in class_rows]
        everything = texts + [bank.dictionary.words[i] for i in rows] + class_texts
        identity, meaning = self.encode(everything)
        plain = [i for i, colour in enumerate(colours) if colour < 0]
        total = self.caption_loss(identity, meaning, words, plain)
        part = slice(CAPTIONS, CAPTIONS + WORDS)
        total = total + 0.5 * self.word_loss(identity[part], meaning[part], rows)
        if not with_pictures:
            return total
        vectors = join(identity, meaning)
        contrast, pictures, features = self.picture_loss(
            views[:PICTURES],
            class_rows,
            texts[:PICTURES],
            class_texts,
            vectors[:PICTURES],
            vectors[CAPTIONS + WORDS :],
        )
        coloured = self.colour_loss(
            pictures, vectors, views[:PICTURES], words[:PICTURES], colours[:PICTURES]
        )
        drift = 1 - F.cosine_similarity(self.image.classes, bank.class_vectors).mean()
        return total + contrast + 0.8 * coloured + 0.8 * self.gate_loss(features) + 0.5 * drift

    @torch.no_grad()
    def validate(self):
        """Recalls on the validation vendor: by name, and by held-out words if there are any."""
        bank = self.bank
        self.text.eval(), self.image.eval()
        vector = lambda texts: torch.cat(
            [join(*self.encode(texts[i : i + 256])) for i in range(0, len(texts), 256)]
        )
        pictures = self.image(bank.held["f"][0].float(), bank.held["l"][0].float())
        names = [bank.captions.names[c] for c in bank.held_concepts]
        result = {"names": recalls(vector(names) @ pictures.T, torch.eye(len(names)).bool())}
        if bank.captions.held_out:
            bearers = {
                word: [word in bank.concepts[c]["keywords"] for c in bank.held_concepts]
                for word in sorted(bank.captions.held_out)
            }
            bearers = {w: b for w, b in bearers.items() if 1 <= sum(b) <= 8}
            relevant = torch.tensor(list(bearers.values()))
            result["unseen words"] = recalls(vector(list(bearers)) @ pictures.T, relevant)
        gate = lambda f: round(torch.sigmoid(self.image.gate(f.float())).mean().item(), 3)
        result["gate"] = gate(bank.photos["f"][0]), gate(bank.held["f"][0])
        self.text.train(), self.image.train()
        return result


@torch.no_grad()
def calibrate(image: ImageTower) -> None:
    """Lets photographs use more of the ImageNet branch, and unknown ones more of the branch of drawings.

    There are few training photographs and textures, so the learned gate is too cautious.
    """
    image.doubt.fill_(DOUBT)
    image.gate.bias += LEAN
    image.length.fill_(LENGTH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--hold-out", action="store_true")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--resume", action="store_true", help="start from towers.pt")
    options = parser.parse_args()
    for seed in (torch.manual_seed, random.seed, np.random.seed):
        seed(0)
    work = Work(options.work)
    trainer = Trainer(Bank(work, options.hold_out))
    text, image = trainer.text, trainer.image
    if options.resume:
        state = torch.load(work.data / "towers.pt")
        assert state["rows"] == trainer.bank.tokens.rows
        text.load_state_dict(state["text"])
        image.load_state_dict(state["image"])
    print(f"{len(trainer.bank.tokens.rows)} tokens", flush=True)
    groups = [
        {"params": text.parameters(), "lr": options.rate, "weight_decay": 0.01},
        {"params": image.project.parameters(), "lr": 6e-5, "weight_decay": 0},
        {"params": [image.classes, image.sharpness, *image.gate.parameters()], "lr": 5e-4},
        {"params": [image.nowhere, image.trust, image.doubt], "lr": 2e-3},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    step, began, shown = 0, time.time(), time.time()
    while (done := (time.time() - began) / (options.minutes * 60)) < 1:
        for group, rate in zip(optimizer.param_groups, rates):
            group["lr"] = rate * min(1, (step + 1) / 80) * (0.02 + 0.49 * (1 + math.cos(math.pi * done)))
        loss = trainer.loss(step % 2 == 0)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(text.parameters(), 10.0)
        optimizer.step()
        step += 1
        if time.time() - shown > 60:
            shown = time.time()
            print(f"step {step} {loss.item():.3f} {trainer.validate()}", flush=True)
    calibrate(image)
    name = "towers-held-out.pt" if options.hold_out else "towers.pt"
    state = {"text": text.state_dict(), "image": image.state_dict()}
    torch.save({**state, "rows": trainer.bank.tokens.rows}, work.data / name)
    print(f"final after {step} steps: {trainer.validate()}")


if __name__ == "__main__":
    main()
