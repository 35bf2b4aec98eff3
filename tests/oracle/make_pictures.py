"""Writes the small pictures of tests/golden/pictures/: every EXIF orientation, metadata, 16 bits, alpha.

    python make_pictures.py          needs numpy and pillow
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

folder = pathlib.Path(__file__).parent.parent / "golden" / "pictures"
folder.mkdir(exist_ok=True)

# Seven by five pixels, no two alike, and no symmetry: a turn that goes wrong shows.
rows, columns = np.mgrid[0:5, 0:7]
upright = Image.fromarray(np.dstack([columns * 40, rows * 60, (rows * 7 + columns) * 7]).astype(np.uint8))
upright.save(folder / "upright.png")
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    # Undo what a viewer will do: of the eight, turning by 90 degrees is undone by turning by 270.
    undo = {6: 8, 8: 6}.get(orientation, orientation)
    marked = upright.copy()
    marked.getexif()[0x0112] = undo
    stored = ImageOps.exif_transpose(marked)
    stored.save(folder / f"orientation-{orientation}.jpg", exif=exif, quality=100, subsampling=0)
    check = Image.open(folder / f"orientation-{orientation}.jpg")
    assert np.abs(np.asarray(ImageOps.exif_transpose(check), int) - np.asarray(upright)).max() < 12, orientation

exif = Image.Exif()
exif[0x0112] = 6
exif[0x010E] = "Grandmother, 1923"
exif.get_ifd(0x8769).update({0xA002: 7, 0xA003: 5})   # the stored width and height; upright they are the other way round
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
upright.save(folder / "described.jpg", exif=exif, icc_profile=profile, quality=100, subsampling=0)


def png16(path, samples, colour_type):
    """Pillow writes no 16-bit RGB; a PNG is four chunks."""
    height, width = samples.shape[:2]
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


ramp = (rows * 7 + columns).astype(np.uint32)
deep = np.dstack([ramp * 1801, ramp * 1799 + 5, 65535 - ramp * 1777]).astype(np.uint16)
png16(folder / "deep.png", deep, 2)
png16(folder / "deep-alpha.png", np.dstack([deep, ramp * 1900]).astype(np.uint16), 6)
