"""The swatches: the colours that the head of the network chooses from, and how rare each of them is."""
import numpy as np


def chroma_histogram(chroma, weight):
    """How often each 8-bit (Cb, Cr) occurs, 256 x 256, float64, with the sum 1. chroma: N x h x w x 2; weight: N, of the pictures."""
    histogram = np.zeros(65536)
    for begin in range(0, len(chroma), 1024):
        # Every second pixel each way says as much, for a quarter of the time.
        some = np.asarray(chroma[begin:begin + 1024, ::2, ::2]).astype(np.int64)
        cells = (some[..., 0] * 256 + some[..., 1]).reshape(len(some), -1)
        weights = np.broadcast_to(np.asarray(weight[begin:begin + 1024])[:, None], cells.shape)
        histogram += np.bincount(cells.ravel(), weights.ravel(), minlength=65536)
    return (histogram / histogram.sum()).reshape(256, 256)


def cluster(histogram, settings):
    """The swatches, count x 2, float32, ((Cb, Cr) - 128) / 255, by Lloyd's k-means over the colours that occur.

    A colour counts by its frequency to the histogram_power: k-means alone would spend most swatches on shades of grey.
    Returns None when fewer colours occur than swatches are asked for.
    """
    points, frequency = _colours(histogram)
    if len(points) < settings.count:
        return None
    weight = frequency ** settings.histogram_power
    draw = np.random.default_rng(settings.seed)
    centres = points[draw.choice(len(points), settings.count, replace=False, p=weight / weight.sum())]
    for _ in range(settings.rounds):
        nearest = _nearest(points, centres)
        total = np.bincount(nearest, weight, minlength=settings.count)
        filled = total > 0
        for axis in range(2):
            moment = np.bincount(nearest, weight * points[:, axis], minlength=settings.count)
            centres[filled, axis] = moment[filled] / total[filled]
    return centres.astype(np.float32)


def frequencies(histogram, swatches):
    """How often each of Q swatches (Q x 2) is the nearest to a colour of the histogram: Q float64 values with the sum 1."""
    points, frequency = _colours(histogram)
    return np.bincount(_nearest(points, np.asarray(swatches, np.float64)), frequency, minlength=len(swatches))


def rarity_weights(frequency, power, uniform_share):
    """Weights that favour rare colours, Q float64 values whose mean over the pictures' pixels is 1.

    After Zhang, Isola and Efros, "Colorful Image Colorization", 2016, section 2.2: one over the frequency, mixed with an even
    distribution; here to a power below 1, which is milder.
    """
    weight = (1 / ((1 - uniform_share) * frequency + uniform_share / len(frequency))) ** power
    return weight / (weight * frequency).sum()


def _colours(histogram):
    """The colours that occur, P x 2 in the units of the swatches, and how often each does, P."""
    cells = np.argwhere(histogram > 0)
    return (cells - 128) / 255, np.asarray(histogram[histogram > 0], np.float64)


def _nearest(points, centres):
    """For each of P points the number of its nearest centre, in blocks that stay in the processor's cache."""
    blocks = [points[begin:begin + 1024] for begin in range(0, len(points), 1024)]
    return np.concatenate([((block[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1) for block in blocks])
