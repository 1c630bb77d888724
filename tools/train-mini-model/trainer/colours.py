"""Colour names: how much of a drawing is red, orange, …, and its name in Chinese."""

import numpy as np
import torch

NAMES = "红橙黄绿蓝紫粉棕黑白灰"
FORMS = {
    name: (f"{name}色的{{}}", f"{name}{{}}", f"{name}色{{}}") for name in NAMES
} | {"粉": ("粉色的{}", "粉红色的{}", "粉{}"), "棕": ("棕色的{}", "褐色的{}", "咖啡色的{}")}
PHRASES = [FORMS[name] for name in NAMES]
GREY, WHITE, BLACK, BROWN, PINK = (NAMES.index(name) for name in "灰白黑棕粉")
# (from, to, name) in degrees of hue.
HUES = (
    (0, 16, "红"),
    (16, 42, "橙"),
    (42, 68, "黄"),
    (68, 165, "绿"),
    (165, 255, "蓝"),
    (255, 300, "紫"),
    (300, 340, "粉"),
    (340, 361, "红"),
)


def named_shares(drawings: torch.Tensor) -> np.ndarray:
    """uint8 [n, h, w, 4] to float16 [n, 11]: the share of each named colour in the drawn pixels."""
    pixels = drawings[:, 2::5, 2::5].numpy().astype(np.float32)
    red, green, blue = (pixels[..., i] / 255 for i in range(3))
    drawn = pixels[..., 3] > 128
    high, low = pixels[..., :3].max(-1) / 255, pixels[..., :3].min(-1) / 255
    span = high - low + 1e-6
    saturation = span / (high + 1e-6)
    sixth = np.where(high == green, (blue - red) / span + 2, (red - green) / span + 4)
    hue = np.where(high == red, ((green - blue) / span) % 6, sixth) * 60
    colour = np.full(hue.shape, GREY)
    dark = high < 0.25
    dull = (saturation < 0.18) & ~dark
    vivid = ~dull & ~dark
    colour[dark] = BLACK
    colour[dull & (high > 0.88)] = WHITE
    for start, end, name in HUES:
        colour[vivid & (hue >= start) & (hue < end)] = NAMES.index(name)
    colour[vivid & (hue >= 8) & (hue < 48) & (high < 0.68)] = BROWN
    reddish = (hue >= 340) | (hue < 16)
    colour[vivid & reddish & (saturation < 0.5) & (high > 0.8)] = PINK
    total = np.maximum(drawn.sum((1, 2)), 1)
    counts = [((colour == i) & drawn).sum((1, 2)) for i in range(len(NAMES))]
    return (np.stack(counts, 1) / total[:, None]).astype(np.float16)


def turn_hue(drawings: torch.Tensor) -> torch.Tensor:
    """Each drawing with its hues turned by a random angle, luminance kept."""
    angle = torch.rand(len(drawings)) * 4.7 + 0.8
    grey = torch.tensor([[0.299, 0.587, 0.114]] * 3)
    cosine = torch.eye(3) - grey
    sine = torch.tensor([[0.168, 0.33, -0.497], [-0.328, 0.035, 0.292], [1.25, -1.05, -0.203]])
    matrix = (
        grey
        + cosine * torch.cos(angle).view(-1, 1, 1)
        + sine * torch.sin(angle).view(-1, 1, 1)
    )
    turned = drawings.clone()
    rgb = torch.einsum("nij,nhwj->nhwi", matrix, drawings[..., :3].float())
    turned[..., :3] = rgb.clamp(0, 255).to(torch.uint8)
    return turned
