"""Makes ../golden/tones.safetensors: grey profiles, and what Little CMS, through Pillow's ImageCms, makes of a ramp.

    NAME.profile    an ICC profile for grey (ICC.1:2001-04), written here byte by byte: N uint8
    NAME.srgb       for the 1025 samples round(65535 i / 1024): the sample of sRGB that looks alike, uint16

NAME is linear (gamma 1.0), gamma22 (gamma 2.2) or dots (a curve of 17 points such as a dot gain of 20 % has). The target is
a grey profile with the curve of sRGB (IEC 61966-2-1) as a parametric curve (ICC.1:2022, 10.18, function 3). The flag NOOPTIMIZE keeps Little CMS from replacing curves by short tables.

Re-run, from the repository's root:   python tests/oracle/make_tones.py        (Pillow 12.1 or newer, numpy)
"""
import io
import json
import pathlib
import struct

import numpy as np
from PIL import Image, ImageCms

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


def fixed(number):
    """s15Fixed16Number (ICC.1:2022, 4.6)."""
    return struct.pack(">i", round(number * 65536))


def profile(curve, version):
    """A monitor's profile for grey with the four tags that it must have."""
    text = b"grey"
    description = {
        2: b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + bytes(1 + 8 + 3 + 67),
        4: b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2 * len(text), 28)
        + text.decode().encode("utf-16-be"),
    }[version]
    copyright_text = {2: b"text" + bytes(4) + b"none\0", 4: description}[version]
    white = b"XYZ " + bytes(4) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    tags, data, place = b"", b"", 128 + 4 + 12 * 4
    for name, content in ((b"desc", description), (b"cprt", copyright_text), (b"wtpt", white), (b"kTRC", curve)):
        content += bytes(-len(content) % 4)
        tags += name + struct.pack(">II", place + len(data), len(content))
        data += content
    header = struct.pack(">I4sI4s4s4s6H4s", place + len(data), bytes(4), version << 24, b"mntr", b"GRAY", b"XYZ ",
                         2022, 5, 1, 0, 0, 0, b"acsp")
    header += bytes(68 - len(header)) + fixed(0.9642) + fixed(1) + fixed(0.8249)
    return header + bytes(128 - len(header)) + struct.pack(">I", 4) + tags + data


def table(values):
    return b"curv" + bytes(4) + struct.pack(">I", len(values)) + struct.pack(f">{len(values)}H", *values)


DOTS = [round(65535 * (i / 16) ** 1.75) for i in range(17)]
PROFILES = {
    "linear": profile(b"curv" + bytes(4) + struct.pack(">I", 0), 2),
    "gamma22": profile(b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2), 2),
    "dots": profile(table(DOTS), 2),
}
SRGB = profile(b"para" + bytes(4) + struct.pack(">HH", 3, 0) + fixed(2.4) + fixed(1 / 1.055) + fixed(0.055 / 1.055)
               + fixed(1 / 12.92) + fixed(0.04045), 4)
RAMP = np.array([[round(65535 * i / 1024) for i in range(1025)]], np.uint16)

tensors = {}
for name, icc in PROFILES.items():
    transform = ImageCms.buildTransform(io.BytesIO(icc), io.BytesIO(SRGB), "I;16", "I;16",
                                        ImageCms.Intent.RELATIVE_COLORIMETRIC, flags=ImageCms.Flags.NOOPTIMIZE)
    converted = ImageCms.applyTransform(Image.fromarray(RAMP), transform)
    tensors[f"{name}.profile"] = ("U8", np.frombuffer(icc, np.uint8))
    tensors[f"{name}.srgb"] = ("U16", np.asarray(converted).astype("<u2").ravel())

directory, data = {}, b""
for name, (kind, values) in tensors.items():
    directory[name] = {"dtype": kind, "shape": list(values.shape),
                       "data_offsets": [len(data), len(data) + values.nbytes]}
    data += values.tobytes()
text = json.dumps(directory).encode()
text += b" " * (-len(text) % 8)
(GOLDEN / "tones.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
