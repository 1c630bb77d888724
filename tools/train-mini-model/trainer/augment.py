"""Turns drawings with transparency into training pictures, in torch, a batch at a time."""

import random

import torch
from torch.nn import functional as F

MEAN, STD = 127 / 255, 128 / 255
COVER = 0.94  # The share of the side that a drawing fills in a clean view.


def normalise(pixels: torch.Tensor) -> torch.Tensor:
    """[0, 1] to the input range of the network."""
    return (pixels - MEAN) / STD


def clean(drawings: torch.Tensor, size: int, cover: float = COVER) -> torch.Tensor:
    """uint8 [n, h, w, 4] on white: normalised float [n, 3, size, size]."""
    x = drawings.permute(0, 3, 1, 2).float() / 255
    x = torch.cat([x[:, :3] * x[:, 3:], x[:, 3:]], 1)
    inner = int(size * cover)
    x = F.interpolate(
        x, size=(inner, inner), mode="bicubic", align_corners=False, antialias=True
    ).clamp(0, 1)
    before = (size - inner) // 2
    after = size - inner - before
    x = F.pad(x, (before, after, before, after))
    return normalise(x[:, :3] + 1 - x[:, 3:])


class _Draw:
    """Random numbers shaped for a batch of n pictures."""

    def __init__(self, n: int):
        self.n = n

    def uniform(self, low, high):
        return torch.rand(self.n, 1, 1, 1) * (high - low) + low

    def normal(self, scale, channels=1):
        return torch.randn(self.n, channels, 1, 1) * scale

    def on(self, share):
        return (torch.rand(self.n, 1, 1, 1) < share).float()

    def some(self, share):
        return torch.nonzero(torch.rand(self.n) < share).view(-1)


def _recolour(colour, draw):
    """Saturation, contrast, tint and a soft light from one side."""
    grey = (colour * torch.tensor([0.3, 0.59, 0.11]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    saturation = draw.uniform(0.6, 1.5) * (1 - draw.on(0.06))
    colour = grey + (colour - grey) * saturation
    colour = (colour - 0.5) * draw.uniform(0.75, 1.25) + 0.5 + draw.uniform(-0.1, 0.1)
    colour = colour + draw.normal(0.04, 3) * draw.on(0.6)
    gamma = torch.exp(draw.normal(0.3) * draw.on(0.3))
    colour = colour.clamp(1e-3, 1) ** gamma
    return colour * (1 + draw.on(0.4) * draw.uniform(-0.25, 0.25) * _gradient(draw, colour.shape[-1]))


def _gradient(draw, size):
    """A ramp from -1 to 1 in a random direction."""
    line = torch.linspace(-1, 1, size)
    angle = draw.uniform(0, 6.283)
    return torch.cos(angle) * line.view(1, 1, 1, -1) + torch.sin(angle) * line.view(1, 1, -1, 1)


def _line_art(colour, alpha):
    """Darker edges and paler areas, as in pen drawings."""
    draw = _Draw(len(colour))
    grey = colour.mean(1, keepdim=True)
    centre = grey[:, :, 1:-1, 1:-1]
    around = grey[:, :, :-2, 1:-1] + grey[:, :, 2:, 1:-1] + grey[:, :, 1:-1, :-2] + grey[:, :, 1:-1, 2:]
    rim = (alpha[:, :, 2:, 1:-1] - alpha[:, :, :-2, 1:-1]).abs()
    edges = F.pad(F.max_pool2d((centre * 4 - around).abs() + rim, 3, 1, 1), (1, 1, 1, 1))
    edges = (edges * 3).clamp(0, 1)
    colour = colour * (1 - draw.uniform(0.4, 1) * edges)
    return colour + (1 - colour).clamp(min=0) * draw.on(0.4) * draw.uniform(0.3, 1) * (1 - edges)


def _outline(colour, alpha):
    """A dark or light border around the shape."""
    draw = _Draw(len(colour))
    width = random.choice([5, 7, 9])
    grown = F.max_pool2d(alpha, (width, 1), 1, (width // 2, 0))
    grown = torch.maximum(alpha, F.max_pool2d(grown, (1, width), 1, (0, width // 2)))
    ink = draw.on(0.5)
    return (colour * alpha + ink * (grown - alpha)) / (grown + 1e-4), grown


def _place(x, size, mirror, draw):
    """Rotation, scale, shift, shear and mirroring; premultiplied [n, 4, size, size]."""
    n = len(x)
    flat = lambda t: t.view(n)
    turn = flat(draw.uniform(-1, 1) * draw.on(0.7) * (0.28 + 0.42 * draw.on(0.15)))
    large = flat(draw.on(0.75)).bool()
    scale = 1 / torch.where(large, flat(draw.uniform(0.72, 1.06)), flat(draw.uniform(0.5, 0.8)))
    flip = torch.where((torch.rand(n) < 0.4) & mirror, -1.0, 1.0)
    aspect, shear = torch.exp(flat(draw.normal(0.08))), flat(draw.normal(0.08))
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = torch.cos(turn) * scale * aspect * flip
    theta[:, 0, 1] = (shear - torch.sin(turn)) * scale * aspect
    theta[:, 1, 0] = torch.sin(turn) * scale / aspect * flip
    theta[:, 1, 1] = torch.cos(turn) * scale / aspect
    theta[:, :, 2] = (torch.rand(n, 2) - 0.5) * 0.3
    grid = F.affine_grid(theta, (n, 4, size, size), align_corners=False)
    return F.grid_sample(x, grid, mode="bilinear", align_corners=False)


def _background(size, photos, draw):
    """White for about half, else pale, one colour, a gradient or a photograph."""
    n, kind = draw.n, torch.rand(draw.n, 1, 1, 1)
    result = torch.ones(n, 3, size, size)
    result = torch.where(kind > 0.45, 0.8 + 0.2 * torch.rand(n, 3, 1, 1), result)
    first, second = torch.rand(n, 3, 1, 1), torch.rand(n, 3, 1, 1)
    result = torch.where(kind > 0.62, first, result)
    ramp = _gradient(draw, size) * 0.35 + 0.5
    result = torch.where(kind > 0.76, first * ramp + second * (1 - ramp), result)
    if len(photos):
        result = torch.where(kind > 0.86, photo_crops(photos, n, size), result)
    return result


def photo_crops(photos, n, size):
    """Random square crops in [0, 1] of uint8 photographs [m, 3, s, s], one zoom for all."""
    chosen = photos[torch.randint(0, len(photos), (n,))]
    side = random.randint(size, photos.shape[-1])
    top, left = (random.randint(0, photos.shape[-1] - side) for _ in range(2))
    crop = chosen[:, :, top : top + side, left : left + side].float() / 255
    crop = F.interpolate(crop, size=(size, size), mode="bilinear", align_corners=False)
    return crop.flip(3) if random.random() < 0.5 else crop


def augment(drawings, size, mirror, photos):
    """uint8 [n, h, w, 4] and bool [n] (may be mirrored) to normalised [n, 3, size, size]."""
    draw = _Draw(len(drawings))
    x = drawings.permute(0, 3, 1, 2).float().div(255)
    colour, alpha = _recolour(x[:, :3], draw).clamp(0, 1), x[:, 3:]
    rows = draw.some(0.15)
    if len(rows):
        colour[rows] = _line_art(colour[rows], alpha[rows]).clamp(0, 1)
    rows = draw.some(0.18)
    if len(rows):
        colour[rows], alpha[rows] = _outline(colour[rows], alpha[rows])
    x = _place(torch.cat([colour.clamp(0, 1) * alpha, alpha], 1), size, mirror, draw)
    x = x[:, :3] + _background(size, photos, draw) * (1 - x[:, 3:])
    rows = draw.some(0.25)
    if len(rows):
        small = random.choice([size // 2, size * 2 // 3, size * 3 // 8])
        coarse = F.interpolate(x[rows], size=(small, small), mode="area")
        x[rows] = F.interpolate(coarse, size=(size, size), mode="bilinear", align_corners=False)
    x = x * (1 + draw.uniform(-0.12, 0.12)) + draw.uniform(-0.06, 0.06) + draw.normal(0.02, 3)
    rows = draw.some(0.25)
    if len(rows):
        x[rows] += torch.randn_like(x[rows]) * torch.rand(len(rows), 1, 1, 1) * 0.06
    return normalise(x.clamp(0, 1))
