"""Makes ../golden/film_figures.safetensors: a small film and the figures of film/figures/measurement.h for it, by numpy.

    frames                  6 x 24 x 32 x 3 uint8, one still scene whose colours waver
    colour_distribution     CDC (Liu et al. 2021), as their code has it: np.histogram over B, G, R, scipy's entropy
    chroma_distribution     the same of Cb and Cr
    colourfulness_opponent  M(3) of Hasler & Suesstrunk 2003, mean over the frames
    colourfulness_lab       M(1), the same; CIELAB of sRGB under D65, its matrix from the primaries' chromaticities

Re-run, from the repository's root:   python tests/oracle/make_film_figures.py     needs numpy, scipy and safetensors
"""
import pathlib

import numpy as np
from safetensors.numpy import save_file
from scipy.ndimage import zoom
from scipy.stats import entropy

FRAMES, HEIGHT, WIDTH = 6, 24, 32


def film(random):
    """Frames of one luma texture and of one chroma that moves a little from frame to frame; well inside of
    0..255. No two channels are equal anywhere, for that makes chroma an exact half."""
    luma = 128 + 25 * zoom(random.uniform(-1, 1, (7, 9)), (HEIGHT / 7, WIDTH / 9), order=1)
    blue = -30 + 10 * zoom(random.uniform(-1, 1, (4, 5)), (HEIGHT / 4, WIDTH / 5), order=1)
    red = 35 + 10 * zoom(random.uniform(-1, 1, (4, 5)), (HEIGHT / 4, WIDTH / 5), order=1)
    frames = []
    for _ in range(FRAMES):
        cb, cr = blue + random.normal(0, 3), red + random.normal(0, 3)
        r, b = luma + 1.402 * cr, luma + 1.772 * cb
        g = (luma - 0.299 * r - 0.114 * b) / 0.587
        frames.append(np.stack([r, g, b], -1))
    frames = np.rint(frames)
    assert frames.min() >= 0 and frames.max() <= 255
    return frames.astype(np.uint8)


def distribution_consistency(planes, distances=(1, 2, 4)):
    """planes: frames x channels x pixels, 0..255."""
    histograms = np.array([[np.bincount(channel, minlength=256) / channel.size for channel in frame] for frame in planes])

    def divergence(p, q):
        middle = (p + q) / 2
        return 0.5 * entropy(p, middle) + 0.5 * entropy(q, middle)

    return np.mean([np.mean([[divergence(p, q) for p, q in zip(a, b)] for a, b in zip(histograms, histograms[d:])])
                    for d in distances])


def chroma(frame):
    r, g, b = np.moveaxis(frame.astype(np.float64), -1, 0)
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return np.stack([(b - y) / 1.772, (r - y) / 1.402]).reshape(2, -1) + 128


def near_a_half(frame):
    """Whether float32 might round some chroma to the other side."""
    planes = chroma(frame)
    return np.abs(planes - np.floor(planes) - 0.5).min() < 1e-4


def opponent(frame):
    r, g, b = np.moveaxis(frame.astype(np.float64), -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean())


def lab_matrix():
    """From the primaries and the white of IEC 61966-2-1 (x, y); white becomes 1, 1, 1."""
    xy = np.array([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])
    primaries = np.array([[x / y, 1, (1 - x - y) / y] for x, y in xy]).T
    white = np.array([0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290])
    return primaries * np.linalg.solve(primaries, white) / white[:, None]


def lab(frame):
    value = frame.astype(np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    xyz = linear @ lab_matrix().T
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    a, b = 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2])
    return np.hypot(a.std(), b.std()) + 0.37 * np.hypot(a.mean(), b.mean())


frames = next(frames for frames in (film(np.random.default_rng(seed)) for seed in range(1000))
              if not any(near_a_half(frame) for frame in frames))
expected = {
    "colour_distribution": distribution_consistency(frames[..., ::-1].reshape(FRAMES, -1, 3).transpose(0, 2, 1)),
    "chroma_distribution": distribution_consistency([np.floor(chroma(frame) + 0.5).astype(np.int64) for frame in frames]),
    "colourfulness_opponent": np.mean([opponent(frame) for frame in frames]),
    "colourfulness_lab": np.mean([lab(frame) for frame in frames]),
}
print(expected)
save_file({"frames": frames} | {name: np.array([value]) for name, value in expected.items()},
          pathlib.Path(__file__).parent.parent / "golden" / "film_figures.safetensors")
