"""Writes the fuzzers' first inputs into corpus/: small pictures of every format and .safetensors files, sound and not;
and ../golden/decoded.safetensors, of picture_corpus.py, and a file there of each of the other NAME_corpus.py: what is in
their pictures.

    python make_corpus.py          needs numpy, pillow and safetensors, and what these need
"""
import json
import pathlib
import struct

import numpy as np
from PIL import Image
from safetensors.numpy import save

from dpx_corpus import write_dpxs
from exr_corpus import write_exrs
from heif_corpus import write_heifs
from jpeg_2000_corpus import write_jpeg_2000s
from jpeg_xl_corpus import write_jpeg_xls
from kinds_corpus import write_kinds
from picture_corpus import write_pictures
from tiff_corpus import write_tiffs
from webp_corpus import write_webps

here = pathlib.Path(__file__).parent / "corpus"
pictures, tensors = here / "picture", here / "safetensors"
random = np.random.default_rng(7)
rgb = random.integers(0, 256, (9, 13, 3), np.uint8)

exif = Image.Exif()
exif[0x0112] = 6   # orientation
exif[0x010E] = "a picture of noise"
Image.fromarray(rgb).save(pictures / "rgb.jpg", exif=exif)
Image.fromarray(rgb).save(pictures / "progressive.jpg", progressive=True, subsampling=2)
Image.fromarray(rgb[..., 0]).save(pictures / "grey.jpg")
Image.fromarray(rgb).convert("CMYK").save(pictures / "cmyk.jpg")
Image.fromarray(rgb).save(pictures / "rgb.png", exif=exif)
Image.fromarray(rgb).save(pictures / "plain.png")
Image.fromarray(rgb).quantize(8).save(pictures / "palette.png")
Image.fromarray(np.dstack([rgb, rgb[..., :1]])).save(pictures / "rgba.png")
Image.fromarray(rgb[..., 0].astype(np.uint16) * 257).save(pictures / "grey16.png")
Image.fromarray(rgb).save(pictures / "rgb.bmp")
# The same from top to bottom, which a negative height (at byte 22) says; a row is 13 pixels and one byte more.
bmp = (pictures / "rgb.bmp").read_bytes()
rows = [bmp[54 + 40 * y:94 + 40 * y] for y in range(9)]
(pictures / "top-down.bmp").write_bytes(bmp[:22] + struct.pack("<i", -9) + bmp[26:54] + b"".join(rows[::-1]))
Image.fromarray(rgb).save(pictures / "rgb.tga")
Image.fromarray(rgb).save(pictures / "rle.tga", compression="tga_rle")
Image.fromarray(rgb).save(pictures / "rgb.ppm")
Image.fromarray(rgb[..., 0]).save(pictures / "grey.pgm")
(pictures / "deep.ppm").write_bytes(b"P6\n3 2\n65535\n" + random.bytes(36))
(pictures / "deep.pgm").write_bytes(b"P5\n3 2\n65535\n" + random.bytes(12))
planes = np.moveaxis(rgb, 2, 0).tobytes()
(pictures / "rgb.psd").write_bytes(b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 9, 13, 8, 3) + bytes(12) + struct.pack(">H", 0) + planes)
for mode, kind in {1: "grey", 4: "cmyk"}.items():
    header = struct.pack(">H6xHIIHH", 1, mode, 9, 13, 8, mode)
    (pictures / f"{kind}.psd").write_bytes(b"8BPS" + header + bytes(14) + planes)
(pictures / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 60000, 60000, 8, 2, 0, 0, 0) + bytes(4))

jpeg = bytearray((pictures / "rgb.jpg").read_bytes())
table = jpeg.index(b"\xff\xc4")
jpeg[table + 5:table + 7] = b"\xff\xff"   # a Huffman table of more codes than there is room for
(pictures / "huffman.jpg").write_bytes(jpeg)
(pictures / "number.pgm").write_bytes(b"P5\n22222222222222 1\n255\n")

write_dpxs(pictures, here.parent.parent / "golden" / "dpx.safetensors")
write_exrs(pictures, here.parent.parent / "golden" / "exr.safetensors")
write_heifs(pictures, here.parent.parent / "golden" / "heif.safetensors")
write_jpeg_2000s(pictures, here.parent.parent / "golden" / "jpeg_2000.safetensors")
write_jpeg_xls(pictures, here.parent.parent / "golden" / "jpeg_xl.safetensors")
write_kinds(pictures, here.parent.parent / "golden" / "kinds.safetensors")
write_webps(pictures, here.parent.parent / "golden" / "webp.safetensors")
write_tiffs(pictures, here.parent.parent / "golden" / "tiff.safetensors")
write_pictures(pictures, here.parent.parent / "golden" / "decoded.safetensors")

small = {"a.weight": random.random((2, 3, 1, 1), np.float32), "b": random.random(5).astype(np.float16)}
(tensors / "small").write_bytes(save(small, {"generator": "lite", "temperature": "0.38"}))
(tensors / "stem").write_bytes(save({"encoder.stem.weight": random.random((4, 1, 3, 3), np.float32),
                                     "head.weight": random.random((2, 3, 1, 1), np.float32),
                                     "swatches": random.random((2, 2), np.float32)}))

# Of DDColor's tensors those by which it is recognised, and with which its converted network begins.
(tensors / "ddcolor").write_bytes(save({"refine_net.palette.weight": random.random((2, 4, 1, 1), np.float32),
                                        "encoder.arch.downsample_layers.0.0.weight": random.random((4, 1, 4, 4), np.float32),
                                        "encoder.arch.downsample_layers.0.0.bias": random.random(4, np.float32),
                                        "decoder.color_decoder.query_feat.weight": random.random((3, 4), np.float32)}))


def raw(name, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    (tensors / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
raw("sound", {"a": entry}, bytes(8))
raw("overlap", {"a": entry, "b": entry}, bytes(8))
raw("outside", {"a": {**entry, "data_offsets": [0, 80], "shape": [20]}}, bytes(8))
raw("overflow", {"a": {**entry, "shape": [2**62, 2**62]}}, bytes(8))
raw("nested", b"[" * 2000)
(tensors / "long_header").write_bytes(struct.pack("<Q", 2**63) + b"{}")
