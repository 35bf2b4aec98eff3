"""Colours a folder of pictures at every temperature and scale, and judges the results against the originals.

A picture keeps its own luma, at its own size; only the chroma comes from the network, as in the engine.
"""
import dataclasses

import numpy as np
import torch

from recipe.command import Failure
from recipe.evaluation import figures
from recipe.evaluation.network_input import network_input
from recipe.network.lite import chroma_of_scores, normalise
from recipe.photographs import pictures, signatures


@dataclasses.dataclass
class Point:
    """Means over the pictures."""
    temperature: float
    scale: float
    ciede2000: float
    colourfulness: float

    def __str__(self):
        return (f"temperature {self.temperature:<5g} scale {self.scale:<5g} CIEDE2000 {self.ciede2000:6.3f}   "
                f"colourfulness {self.colourfulness:5.1f}")


class Folder:
    """The pictures of some folders that can be read, decoded one at a time."""

    def __init__(self, folders):
        self.signatures, self.paths, unreadable = [], [], 0
        for path in (path for folder in folders for path in pictures.find(folder)):
            decoded = pictures.read(path)
            if decoded is None:
                unreadable += 1
                continue
            self.paths.append(path)
            self.signatures.append(signatures.signature(decoded[0]))
        if not self.paths:
            raise Failure(f"{', '.join(map(str, folders))}: no picture there can be read.")
        if unreadable:
            print(f"{unreadable} pictures cannot be read and are left out.")

    def originals(self):
        """Yields each picture as an RGB Pillow image."""
        for path in self.paths:
            decoded = pictures.read(path)
            if decoded is None:
                raise Failure(f"{path} could be read before and cannot be now. Was it changed meanwhile?")
            yield decoded[0]


def check_apart(one, other, threshold):
    """Raises Failure when a picture of one Folder resembles one of the other: a choice must not be judged by what it was made with."""
    ours, theirs = np.array(one.signatures), np.array(other.signatures)
    both_ways = np.concatenate([theirs, signatures.mirrored(theirs)])
    for path, same in zip(one.paths, signatures.resembling(ours, both_ways, threshold), strict=True):
        if same:
            raise Failure(f"{path} resembles a picture of the other folders. Choose on some pictures and report on others.")


def evaluate(network, swatches, folder, values, input_settings):
    """Criterions a Lite on a Folder.

    swatches: Q x 2, not scaled; values: pairs of temperature and scale; input_settings: InputSettings. Returns a Point for each
    pair, the mean CIEDE2000 of the pictures made grey, and the mean colourfulness of the originals.
    """
    sums = np.zeros((len(values), 2))
    grey = original_colourfulness = 0.0
    for picture in folder.originals():
        original = np.asarray(picture)
        luma = torch.from_numpy(network_input(picture, input_settings))
        with torch.no_grad():
            scores = network(normalise(luma[None, None]))
        for row, (temperature, scale) in enumerate(values):
            chroma = chroma_of_scores(scores, swatches * scale, temperature)[0].permute(1, 2, 0).numpy()
            result = pictures.coloured(picture, chroma)
            sums[row] += figures.ciede2000(original, result), figures.colourfulness(result)
        grey += figures.ciede2000(original, pictures.coloured(picture, np.zeros((1, 1, 2))))
        original_colourfulness += figures.colourfulness(original)
    count = len(folder.paths)
    points = [Point(temperature, scale, *(mean / count)) for (temperature, scale), mean in zip(values, sums, strict=True)]
    return points, grey / count, original_colourfulness / count
