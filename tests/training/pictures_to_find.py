"""Makes folders of pictures for the test out of those that come with scikit-image: good ones, and planted ones of every other kind."""
import pathlib

import numpy as np
import skimage
from PIL import Image, ImageEnhance, ImageOps
from skimage.color import lab2rgb, rgb2lab


def scikit_image_picture(name):
    return Image.open(pathlib.Path(skimage.__file__).parent / "data" / name).convert("RGB")


def crops(picture, columns, rows, side=160):
    """Squares at even distances, overlapping where the picture is small."""
    for y in np.linspace(0, picture.height - side, rows).astype(int):
        for x in np.linspace(0, picture.width - side, columns).astype(int):
            yield picture.crop((x, y, x + side, y + side))


def make_pictures(folder):
    """Three folders: photographs/ (48 good ones), planted/ (all to be left out), and held-out/ in two parts."""
    for name in ("photographs/deeper", "planted", "held-out/choose", "held-out/report"):
        (folder / name).mkdir(parents=True)
    # Without the black helmet and the concrete floor, which are grey and would be left out.
    woman = scikit_image_picture("astronaut.png").crop((0, 0, 440, 512))
    shed = scikit_image_picture("motorcycle_left.png").crop((0, 0, 741, 340))
    good = [*crops(woman, 4, 4), *crops(scikit_image_picture("coffee.png"), 4, 3), *crops(shed, 5, 4)]
    for number, picture in enumerate(good):
        ending = (".png", ".JPG", ".webp", ".bmp", ".ppm", ".tif")[number % 6]
        picture.save(folder / "photographs" / ("deeper" if number % 2 else ".") / f"{number:02}{ending}")
    good[5].resize((200, 150)).save(folder / "photographs" / "zz-double-in-its-folder.png")
    (folder / "photographs" / "notes.txt").write_text("not a picture")

    cat = list(crops(scikit_image_picture("chelsea.png"), 3, 1, side=200))
    for number, picture in enumerate(cat):
        picture.save(folder / "held-out" / "choose" / f"{number}.png")
    rocket = scikit_image_picture("rocket.jpg")
    rocket.crop((150, 100, 500, 427)).save(folder / "held-out" / "report" / "rocket.png")
    shelves = scikit_image_picture("motorcycle_right.png").crop((0, 0, 330, 250))
    shelves.save(folder / "held-out" / "report" / "shelves.png")
    ImageEnhance.Contrast(shelves).enhance(0.3).save(folder / "held-out" / "report" / "shelves-faded.png")

    planted = folder / "planted"
    astronaut = scikit_image_picture("astronaut.png")
    astronaut.convert("L").save(planted / "grey-one-channel.png")
    astronaut.convert("L").convert("RGB").save(planted / "grey.jpg")
    # Brown everywhere, and some grain, as a scanned print has.
    lab = rgb2lab(astronaut) * (0.6, 0, 0) + (30, 8, 15) + np.random.default_rng(0).normal(0, 0.5, (512, 512, 3))
    Image.fromarray((lab2rgb(lab) * 255).astype(np.uint8)).save(planted / "one-tint.png")
    flat = np.zeros((200, 200, 3), np.uint8)
    flat[:, :100], flat[:, 100:], flat[80:120, 80:120] = (200, 40, 40), (40, 60, 200), (30, 160, 60)
    Image.fromarray(flat).save(planted / "graphic.png")
    scikit_image_picture("coffee.png").crop((100, 100, 180, 300)).save(planted / "small.png")
    scikit_image_picture("coffee.png").crop((0, 100, 600, 250)).save(planted / "long.png")
    ImageEnhance.Brightness(good[20]).enhance(0.9).resize((190, 170)).save(planted / "double.jpg", quality=85)
    ImageOps.mirror(cat[1]).save(planted / "mirrored-held-out.jpg")
    ImageEnhance.Contrast(cat[2]).enhance(0.8).save(planted / "held-out.webp")
    (planted / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\n and nothing that follows")
    astronaut.save(planted / "whole.jpg")
    whole = (planted / "whole.jpg").read_bytes()
    (planted / "cut-short.jpg").write_bytes(whole[:len(whole) // 2])
    (planted / "whole.jpg").unlink()
