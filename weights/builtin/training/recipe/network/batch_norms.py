"""Folds the decoder's batch norms into the convolutions before them, and takes them apart again. Neither changes the function.

A batch norm computes (x - mean) / sqrt(variance + epsilon) * weight + bias for each channel. With fixed statistics that is a factor
and a summand, which the convolution can hold: so the published file has plain convolutions.
"""
import torch

EPSILON = torch.nn.BatchNorm2d(1).eps
BLOCKS = ("conv1", "conv2", "conv3", "conv4")


def fold(state):
    """The published file's tensors (without swatches) of the state_dict of a Lite, by name."""
    folded = {name: value for name, value in state.items() if name.split(".")[0] not in BLOCKS}
    for block in BLOCKS:
        norm = {name: state[f"{block}.norm.{name}"] for name in ("weight", "bias", "running_mean", "running_var")}
        factor = norm["weight"] / torch.sqrt(norm["running_var"] + EPSILON)
        folded[f"{block}.weight"] = state[f"{block}.convolution.weight"] * factor[:, None, None, None]
        folded[f"{block}.bias"] = norm["bias"] - norm["running_mean"] * factor
    return folded


def load_folded(network, folded):
    """Loads the published file's tensors into a Lite. Its batch norms then only add the bias: their statistics are not known yet."""
    state = {name: value for name, value in folded.items() if name.split(".")[0] not in BLOCKS}
    for block in BLOCKS:
        bias = folded[f"{block}.bias"]
        state[f"{block}.convolution.weight"] = folded[f"{block}.weight"]
        state[f"{block}.norm.bias"] = bias
        state[f"{block}.norm.running_mean"] = torch.zeros_like(bias)
        state[f"{block}.norm.running_var"] = torch.ones_like(bias)
        state[f"{block}.norm.weight"] = torch.full_like(bias, 1 + EPSILON).sqrt()
        state[f"{block}.norm.num_batches_tracked"] = torch.tensor(0)
    network.load_state_dict(state)


def measure_statistics(network, inputs):
    """Gives the batch norms of a network from load_folded the statistics that they would have had, and keeps the function.

    inputs: network inputs, N x 1 x S x S each, as training will have them. In training a batch norm divides by the deviation of the
    batch; its weight must therefore be the deviation of the data, or the first step would begin with another function.
    """
    sums = {}

    def watch(block, output):
        """Adds a convolution's output to its channels' count, sum and sum of squares, in double precision."""
        values = output.transpose(0, 1).flatten(1).double()
        count, total, squares = sums.get(block, (0, 0, 0))
        sums[block] = count + values.shape[1], total + values.sum(1), squares + (values * values).sum(1)

    blocks = {name: getattr(network, name) for name in BLOCKS}
    hooks = [block.convolution.register_forward_hook(lambda module, inputs, output, name=name: watch(name, output))
             for name, block in blocks.items()]
    network.eval()
    with torch.no_grad():
        for batch in inputs:
            network(batch)
        for hook in hooks:
            hook.remove()
        for name, block in blocks.items():
            count, total, squares = sums[name]
            mean, norm = total / count, block.norm
            variance = (squares / count - mean * mean).clamp(min=0)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_((variance + norm.eps).sqrt())
            norm.bias.copy_(norm.bias + mean)
