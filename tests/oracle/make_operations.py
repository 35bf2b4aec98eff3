"""Makes ../golden/operations.safetensors: what PyTorch computes for each operation of kernels/ops.h.

    OP.NN.input, .weight, .bias, .scale, .shift, .residual, ..., .output   float32, N x C x H x W as PyTorch has them
    metadata "OP.NN"                                                       the case's parameters, as JSON
    metadata "cases"                                                       the names of all cases, as JSON

The sums are float64, rounded to float32 once: the yardstick is then at most half a unit off. Each case draws from a
generator seeded by its name, so that adding one leaves the others as they are.

Re-run, from the repository's root:   python tests/oracle/make_operations.py
"""
import json
import pathlib
import zlib

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
ACTIVATIONS = {"none": lambda v: v, "relu": F.relu, "relu6": F.relu6}

tensors, metadata = {}, {}


class Case:
    """Draws the inputs of the operation's next case and keeps what is drawn; PyTorch then gets it as float64."""

    def __init__(self, operation, note, **parameters):
        number = sum(name.rsplit(".", 1)[0] == operation for name in metadata)
        self.name, self.parameters = f"{operation}.{number:02}", parameters
        self.random = np.random.default_rng(zlib.crc32(self.name.encode()))
        metadata[self.name] = json.dumps({"note": note, **parameters})

    def keep(self, name, values):
        tensors[f"{self.name}.{name}"] = kept = torch.as_tensor(values).to(torch.float32).contiguous()
        return kept.double()

    def draw(self, name, *shape, spread=1.0, mean=0.0):
        return self.keep(name, self.random.normal(mean, spread, shape))

    def affine(self, v, prefix=""):
        """Scales of both signs, so that an activation on the wrong side of them shows."""
        scale, shift = (self.draw(prefix + name, v.shape[1]).view(-1, 1, 1) for name in ("scale", "shift"))
        return v * scale + shift

    def epilogue(self, v, affine, residual):
        v = ACTIVATIONS[self.parameters["before"]](v)
        if affine:
            v = self.affine(v)
        if residual:
            v = v + self.draw("residual", *v.shape)
        self.keep("output", ACTIVATIONS[self.parameters["after"]](v))


def pad(x, padding, value=0.0):
    top, bottom, left, right = padding
    return F.pad(x, (left, right, top, bottom), value=value)


def convolution(note, size, out, kernel, stride=1, padding=0, groups=1, bias=True, before="none", affine=False,
                residual=False, after="none"):
    """size: the input's N, C, H, W; kernel: one side or both; padding: of all sides, or top, bottom, left, right."""
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    padding = [padding] * 4 if isinstance(padding, int) else padding
    case = Case("convolution", note, stride=stride, padding=padding, groups=groups, before=before, after=after)
    fan_in = size[1] // groups * kernel[0] * kernel[1]
    wide = 5 if "relu6" in (before, after) else 1   # beyond 6 as well as below 0
    x = case.draw("input", *size)
    weight = case.draw("weight", out, size[1] // groups, *kernel, spread=wide / fan_in ** 0.5)
    y = F.conv2d(pad(x, padding), weight, case.draw("bias", out) if bias else None, stride, 0, 1, groups)
    case.epilogue(y, affine, residual)


def pointwise(note, size, before="none", affine=False, residual=False, after="none"):
    case = Case("pointwise", note, before=before, after=after)
    case.epilogue(case.draw("input", *size, spread=5), affine, residual)


def max_pool(note, size, kernel=3, stride=2, padding=1, mean=0.0):
    padding = [padding] * 4 if isinstance(padding, int) else padding
    case = Case("max_pool", note, kernel=kernel, stride=stride, padding=padding)
    x = case.draw("input", *size, mean=mean)
    assert mean == 0 or x.max() < 0
    case.keep("output", F.max_pool2d(pad(x, padding, -torch.inf), kernel, stride))


def upsampled(x):
    return F.avg_pool2d(F.pad(F.pixel_shuffle(x, 2), (1, 0, 1, 0), mode="replicate"), 2, stride=1)


def upsample(note, size):
    case = Case("upsample", note)
    case.keep("output", upsampled(case.draw("input", *size)))


def resize_nearest(note, size, to):
    case = Case("resize_nearest", note)
    case.keep("output", F.interpolate(case.draw("input", *size).float(), to, mode="nearest"))


def concatenate(note, size, channels, affines=(False, False), activation="none", upsample_first=False):
    """size: the first input's; channels: the second's."""
    case = Case("concatenate", note, activation=activation, **({"upsample_first": True} if upsample_first else {}))
    first = case.draw("first", *size)
    if upsample_first:
        first = upsampled(first)
    parts = [first, case.draw("second", size[0], channels, *first.shape[2:])]
    parts = [case.affine(part, prefix) if affine else part
             for part, affine, prefix in zip(parts, affines, ("first_", "second_"))]
    case.keep("output", ACTIVATIONS[activation](torch.cat(parts, 1)))


def self_attention(note, size, depth, gamma, spread=1.0):
    """Softmax over the QUERY axis, dim 1 of N x HW x HW, as in generator.py."""
    gamma = float(np.float32(gamma))
    case = Case("self_attention", note, gamma=gamma)
    n, c, h, w = size
    query, key = (case.draw(name, n, depth, h, w, spread=spread) for name in ("query", "key"))
    value, x = case.draw("value", *size), case.draw("input", *size)
    logits = query.flatten(2).transpose(1, 2) @ key.flatten(2)
    # Large ones must overflow float32's exp (88.7), for at least one key in each of the sums.
    assert spread == 1 or (logits.amax(1) > 89).all()
    case.keep("output", gamma * (value.flatten(2) @ logits.softmax(1)).view_as(x) + x)


def sigmoid_range(note, values, low, high):
    case = Case("sigmoid_range", note, low=low, high=high)
    x = case.keep("input", values)
    case.keep("output", low + (high - low) * torch.sigmoid(x))


def softmax(note, size, temperature, spread=1.0, mean=0.0):
    temperature = float(np.float32(temperature))   # the float that the engine divides by
    case = Case("softmax", note, temperature=temperature)
    x = case.draw("input", *size, spread=spread, mean=mean)
    case.keep("output", torch.softmax(x / temperature, 1))


torch.set_num_threads(1)

convolution("one product", (1, 1, 1, 1), 1, 1, bias=False)
convolution("1x1, one pixel a picture", (3, 6, 1, 1), 22, 1)
convolution("1x1, 63 pixels", (1, 48, 9, 7), 22, 1, after="relu")
convolution("1x1, 64 pixels, a norm that needs no ReLU first", (1, 22, 8, 8), 259, 1, affine=True)
convolution("1x1, 65 pixels, no bias", (1, 303, 5, 13), 22, 1, bias=False)
convolution("1x1, a residual alone: EfficientNet's projection", (1, 48, 7, 9), 22, 1, residual=True)
convolution("1x1 stride 2: ResNet's shortcut", (1, 48, 7, 10), 6, 1, stride=2, bias=False)
convolution("3x3 on one pixel: padding all around", (1, 1, 1, 1), 6, 3, padding=1)
convolution("3x3, affine after ReLU: DeOldify's decoder", (1, 6, 9, 14), 22, 3, padding=1, before="relu", affine=True)
convolution("3x3, 259 channels, residual after ReLU: DeOldify's last block", (1, 259, 5, 7), 6, 3, padding=1,
            before="relu", residual=True)
convolution("3x3, to 303 channels", (1, 3, 6, 5), 303, 3, padding=1)
convolution("3x3, three pictures, residual then ReLU: ResNet", (3, 48, 7, 5), 22, 3, padding=1, residual=True,
            after="relu")
convolution("3x3 stride 2, odd sides", (1, 22, 9, 11), 48, 3, stride=2, padding=1, after="relu")
convolution("3x3 stride 2, uneven padding: TensorFlow's same on even sides", (1, 3, 16, 12), 22, 3, stride=2,
            padding=[0, 1, 0, 1], after="relu6")
convolution("3x3, no padding, one output pixel", (1, 48, 3, 3), 6, 3)
convolution("3x3, all of the epilogue, three pictures", (3, 22, 6, 5), 48, 3, padding=1, before="relu", affine=True,
            residual=True, after="relu")
convolution("5x5", (1, 6, 11, 9), 3, 5, padding=2, bias=False)
convolution("5x5 over a 2x3 picture: every window hangs out", (1, 6, 2, 3), 3, 5, padding=2)
convolution("5x5 stride 2, uneven padding", (1, 6, 12, 15), 22, 5, stride=2, padding=[1, 2, 1, 2], before="relu6",
            affine=True, after="relu6")
convolution("7x7 stride 2, 3 channels: ResNet's first", (1, 3, 19, 23), 22, 7, stride=2, padding=3, after="relu")
convolution("1x3, each side padded on its own", (1, 6, 4, 17), 22, (1, 3), padding=[0, 0, 2, 1])
convolution("3x1 stride 2, each side padded on its own", (1, 22, 9, 6), 6, (3, 1), stride=2, padding=[2, 1, 0, 1])
convolution("depthwise 3x3", (1, 22, 9, 8), 22, 3, padding=1, groups=22, after="relu6")
convolution("depthwise 3x3 stride 2, uneven padding", (1, 48, 14, 10), 48, 3, stride=2, padding=[0, 1, 0, 1], groups=48,
            after="relu6")
convolution("depthwise 5x5", (1, 48, 7, 11), 48, 5, padding=2, groups=48, bias=False, after="relu6")
convolution("depthwise 5x5 stride 2, uneven padding, three pictures", (3, 22, 10, 13), 22, 5, stride=2,
            padding=[1, 2, 1, 2], groups=22)
convolution("depthwise 3x3 on one pixel", (1, 3, 1, 1), 3, 3, padding=1, groups=3)
convolution("depthwise 3x3, two outputs a channel", (1, 6, 6, 7), 12, 3, padding=1, groups=6)
convolution("3x3, two groups, more out than in", (1, 6, 7, 10), 22, 3, padding=1, groups=2)
convolution("1x1 stride 2, two groups, fewer out than in, three pictures", (3, 48, 6, 5), 6, 1, stride=2, groups=2,
            before="relu", affine=True)

pointwise("ReLU alone", (1, 22, 9, 7), after="relu")
pointwise("affine, then ReLU6", (3, 3, 4, 5), affine=True, after="relu6")
pointwise("residual, then ReLU", (1, 259, 3, 5), residual=True, after="relu")
pointwise("all of it", (1, 6, 8, 9), before="relu", affine=True, residual=True, after="relu")

max_pool("all negative, even sides", (1, 22, 8, 6), mean=-9)
max_pool("all negative, odd sides, three pictures", (3, 6, 7, 9), mean=-9)
max_pool("all negative, one pixel", (1, 3, 1, 1), mean=-9)
max_pool("2x2, no padding: the last row and column drop out", (1, 48, 5, 7), kernel=2, padding=0)
max_pool("uneven padding, stride 1", (1, 6, 5, 4), stride=1, padding=[0, 1, 1, 0])

upsample("one pixel", (1, 4, 1, 1))
upsample("odd sides", (1, 24, 5, 7))
upsample("two pictures", (2, 88, 4, 3))
upsample("one row", (1, 12, 1, 9))

resize_nearest("one row and column less: odd render factors", (1, 22, 10, 10), (9, 9))
resize_nearest("nearly doubled", (1, 6, 5, 5), (9, 9))
resize_nearest("18 to 17, two pictures", (2, 6, 18, 18), (17, 17))
resize_nearest("nothing to do", (1, 3, 7, 7), (7, 7))
resize_nearest("one side grows, the other too, by another ratio", (1, 3, 3, 5), (6, 4))
# 74 / 6 and 22 / 26: where i * size_in / size_out is whole, the float32 quotient falls just short of it.
resize_nearest("sides whose quotient rounds", (1, 1, 6, 26), (74, 22))

concatenate("as they are", (1, 3, 5, 7), 6)
concatenate("an affine on the first", (1, 22, 4, 3), 1, affines=(True, False), activation="relu")
concatenate("an affine on the second, ReLU: DeOldify's skip", (3, 48, 5, 4), 22, affines=(False, True),
            activation="relu")
concatenate("affines on both, 256 + 3 channels", (1, 256, 3, 4), 3, affines=(True, True))
concatenate("the first upsampled, an affine on the second, ReLU: DeOldify's up block", (2, 88, 3, 5), 48, affines=(False, True),
            activation="relu", upsample_first=True)
concatenate("the first upsampled, affines on both", (1, 24, 4, 1), 3, affines=(True, True), upsample_first=True)
concatenate("the first upsampled, as it is: DeOldify's last block", (1, 192, 2, 3), 3, upsample_first=True)

self_attention("one position", (1, 48, 1, 1), 6, 0.3)
self_attention("63 positions", (1, 48, 7, 9), 6, 0.3)
self_attention("64 positions, two pictures", (2, 24, 8, 8), 3, -0.7)
self_attention("65 positions, logits beyond what exp can take", (1, 48, 5, 13), 6, 1.0, spread=16)
self_attention("14 x 9 positions", (1, 64, 14, 9), 8, 0.3)

random = np.random.default_rng(1)
sigmoid_range("-100 to 100: DeOldify's saturated ends", np.linspace(-100, 100, 210).reshape(2, 3, 5, 7), -3, 3)
sigmoid_range("where it bends", random.normal(0, 3, (1, 22, 4, 5)), -0.5, 2.25)

softmax("temperature 1", (2, 22, 5, 3), 1)
softmax("303 channels, sharpened", (1, 303, 3, 4), 0.38)
softmax("around 10000: exp overflows without the largest taken off", (1, 48, 3, 5), 0.38, spread=2, mean=1e4)
softmax("one channel", (1, 1, 4, 3), 1, spread=100)

for name, parameters in metadata.items():   # a ReLU6 that never bends would test nothing
    if json.loads(parameters).get("after") == "relu6":
        assert {0, 6} < set(tensors[name + ".output"].flatten().tolist()), name
metadata["cases"] = json.dumps(list(metadata))
save_file(tensors, GOLDEN / "operations.safetensors", metadata)
