"""Small OpenEXRs of every kind for the fuzzer and for tests/engine/photo/formats/exr_test.cpp, and what is in them:
../golden/exr.safetensors has, for each file's name, its H x W x C samples of 16 bits, C = 1 luma, 2 luma and alpha, 3
RGB, 4 RGB and alpha.

    python exr_corpus.py    needs numpy, OpenEXR and safetensors, and on the PATH ffmpeg (5.1)

The files are OpenEXR's own module's, but for that of luma and chroma, which is ours. The expected samples are the
numbers that a file was made from, divided by alpha, cut to 0 to 1, by the formula of IEC 61966-2-1, in doubles. ffmpeg
reads the same numbers in one of them.
"""
import pathlib
import struct
import subprocess

import numpy as np
import OpenEXR
from safetensors.numpy import save_file

HEIGHT, WIDTH = 33, 46
random = np.random.default_rng(43)
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]


def light(channel, dtype):
    """From a little below 0 to a little above 1."""
    return ((rows * (2 + channel) + columns * (3 - channel)) % 140 / 120 - 0.05).astype(dtype)


def shown(samples):
    samples = np.asarray(samples, np.float64).clip(0, 1)
    curve = np.where(samples <= 0.0031308, 12.92 * samples, 1.055 * samples ** (1 / 2.4) - 0.055)
    return np.floor(65535 * curve + 0.5).astype(np.uint16)


def luma_and_chroma(y, by, ry):
    """OpenEXR's module writes no chroma of fewer samples. Lines that are not compressed, channels by their names."""
    def attribute(name, kind, value):
        return name + b"\0" + kind + b"\0" + struct.pack("<I", len(value)) + value

    height, width = y.shape
    half = 1
    channels = b"".join(name + b"\0" + struct.pack("<IIII", half, 0, step, step)
                        for name, step in ((b"BY", 2), (b"RY", 2), (b"Y", 1))) + b"\0"
    window = struct.pack("<iiii", 0, 0, width - 1, height - 1)
    head = struct.pack("<II", 20000630, 2) + b"".join(attribute(*each) for each in (
        (b"channels", b"chlist", channels), (b"compression", b"compression", b"\0"), (b"dataWindow", b"box2i", window),
        (b"displayWindow", b"box2i", window), (b"lineOrder", b"lineOrder", b"\0"),
        (b"pixelAspectRatio", b"float", struct.pack("<f", 1)),
        (b"screenWindowCenter", b"v2f", struct.pack("<ff", 0, 0)),
        (b"screenWindowWidth", b"float", struct.pack("<f", 1)))) + b"\0"
    places, lines, place = b"", b"", len(head) + 8 * height
    for row in range(height):
        data = (by[row // 2].tobytes() + ry[row // 2].tobytes() if row % 2 == 0 else b"") + y[row].tobytes()
        places += struct.pack("<Q", place)
        lines += struct.pack("<iI", row, len(data)) + data
        place += len(data) + 8
    return head + places + lines


def write_exrs(folder, golden):
    expected = {}

    def write(name, channels, samples, **header):
        path = folder / f"exr-{name}.exr"
        with OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, **header},
                          channels) as file:
            file.write(str(path))
        if samples is not None:
            expected[path.name] = np.ascontiguousarray(np.stack(samples, -1))

    for name, dtype in {"half": np.float16, "float": np.float32}.items():
        rgb = {"RGB"[c]: light(c, dtype) for c in range(3)}
        write(f"rgb-{name}", rgb, [shown(rgb[c]) for c in "RGB"])
        write(f"luma-{name}", {"Y": light(0, dtype)}, [shown(light(0, dtype))])
    rgb = {"RGB"[c]: light(c, np.float16) for c in range(3)}
    samples = [shown(rgb[c]) for c in "RGB"]
    for name, compression in {"plain": OpenEXR.NO_COMPRESSION, "rle": OpenEXR.RLE_COMPRESSION,
                              "zips": OpenEXR.ZIPS_COMPRESSION, "piz": OpenEXR.PIZ_COMPRESSION}.items():
        write(name, rgb, samples, compression=compression)
    tiles = OpenEXR.TileDescription()
    tiles.xSize, tiles.ySize = 16, 16
    write("tiles", rgb, samples, type=OpenEXR.tiledimage, tiles=tiles)
    write("further", {**rgb, "Z": light(0, np.float32)}, samples)
    window = (np.array([-5, 7], np.int32), np.array([WIDTH - 6, HEIGHT + 6], np.int32))
    display = (np.array([0, 0], np.int32), np.array([63, 63], np.int32))
    write("window", rgb, samples, dataWindow=window, displayWindow=display)
    p3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)
    write("p3", rgb, samples, chromaticities=p3, pixelAspectRatio=2.0, xDensity=300.0)
    # Multiplied by an alpha of quarters, which halves hold exactly.
    alpha = ((rows + columns) % 4 / 4 + 0.25).astype(np.float16)
    colours = [(light(c, np.float16).clip(0, 1) * alpha).astype(np.float16) for c in range(3)]
    whole = [colour.astype(np.float32) / alpha.astype(np.float32) for colour in colours]
    opaque = np.floor(65535 * alpha.astype(np.float64) + 0.5).astype(np.uint16)
    write("rgba", {**dict(zip("RGB", colours)), "A": alpha}, [*map(shown, whole), opaque])
    write("luma-alpha", {"Y": colours[0], "A": alpha}, [shown(whole[0]), opaque])
    # Chroma of a quarter of the samples, the same everywhere, so that no filter changes it: R = (1 + RY) Y,
    # B = (1 + BY) Y, and G from Y by BT.709's weights.
    luma = (light(0, np.float16).clip(0, 1) * np.float16(0.5)).astype(np.float16)[:32]
    chroma = np.ones((16, 23), np.float16)
    file = luma_and_chroma(luma, chroma * np.float16(-0.5), chroma * np.float16(0.25))
    (folder / "exr-luma-chroma.exr").write_bytes(file)
    y = luma.astype(np.float64)
    red, blue = 1.25 * y, 0.5 * y
    green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
    expected["exr-luma-chroma.exr"] = np.stack([shown(red), shown(green), shown(blue)], -1)
    source = folder / "exr-rgb-float.exr"
    command = ["ffmpeg", "-v", "error", "-i", source, "-f", "rawvideo", "-pix_fmt", "gbrpf32le", "-"]
    planes = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")
    planes = planes.reshape(3, HEIGHT, WIDTH)
    assert all((plane == light(c, np.float32)).all() for plane, c in zip(planes, (1, 2, 0)))
    save_file({name: np.ascontiguousarray(samples) for name, samples in expected.items()}, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_exrs(tests / "fuzz/corpus/picture", tests / "golden/exr.safetensors")
