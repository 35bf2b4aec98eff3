"""Finds pictures in a folder, decodes them, and takes luma and chroma out of them (BT.601, full range, as JPEG does)."""
import pathlib

import numpy as np
from PIL import Image, ImageOps

from recipe.command import Failure

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".ppm", ".tif", ".tiff"}


def find(folder):
    """The paths of all pictures below a folder, in the order of their names. Raises Failure when there is none."""
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise Failure(f"{folder} is not a folder. Name a folder of colour photographs.")
    paths = (path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    found = sorted(paths, key=lambda path: path.relative_to(folder).as_posix())
    if not found:
        raise Failure(f"{folder} holds no picture. Name a folder with files that end in {', '.join(sorted(ENDINGS))}.")
    return found


def read(path, at_least=None):
    """The picture as an RGB Pillow image, turned upright, and its true (width, height); None when it is damaged or cut short.

    at_least: pixels; a JPEG that is much larger may come out reduced, with no side below this, which decodes faster.
    """
    try:
        with Image.open(path) as file:
            turned = file.getexif().get(0x0112, 1) >= 5
            size = file.size[::-1] if turned else file.size
            if at_least is not None:
                file.draft("RGB", (at_least, at_least))
            return ImageOps.exif_transpose(file).convert("RGB"), size
    # Pillow's decoders raise many kinds of errors for damaged files, and whatever one raises, the picture is of no use.
    except Exception:
        return None


def luma_of(image):
    """Luma of an RGB Pillow image, not rounded, 0 to 255, h x w, float32."""
    return np.asarray(image, np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


def squeezed_luma(image, side):
    """Luma squeezed to side x side, not rounded, by the very steps of the engine: grey first, then Pillow's bilinear resize."""
    return _resized(luma_of(image), (side, side), Image.Resampling.BILINEAR)


def averaged_chroma(image, side):
    """(Cb, Cr), not rounded, 128 is grey, averaged over equal areas to side x side: side x side x 2."""
    luma, rgb = luma_of(image), np.asarray(image, np.float32)
    planes = ((rgb[..., 2] - luma) / 1.772, (rgb[..., 0] - luma) / 1.402)
    return np.dstack([_resized(plane, (side, side), Image.Resampling.BOX) for plane in planes]) + 128


def coloured(image, chroma):
    """The image's own luma with this chroma (h x w x 2, (Cb, Cr) - 128 over 255, of any size): RGB, uint8, clamped, as the engine does."""
    luma = luma_of(image)
    blue, red = (_resized(plane * 255, image.size, Image.Resampling.BILINEAR) for plane in np.moveaxis(chroma, 2, 0))
    rgb = np.dstack([luma + 1.402 * red, luma - (0.114 * 1.772 * blue + 0.299 * 1.402 * red) / 0.587, luma + 1.772 * blue])
    return to_bytes(rgb)


def to_bytes(values):
    """Rounded to the nearest of 0 to 255, uint8."""
    return values.round().clip(0, 255).astype(np.uint8)


def _resized(plane, size, how):
    """A plane of float32 at another (width, height)."""
    return np.asarray(Image.fromarray(np.ascontiguousarray(plane, np.float32)).resize(size, how))
