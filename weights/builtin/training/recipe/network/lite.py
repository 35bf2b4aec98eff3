"""The built-in generator as it is trained: the network of tests/oracle/lite.py, with batch norms in its decoder.

    encoder   EfficientNet-Lite0 (Tan and Le, "EfficientNet", 2019, as made for phones), with luma in place of red, green and blue; its
              batch norms are folded into the convolutions: ImageNet's statistics are kept as they are
    decoder   DeOldify's up block three times: 1 x 1 convolution, ReLU, pixel shuffle, blur, the encoder's output beside it, 3 x 3
              convolution, batch norm, ReLU; then one more convolution, batch norm, ReLU; self-attention at an eighth of the side
              (Zhang et al., "Self-Attention Generative Adversarial Networks", 2018)
    head      a score for each of Q swatches, at a quarter of the side

Names of modules are those of the published file, except for the decoder's four convolutions that have batch norms here.
"""
import torch
import torch.nn.functional as F
from torch import nn

LUMA_MEAN, LUMA_SCALE = 127, 128

# EfficientNet-Lite0: kernel, stride, expansion, output channels
BLOCKS = ((3, 1, 1, 16), (3, 2, 6, 24), (3, 1, 6, 24), (5, 2, 6, 40), (5, 1, 6, 40), (3, 2, 6, 80), (3, 1, 6, 80), (3, 1, 6, 80),
          (5, 1, 6, 112), (5, 1, 6, 112), (5, 1, 6, 112), (5, 2, 6, 192), (5, 1, 6, 192), (5, 1, 6, 192), (5, 1, 6, 192),
          (3, 1, 6, 320))
SKIPS = (2, 4, 10, 15)   # the blocks whose outputs the decoder uses: 24, 40, 112 and 320 channels at S/4, S/8, S/16 and S/32


class SameConvolution(nn.Conv2d):
    """A convolution padded as TensorFlow's "same": where the padding is odd, the larger half lies at the bottom and right."""

    def forward(self, x):
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return F.conv2d(x, self.weight, self.bias, padding=kernel // 2, groups=self.groups)
        pad = kernel - stride
        x = F.pad(x, (pad // 2, pad - pad // 2) * 2)
        return F.conv2d(x, self.weight, self.bias, stride, groups=self.groups)


class InvertedResidual(nn.Module):
    """EfficientNet-Lite's block: wider by a 1 x 1 convolution, one filter a channel, narrower by a 1 x 1 convolution."""

    def __init__(self, inputs, kernel, stride, expansion, outputs):
        super().__init__()
        middle = inputs * expansion
        self.expand = SameConvolution(inputs, middle, 1) if expansion > 1 else None
        self.depthwise = SameConvolution(middle, middle, kernel, stride, groups=middle)
        self.project = SameConvolution(middle, outputs, 1)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = x if self.expand is None else F.relu6(self.expand(x))
        y = self.project(F.relu6(self.depthwise(y)))
        return x + y if self.residual else y


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = SameConvolution(1, 32, 3, 2)
        self.blocks = nn.ModuleList()
        channels = 32
        for kernel, stride, expansion, outputs in BLOCKS:
            self.blocks.append(InvertedResidual(channels, kernel, stride, expansion, outputs))
            channels = outputs

    def forward(self, x):
        x, skips = F.relu6(self.stem(x)), []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in SKIPS:
                skips.append(x)
        return skips


class Upsample(nn.Module):
    """Twice the side: four channels become 2 x 2 pixels, and a blur hides the seams."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs * 4, 1)
        # The four channels of a square begin equal, so there is no checkerboard at first (Aitken et al. 2017).
        weight = nn.init.kaiming_normal_(torch.empty(outputs, inputs, 1, 1))
        self.conv.weight.data.copy_(weight.repeat_interleave(4, dim=0))
        self.conv.bias.data.zero_()

    def forward(self, x):
        x = F.pixel_shuffle(F.relu(self.conv(x)), 2)
        # The blur is the mean with the row above, then with the column before; the edge stands in for what is outside.
        x = (x + torch.cat([x[:, :, :1], x[:, :, :-1]], 2)) / 2
        return (x + torch.cat([x[..., :1], x[..., :-1]], 3)) / 2


class ConvolutionBlock(nn.Module):
    """A 3 x 3 convolution, batch norm, ReLU. The published file has the batch norm folded into the convolution."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.norm(self.convolution(x)))


class SelfAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.query = nn.Conv1d(channels, channels // 8, 1, bias=False)
        self.key = nn.Conv1d(channels, channels // 8, 1, bias=False)
        self.value = nn.Conv1d(channels, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        flat = x.flatten(2)
        weights = torch.softmax(self.query(flat).transpose(1, 2) @ self.key(flat), dim=1)
        return (self.gamma * (self.value(flat) @ weights) + flat).view_as(x)


class Lite(nn.Module):
    """Input: N x 1 x S x S, (Y - 127) / 128 of 8-bit luma, S a multiple of 32. Output: N x Q x S/4 x S/4, a score for each swatch."""

    def __init__(self, swatches):
        super().__init__()
        self.encoder = Encoder()
        self.up1, self.conv1 = Upsample(320, 96), ConvolutionBlock(96 + 112, 160)
        self.up2, self.conv2, self.attention = Upsample(160, 64), ConvolutionBlock(64 + 40, 128), SelfAttention(128)
        self.up3, self.conv3 = Upsample(128, 64), ConvolutionBlock(64 + 24, 96)
        self.conv4 = ConvolutionBlock(96, 96)
        self.head = nn.Conv2d(96, swatches, 1)

    def forward(self, x):
        at_4, at_8, at_16, at_32 = self.encoder(x)
        x = self.conv1(torch.cat([self.up1(at_32), at_16], 1))
        x = self.attention(self.conv2(torch.cat([self.up2(x), at_8], 1)))
        x = self.conv3(torch.cat([self.up3(x), at_4], 1))
        return self.head(self.conv4(x))


def normalise(luma):
    """What the network takes, from luma in 0 to 255."""
    return (luma - LUMA_MEAN) / LUMA_SCALE


def chroma_of_scores(scores, swatches, temperature):
    """The mean of the swatches (Q x 2) under softmax(scores / temperature): N x 2 x h x w of scores N x Q x h x w."""
    return torch.einsum("nqhw,qc->nchw", torch.softmax(scores / temperature, 1), swatches)
