"""What a run begins with: ImageNet's encoder and a new decoder, or a published file whose batch norms are taken apart again."""
import torch

from recipe.command import Failure
from recipe.learning import samples
from recipe.network import batch_norms, imagenet, published_file
from recipe.network.lite import Lite, chroma_of_scores
from recipe.photographs.swatches import frequencies, rarity_weights

# Chroma over 255. A difference above it means that the taking apart went wrong, not that numbers were rounded.
LARGEST_DIFFERENCE = 1e-3


def from_imagenet(arrays, seed):
    """A new Lite, and the swatches of the arrays (Q x 2)."""
    torch.manual_seed(seed)
    swatches = torch.from_numpy(arrays.swatches.copy())
    network = Lite(len(swatches))
    imagenet.load_imagenet(network.encoder)
    return network, swatches


def from_published(path, arrays, sampler, configuration):
    """A Lite that computes what the published file computes, and that file's swatches (Q x 2), before they were scaled.

    Prints the largest difference in chroma that taking the batch norms apart made.
    """
    settings = configuration.start
    network, swatches, metadata = published_file.load(path, settings.swatch_scale)
    if len(swatches) < configuration.loss.neighbours:
        raise Failure(f"{path} has {len(swatches)} swatches, fewer than the neighbours in [loss]. Lower that number.")
    temperature = float(metadata.get("temperature", 1))
    inputs = [sampler.draw(step, settings.statistics_side, samples.STATISTICS).inputs for step in range(settings.statistics_batches)]

    def put_out():
        with torch.no_grad():
            return chroma_of_scores(network(inputs[0]), swatches, temperature)
    before = put_out()
    batch_norms.measure_statistics(network, inputs)
    difference = (put_out() - before).abs().max().item()
    print(f"{path}: batch norms taken apart, largest difference in chroma {difference:.1e}")
    if not difference <= LARGEST_DIFFERENCE:
        raise Failure(f"{path}: taking the batch norms apart changed the function. Is [start] statistics_batches too small?")
    _correct_bias(network, swatches, arrays, configuration)
    return network, swatches


def _correct_bias(network, swatches, arrays, configuration):
    """Takes out of the head's bias what a weighting of rare colours has put there.

    Cross entropy with a weight for each swatch teaches scores that are larger by the weight's logarithm, whatever the picture shows.
    """
    settings = configuration.start
    frequency = frequencies(arrays.chroma_histogram, swatches.numpy())
    weights = rarity_weights(frequency, settings.bias_correction_power, configuration.loss.uniform_share)
    with torch.no_grad():
        network.head.bias -= settings.bias_correction * torch.from_numpy(weights).log().float()
