"""Reads and writes the published file: a .safetensors with batch norms folded, which the engine runs."""
import pathlib

import safetensors
import safetensors.torch
import torch

from recipe.command import Failure
from recipe.network import batch_norms
from recipe.network.lite import LUMA_MEAN, LUMA_SCALE, Lite
from recipe.output_file import whole_file

PUBLISHED = pathlib.Path(__file__).resolve().parents[3] / "lite.safetensors"


def read(path):
    """The file's tensors as float32, by name, and its metadata. Raises Failure when it is not a `lite`."""
    try:
        with safetensors.safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}
            metadata = file.metadata() or {}
    except FileNotFoundError as error:
        raise Failure(f"{path} is not there.") from error
    except safetensors.SafetensorError as error:
        raise Failure(f"{path} is not a .safetensors file: {error}.") from error
    if metadata.get("generator") != "lite" or "swatches" not in tensors:
        raise Failure(f"{path} is not a file of the generator lite. Take the published one, or one that export.py wrote.")
    return tensors, metadata


def load(path, otherwise_scaled_by):
    """A Lite in evaluation mode, its swatches (Q x 2) before they were scaled, and the metadata with "swatch_scale" in it.

    The published second version's metadata does not name the scale; for such a file it is `otherwise_scaled_by`.
    """
    tensors, metadata = read(path)
    scale = float(metadata.setdefault("swatch_scale", str(otherwise_scaled_by)))
    swatches = tensors.pop("swatches") / scale
    network = Lite(len(swatches))
    try:
        batch_norms.load_folded(network, tensors)
    except (RuntimeError, KeyError) as error:
        raise Failure(f"{path} has other tensors than the generator lite: {error}. Take the published file.") from error
    return network.eval(), swatches, metadata


def write(path, folded, swatches, choice):
    """Writes folded tensors as float16. choice: a recipe.evaluation.choice.Choice; its scale multiplies the swatches (Q x 2)."""
    tensors = {**folded, "swatches": swatches * choice.scale}
    metadata = {
        "generator": "lite",
        "temperature": f"{choice.temperature:g}",
        "swatch_scale": f"{choice.scale:g}",
        "luma_mean": str(LUMA_MEAN),
        "luma_scale": str(LUMA_SCALE),
        "chroma": "(Cb, Cr) - 128 over 255",
        "render_factor": str(choice.input.render_factor),
        "input_blur": f"{choice.input.input_blur:g}",
        "least_input_range": f"{choice.input.least_input_range:g}",
        "licence": "MIT",
        "encoder": "EfficientNet-Lite0, Apache-2.0",
    }
    half = {name: value.to(torch.float16).contiguous() for name, value in tensors.items()}
    for name, value in half.items():
        if not torch.isfinite(value).all():
            raise Failure(f"The tensor {name} has values that float16 does not hold. Training has gone astray; see its losses.")
    with whole_file(path) as file:
        file.write(safetensors.torch.save(half, metadata))
