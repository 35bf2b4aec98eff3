"""Small JPEG 2000s of every kind for the fuzzer and for tests/engine/photo/formats/jpeg_2000_test.cpp, and what is in
them: ../golden/jpeg_2000.safetensors has, for each file's name, its H x W x C samples of 8 or 16 bits, C = 1 grey, 2
grey and alpha, 3 RGB, 4 RGB and alpha.

    python jpeg_2000_corpus.py    needs imagecodecs, numpy, pillow and safetensors, and on the PATH OpenJPEG's
                                  opj_compress and opj_decompress

The codestreams are opj_compress's, the boxes around them ours, by ISO/IEC 15444-1. The expected samples of what was
compressed without loss are the numbers that it was made from, brought to full range; opj_decompress gives the same.
What lost something has the samples that opj_decompress gives.
"""
import pathlib
import struct
import subprocess
import tempfile

import imagecodecs
import numpy as np
from PIL import Image, ImageCms
from safetensors.numpy import save_file

HEIGHT, WIDTH = 27, 37
random = np.random.default_rng(29)
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]

EXIF = bytes.fromhex("4a706754696666457869662d3e4a5032")
XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def smooth(bits, channels):
    """Slopes and a little noise, so that files are small."""
    planes = [(rows * (3 + c) + columns * (5 - c)) % 256 / 255 for c in range(channels)]
    numbers = (np.stack(planes, -1) * (2 ** bits - 1)).astype(np.int64)
    return np.clip(numbers + random.integers(-1, 2, numbers.shape), 0, 2 ** bits - 1)


def scaled(numbers, bits):
    full = 255 if bits <= 8 else 65535
    largest = 2 ** bits - 1
    return ((numbers * full * 2 + largest) // (2 * largest)).astype(np.uint8 if bits <= 8 else np.uint16)


def raw_bytes(planes, bits):
    return b"".join(plane.astype("<u2" if bits > 8 else "u1").tobytes() for plane in planes)


def codestream(planes, bits, sampling=None, with_sign=False, options=()):
    """planes: of whole numbers; sampling: of each plane, columns x rows of the grid for a sample. Returns the
    codestream and what opj_decompress makes of it, plane by plane."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "in.rawl").write_bytes(raw_bytes(planes, bits))
        ratios = ":".join(f"{x}x{y}" for x, y in sampling or [(1, 1)] * len(planes))
        kind = f"{planes[0].shape[1]},{planes[0].shape[0]},{len(planes)},{bits},{'s' if with_sign else 'u'}@{ratios}"
        command = ["opj_compress", "-i", folder / "in.rawl", "-F", kind, "-n", "3", "-o", folder / "out.j2k", *options]
        subprocess.run(command, check=True, capture_output=True)
        command = ["opj_decompress", "-i", folder / "out.j2k", "-o", folder / "back.rawl"]
        subprocess.run(command, check=True, capture_output=True)
        back = np.frombuffer((folder / "back.rawl").read_bytes(), "<u2" if bits > 8 else "u1")
        if with_sign:
            half = 2 ** (bits - 1)
            back = (back.astype(np.int64) + half) % (2 * half) - half
        decoded, place = [], 0
        for plane in planes:
            decoded.append(back[place:place + plane.size].reshape(plane.shape).astype(np.int64))
            place += plane.size
        return (folder / "out.j2k").read_bytes(), decoded


def box(kind, content):
    return struct.pack(">I4s", len(content) + 8, kind) + content


def boxed(stream, components, bits, colour, more=b"", before=b"", size=(HEIGHT, WIDTH)):
    header = box(b"ihdr", struct.pack(">IIHBBBB", *size, components, bits - 1, 7, 0, 0)) + colour + more
    return (box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", header) + before
            + box(b"jp2c", stream))


def numbered(number):
    return box(b"colr", struct.pack(">BBBI", 1, 0, 0, number))


def by_profile(profile, method=2):
    return box(b"colr", struct.pack(">BBB", method, 0, 0) + profile)


def definitions(*entries):
    return box(b"cdef", struct.pack(">H", len(entries)) + b"".join(struct.pack(">HHH", *entry) for entry in entries))


SRGB, GREY, SYCC, CMYK = numbered(16), numbered(17), numbered(18), numbered(12)
GREY_ALPHA = definitions((0, 0, 1), (1, 1, 0))
RGB_ALPHA = definitions((0, 0, 1), (1, 0, 2), (2, 0, 3), (3, 1, 0))


def write_plain(folder, expected):
    def write(name, bits, channels, colour=None, more=b"", options=(), with_sign=False):
        numbers = smooth(bits, channels)
        offset = 2 ** (bits - 1) if with_sign else 0
        planes = [numbers[..., c] - offset for c in range(channels)]
        stream, back = codestream(planes, bits, with_sign=with_sign, options=options)
        assert all((a == b).all() for a, b in zip(planes, back)), name
        (folder / name).write_bytes(stream if colour is None else boxed(stream, channels, bits, colour, more))
        expected[name] = scaled(numbers, bits)

    write("jp2-grey.jp2", 8, 1, GREY)
    write("jp2-grey2.jp2", 2, 1, GREY)
    write("jp2-grey12.jp2", 12, 1, GREY)
    write("jp2-grey16.jp2", 16, 1, GREY)
    write("jp2-grey-alpha.jp2", 8, 2, GREY, GREY_ALPHA)
    write("jp2-rgb.jp2", 8, 3, SRGB)
    write("jp2-rgb16.jp2", 16, 3, SRGB)
    write("jp2-rgba.jp2", 8, 4, SRGB, RGB_ALPHA)
    write("jp2-rgba16.jp2", 16, 4, SRGB, RGB_ALPHA)
    write("jp2-grey.j2k", 8, 1)
    write("jp2-rgb.j2k", 8, 3)
    write("jp2-signed.j2k", 12, 1, with_sign=True)
    write("jp2-tiles.jp2", 8, 3, SRGB, options=("-t", "16,16", "-p", "RPCL", "-TP", "R"))
    write("jp2-precincts.jp2", 8, 3, SRGB, options=("-c", "[32,32],[16,16]", "-SOP", "-EPH"))
    write("jp2-layers.j2k", 8, 1, options=("-r", "8,4,1"))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile[:24] + bytes(12) + profile[36:]  # without the time of its making
    write("jp2-profile.jp2", 8, 3, by_profile(profile))
    write("jp2-profile-any.jp2", 8, 3, by_profile(profile, 3))
    # opj_compress takes no depth of 1.
    bits = smooth(1, 1)
    stream = imagecodecs.jpeg2k_encode(bits[..., 0].astype(np.uint8), codecformat="j2k", bitspersample=1, level=0,
                                       reversible=True, resolutions=3)
    (folder / "jp2-grey1.jp2").write_bytes(boxed(stream, 1, 1, GREY))
    assert (imagecodecs.jpeg2k_decode((folder / "jp2-grey1.jp2").read_bytes()) == bits[..., 0]).all()
    expected["jp2-grey1.jp2"] = scaled(bits, 1)
    density = box(b"res ", box(b"resc", struct.pack(">HHHHbb", 300, 254, 600, 254, 4, 4)))
    write("jp2-density.jp2", 8, 1, GREY, density)


def write_lossy(folder, expected):
    numbers = smooth(8, 3)
    stream, back = codestream([numbers[..., c] for c in range(3)], 8, options=("-I", "-r", "5"))
    (folder / "jp2-lossy.jp2").write_bytes(boxed(stream, 3, 8, SRGB))
    expected["jp2-lossy.jp2"] = np.stack(back, -1).astype(np.uint8)


def write_interpreted(folder, expected):
    """Files whose numbers are no samples yet."""
    numbers = smooth(8, 4)
    planes = [numbers[..., c] for c in range(4)]
    stream, _ = codestream(planes, 8)
    swapped = definitions((0, 0, 3), (1, 0, 2), (2, 0, 1), (3, 2, 0))
    (folder / "jp2-multiplied.jp2").write_bytes(boxed(stream, 4, 8, SRGB, swapped))
    colours, alpha = numbers[..., [2, 1, 0]], numbers[..., 3:]
    whole = np.minimum((colours * 255 * 2 + alpha) // np.maximum(2 * alpha, 1), 255)
    expected["jp2-multiplied.jp2"] = np.concatenate([np.where(alpha > 0, whole, colours), alpha], -1).astype(np.uint8)

    # What each ink lets through, as inks.h has it.
    (folder / "jp2-inks.jp2").write_bytes(boxed(stream, 4, 8, CMYK))
    left = 255 - numbers
    expected["jp2-inks.jp2"] = ((left[..., :3] * left[..., 3:] * 2 + 255) // 510).astype(np.uint8)

    indices = (rows * 3 + columns) % 5
    palette = random.integers(0, 256, (5, 3))
    stream, _ = codestream([indices], 8)
    table = struct.pack(">HB", 5, 3) + bytes([7, 7, 7]) + palette.astype(np.uint8).tobytes()
    mapping = b"".join(struct.pack(">HBB", 0, 1, column) for column in range(3))
    more = box(b"pclr", table) + box(b"cmap", mapping)
    (folder / "jp2-palette.jp2").write_bytes(boxed(stream, 1, 8, SRGB, more))
    expected["jp2-palette.jp2"] = palette[indices].astype(np.uint8)

    # Chroma of a quarter of the samples, of which opj_compress takes even sizes. BT.601 in doubles.
    luma, chroma = smooth(8, 1)[:26, :36, 0], smooth(8, 2)[:13, :18]
    planes = [luma, chroma[..., 0], chroma[..., 1]]
    stream, _ = codestream(planes, 8, [(1, 1), (2, 2), (2, 2)])
    (folder / "jp2-sycc.jp2").write_bytes(boxed(stream, 3, 8, SYCC, size=luma.shape))
    cb, cr = ((plane - 128.0).repeat(2, 0).repeat(2, 1) for plane in planes[1:])
    rgb = np.stack([luma + 1.402 * cr, luma - 0.344136 * cb - 0.714136 * cr, luma + 1.772 * cb], -1)
    expected["jp2-sycc.jp2"] = np.floor(rgb.clip(0, 255) + 0.5).astype(np.uint8)
    with tempfile.TemporaryDirectory() as back:
        command = ["opj_decompress", "-i", folder / "jp2-sycc.jp2", "-o", back + "/sycc.ppm"]
        subprocess.run(command, check=True, capture_output=True)
        # It cuts fractions off.
        apart = np.asarray(Image.open(back + "/sycc.ppm")).astype(int) - expected["jp2-sycc.jp2"]
        assert abs(apart).max() <= 1

    grey = smooth(8, 1)
    stream, _ = codestream([grey[..., 0]], 8)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "Grandmother, 1923"
    packet = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
              b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="Album 3"/></rdf:RDF>'
              b'</x:xmpmeta>')
    tiff = exif.tobytes().removeprefix(b"Exif\0\0")
    before = box(b"uuid", EXIF + tiff) + box(b"uuid", XMP + packet) + box(b"xml ", b"<a/>")
    (folder / "jp2-described.jp2").write_bytes(boxed(stream, 1, 8, GREY, before=before))
    expected["jp2-described.jp2"] = grey.astype(np.uint8)


def write_jpeg_2000s(folder, golden):
    expected = {}
    write_plain(folder, expected)
    write_lossy(folder, expected)
    write_interpreted(folder, expected)
    save_file({name: np.ascontiguousarray(samples) for name, samples in expected.items()}, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_jpeg_2000s(tests / "fuzz/corpus/picture", tests / "golden/jpeg_2000.safetensors")
