"""The folder of arrays that prepare.py writes and train.py reads. It is there only when it is whole.

    luma.npy              N x side x side, uint8              the photograph squeezed to a square, as the engine does
    chroma.npy            N x side/4 x side/4 x 2, uint8      (Cb, Cr), averaged over areas; 128 is grey
    weight.npy            N, float64                          how often a picture is drawn, against one with weight 1
    held_out_luma.npy     M x side x side, uint8              pictures that are never trained on
    held_out_chroma.npy   M x side/4 x side/4 x 2, uint8
    chroma_histogram.npy  256 x 256, float64                  how often each (Cb, Cr) occurs, weighted; the sum is 1
    swatches.npy          Q x 2, float32                      ((Cb, Cr) - 128) / 255, the colours to choose from
    pictures.tsv          N lines: folder, path in it         what was kept
    table.txt                                                 how many were kept and left out
    identity.txt                                              a digest, by which train.py knows the arrays again
"""
import dataclasses
import pathlib

import numpy as np

from recipe.command import Failure


@dataclasses.dataclass(frozen=True)
class Arrays:
    luma: np.ndarray
    chroma: np.ndarray
    weight: np.ndarray
    held_out_luma: np.ndarray
    held_out_chroma: np.ndarray
    chroma_histogram: np.ndarray
    swatches: np.ndarray
    identity: str

    @property
    def side(self):
        """Pixels, of the stored luma."""
        return self.luma.shape[1]


def open_arrays(folder):
    """The Arrays of a folder, memory mapped: what is never touched is never read. Raises Failure when it is not such a folder."""
    folder = pathlib.Path(folder)
    identity = folder / "identity.txt"
    if not identity.is_file():
        raise Failure(f"{folder} holds no arrays. Make them with prepare.py, and let it run to its end.")
    names = [field.name for field in dataclasses.fields(Arrays) if field.name != "identity"]
    return Arrays(**{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names},
                  identity=identity.read_text(encoding="utf-8").strip())
