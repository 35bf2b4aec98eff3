"""Reads folders of pictures in parts of 256 files each. A finished part is kept as a file, so that a killed run loses little.

A part depends on its files and on the section [pictures] of the configuration, and on nothing else: its name is a digest of these, so
a part that was made from other files or by other numbers is not taken for this one.
"""
import collections
import concurrent.futures
import dataclasses
import hashlib
import json

import numpy as np

from recipe.output_file import whole_file
from recipe.photographs import pictures, signatures, suitability

FILES_IN_PART = 256


@dataclasses.dataclass
class Part:
    luma: np.ndarray        # N x side x side, uint8
    chroma: np.ndarray      # N x side/4 x side/4 x 2, uint8
    signature: np.ndarray   # N x 256, float32
    names: list             # N paths, relative to the folder
    left_out: dict          # reason -> how many


def read_folder(folder, kept_in, settings, workers, judged=True):
    """Yields the Parts of a folder, in the order of its files' names. What is in the folder `kept_in` is not made again.

    judged: whether unsuitable pictures are left out; held-out pictures are not judged. settings: the section [pictures].
    """
    paths = pictures.find(folder)
    for begin in range(0, len(paths), FILES_IN_PART):
        some = paths[begin:begin + FILES_IN_PART]
        file = kept_in / f"{_digest(folder, some, settings, judged)}.npz"
        if not file.exists():
            _write(file, _make(folder, some, settings, workers, judged))
            print(f"{folder}: {begin + len(some)} of {len(paths)} read")
        yield _read(file)


def _digest(folder, paths, settings, judged):
    files = []
    for path in paths:
        status = path.stat()
        files.append([path.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns])
    all_that_counts = json.dumps([str(folder), files, dataclasses.asdict(settings), judged])
    return hashlib.sha256(all_that_counts.encode()).hexdigest()[:32]


def _make(folder, paths, settings, workers, judged):
    def one(path):
        """The picture's arrays, or the reason why it is left out."""
        decoded = pictures.read(path, at_least=2 * settings.side)
        if decoded is None:
            return suitability.UNREADABLE
        image, size = decoded
        reason = suitability.why_left_out(image, size, settings) if judged else None
        if reason is not None:
            return reason
        return (pictures.to_bytes(pictures.squeezed_luma(image, settings.side)),
                pictures.to_bytes(pictures.averaged_chroma(image, settings.side // 4)),
                signatures.signature(image), path.relative_to(folder).as_posix())

    # Threads are enough, because Pillow lets the others run while it decodes and resizes.
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        results = list(pool.map(one, paths))
    good = [result for result in results if not isinstance(result, str)]
    left_out = collections.Counter(result for result in results if isinstance(result, str))
    luma, chroma, signature, names = zip(*good) if good else ([], [], [], [])
    side = settings.side
    return Part(np.array(luma, np.uint8).reshape(-1, side, side),
                np.array(chroma, np.uint8).reshape(-1, side // 4, side // 4, 2),
                np.array(signature, np.float32).reshape(-1, signatures.SIDE ** 2), list(names), dict(left_out))


def _write(path, part):
    words = json.dumps({"names": part.names, "left_out": part.left_out})
    with whole_file(path) as file:
        np.savez(file, luma=part.luma, chroma=part.chroma, signature=part.signature,
                 words=np.frombuffer(words.encode(), np.uint8))


def _read(path):
    with np.load(path) as stored:
        words = json.loads(stored["words"].tobytes())
        return Part(stored["luma"], stored["chroma"], stored["signature"], words["names"], words["left_out"])
