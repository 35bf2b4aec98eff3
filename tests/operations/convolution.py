"""The cases of kernels/operations/convolution.h."""
import torch.nn.functional as F

from operation_case import Case, pad


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


def cases():
    convolution("one product", (1, 1, 1, 1), 1, 1, bias=False)
    convolution("1x1, one pixel a picture", (3, 6, 1, 1), 22, 1)
    convolution("1x1, 63 pixels", (1, 48, 9, 7), 22, 1, after="relu")
    convolution("1x1, 64 pixels, a norm that needs no ReLU first", (1, 22, 8, 8), 259, 1, affine=True)
    convolution("1x1, 65 pixels, no bias", (1, 303, 5, 13), 22, 1, bias=False)
    convolution("1x1, a residual alone: EfficientNet's projection", (1, 48, 7, 9), 22, 1, residual=True)
    convolution("1x1 stride 2: ResNet's shortcut", (1, 48, 7, 10), 6, 1, stride=2, bias=False)
    convolution("3x3 on one pixel: padding all around", (1, 1, 1, 1), 6, 3, padding=1)
    convolution("3x3, affine after ReLU: DeOldify's decoder", (1, 6, 9, 14), 22, 3, padding=1, before="relu",
                affine=True)
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
    convolution("depthwise 3x3 stride 2, uneven padding", (1, 48, 14, 10), 48, 3, stride=2, padding=[0, 1, 0, 1],
                groups=48, after="relu6")
    convolution("depthwise 5x5", (1, 48, 7, 11), 48, 5, padding=2, groups=48, bias=False, after="relu6")
    convolution("depthwise 5x5 stride 2, uneven padding, three pictures", (3, 22, 10, 13), 22, 5, stride=2,
                padding=[1, 2, 1, 2], groups=22)
    convolution("depthwise 3x3 on one pixel", (1, 3, 1, 1), 3, 3, padding=1, groups=3)
    convolution("depthwise 3x3, two outputs a channel", (1, 6, 6, 7), 12, 3, padding=1, groups=6)
    convolution("3x3, two groups, more out than in", (1, 6, 7, 10), 22, 3, padding=1, groups=2)
    convolution("1x1 stride 2, two groups, fewer out than in, three pictures", (3, 48, 6, 5), 6, 1, stride=2, groups=2,
                before="relu", affine=True)
    convolution("1x1, GELU: ConvNeXt's and a transformer's expansion", (1, 48, 7, 9), 150, 1, after="gelu")
    convolution("1x1 to 3, GELU before an affine", (1, 48, 5, 6), 3, 1, before="gelu", affine=True)
    convolution("3x3, GELU on both sides of a residual", (1, 22, 9, 13), 48, 3, padding=1, before="gelu", residual=True,
                after="gelu")
    convolution("depthwise 5x5, GELU", (1, 22, 9, 18), 22, 5, padding=2, groups=22, after="gelu")
    convolution("depthwise 7x7: ConvNeXt's", (1, 22, 5, 24), 22, 7, padding=3, groups=22)
    convolution("depthwise 7x7, 8 columns, all of the epilogue", (1, 16, 8, 8), 16, 7, padding=3, groups=16,
                before="relu", affine=True, residual=True)
    convolution("depthwise 7x7, two pictures, no bias", (2, 19, 4, 16), 19, 7, padding=3, groups=19, bias=False)
    convolution("depthwise 7x7, a picture smaller than the window", (1, 48, 3, 5), 48, 7, padding=3, groups=48,
                after="relu6")
    convolution("depthwise 7x7, uneven padding, GELU", (1, 22, 9, 13), 22, 7, padding=[3, 2, 1, 4], groups=22,
                after="gelu")
