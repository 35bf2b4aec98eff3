"""Makes ../golden/resize.safetensors: what Pillow's bilinear resize gives, for shapes both awkward and real.

    source.NN, target.NN               uint8    H x W x 3   Image.resize of an 8-bit RGB picture
    float.source.NN, float.target.NN   float32  H x W       the same of a mode "F" picture

The horizontal pass comes first, whatever the Pillow: see resize() below.

Re-run, from the repository's root:   python tests/oracle/make_resize_cases.py
"""
import pathlib

import numpy as np
import PIL
import torch
from PIL import Image
from safetensors.torch import save_file
from skimage import data

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"

# What fills the source, its width and height, the target's width and height.
CASES = [
    ("random", (1, 1), (7, 5)),          # one pixel spreads everywhere
    ("random", (1, 1), (1, 1)),
    ("random", (7, 5), (1, 1)),          # everything falls on one pixel
    ("checker", (2, 2), (3, 3)),
    ("random", (5, 3), (5, 3)),          # nothing to do
    ("checker", (16, 16), (33, 17)),
    ("random", (33, 17), (16, 16)),
    ("random", (100, 1), (7, 1)),        # one row, one column
    ("random", (1, 100), (1, 3)),
    ("random", (3, 200), (64, 2)),       # wider and flatter at once, and the reverse
    ("checker", (200, 3), (2, 64)),
    ("random", (64, 48), (640, 4)),
    ("random", (31, 29), (144, 144)),
    ("checker", (97, 61), (48, 48)),
    ("random", (50, 40), (50, 20)),      # the width stays: no horizontal pass
    ("random", (50, 40), (25, 40)),      # the height stays: no vertical pass
    ("random", (13, 11), (12, 12)),      # one axis shrinks a little, the other grows a little
    ("checker", (255, 3), (256, 3)),
    ("astronaut", (160, 120), (144, 144)),   # what happens to a photo: squeezed to the generator's square ...
    ("astronaut", (144, 144), (160, 120)),   # ... and back
]

FLOAT_CASES = [
    ((2, 2), (3, 3)),
    ((16, 16), (33, 17)),
    ((33, 17), (16, 16)),
    ((100, 1), (7, 1)),
    ((3, 200), (64, 2)),
    ((255, 3), (256, 3)),
]


def resize(pixels, size):
    """`pixels`: H x W x 3 uint8, or H x W float32 (Pillow's mode "F").

    Up to Pillow 12.1 one call runs the horizontal pass, then the vertical one; the result between them is rounded, so the
    order shows. Newer ones run the vertical pass first where that is cheaper: 12.2 for sources a hundred times taller
    than wide, 13 wherever the height shrinks clearly more than the width. One call for each axis keeps the old order.
    """
    image = Image.fromarray(pixels)
    wide = image.resize((size[0], image.height), Image.BILINEAR)
    return np.array(wide.resize(size, Image.BILINEAR))


def picture(fill, size, random):
    """H x W x 3 uint8."""
    width, height = size
    if fill == "random":
        return random.integers(0, 256, (height, width, 3), np.uint8)
    if fill == "checker":   # 0 and 255 in turn, each channel shifted by one: the extremes, with no room for overshoot
        y, x, channel = np.indices((height, width, 3))
        return ((x + y + channel) % 2 * 255).astype(np.uint8)
    face = data.astronaut()[40:160, 150:310]   # 160 x 120
    return face if size == (160, 120) else resize(face, size)


random = np.random.default_rng(1)
tensors = {}
for i, (fill, source, target) in enumerate(CASES):
    pixels = picture(fill, source, random)
    tensors[f"source.{i:02}"], tensors[f"target.{i:02}"] = pixels, resize(pixels, target)
for i, (source, target) in enumerate(FLOAT_CASES):
    pixels = random.normal(0, 50, source[::-1]).astype(np.float32)   # about the range of 8-bit chroma, and beyond
    tensors[f"float.source.{i:02}"], tensors[f"float.target.{i:02}"] = pixels, resize(pixels, target)

tensors = {name: torch.from_numpy(np.ascontiguousarray(t)) for name, t in tensors.items()}
save_file(tensors, GOLDEN / "resize.safetensors", {"pillow": PIL.__version__, "filter": "bilinear"})
