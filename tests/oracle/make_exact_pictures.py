"""Makes the pictures that `--exact` must reproduce: whole colourised photographs, 8 bits in and out.

    ../golden/astronaut-181x133.png         the photo: odd sides, not square
    ../golden/exact-{kind}-{rf}.png         the photo colourised at render factor rf
    ../golden/exact-{kind}-{rf}.square.png  the generator's S x S picture (S = 16 rf) that its chroma comes from

The generators are those of {kind}-resnet18.golden.safetensors, so make_small_networks.py comes first.
For each it also prints how many of the square's values differ when the generator runs in float64: the last step truncates
to 8 bits, so a value that float32 leaves next to a whole number can fall on either side of it.

Re-run, from the repository's root:   python tests/oracle/make_exact_pictures.py
"""
import pathlib

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from skimage import data

import photo
import recipe
from generator import Generator

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
ENCODER, NF_FACTOR = "resnet18", 0.25
RENDER_FACTORS = (9, 8)   # odd and even: with and without the nearest-resize path

one_call = Image.Image.resize


def horizontal_first(image, size, resample):
    """Image.resize with the passes in the order of the original's Pillow; newer ones choose. See make_resize_cases.py."""
    return one_call(one_call(image, (size[0], image.height), resample), size, resample)


Image.Image.resize = horizontal_first   # for photo.py
torch.set_num_threads(1)
picture = Image.fromarray(data.astronaut()[40:173, 150:331])   # the face; 181 wide, 133 high
picture.save(GOLDEN / "astronaut-181x133.png", optimize=True)

for kind in ("deep", "wide"):
    stored = load_file(GOLDEN / f"{kind}-{ENCODER}.golden.safetensors")
    generator = recipe.fill(Generator(kind, ENCODER, NF_FACTOR), kind, stored)
    precise = recipe.fill(Generator(kind, ENCODER, NF_FACTOR), kind, stored).double()
    with torch.no_grad():
        assert torch.equal(generator(stored["input.64"]), stored["output.64"])
        for render_factor in RENDER_FACTORS:
            x = photo.to_tensor(picture, render_factor * 16)
            square = photo.to_square_image(generator(x))
            colour = photo.colourise(generator, picture, render_factor)
            assert np.array_equal(colour, photo.merge(square, picture))
            Image.fromarray(square).save(GOLDEN / f"exact-{kind}-{render_factor}.square.png", optimize=True)
            colour.save(GOLDEN / f"exact-{kind}-{render_factor}.png", optimize=True)

            other = photo.to_square_image(precise(x.double()))
            other_colour = np.asarray(photo.merge(other, picture))
            print(f"{kind} {render_factor}: mean {square.mean():.1f}, std {square.std():.1f}; in float64 "
                  f"{(other != square).sum()} of {square.size} values of the square differ, "
                  f"{(other_colour != np.asarray(colour)).sum()} of {colour.width * colour.height * 3} of the picture")
