"""Writes NAME.luma.pgm beside each picture: its luma as Pillow decodes it, 8 bits.

    python make_luma.py        needs Pillow; made with Pillow 13.0.0 on 2026-11-26

All of these pictures are grey, so that luma is the sample. They are turned as they ask for (exif_transpose). A JPEG without
its end mark is decoded as far as it goes, which is all of it.
"""
import pathlib

from PIL import Image, ImageFile, ImageOps

NAMES = ["animated.png", "bilevel.pbm", "dpi600-jfif.jpg", "grey8.psd", "no-eoi.jpg", "plain.pgm", "scan001.tif",
         "top-down.bmp", "xmp-orientation6.png", "xmp-twice.jpg"]

ImageFile.LOAD_TRUNCATED_IMAGES = True
folder = pathlib.Path(__file__).parent
for name in NAMES:
    with Image.open(folder / name) as opened:
        picture = ImageOps.exif_transpose(opened).convert("L")
    with open(folder / f"{name}.luma.pgm", "wb") as file:
        file.write(b"P5 %d %d 255\n" % picture.size + picture.tobytes())
