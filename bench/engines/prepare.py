"""The same generators, with the same weights, in every engine's own format; made once, under build/bench-cpu/models.

wide, deep, ddcolor-tiny, ddcolor-large: the recipes' weights (tests/oracle/recipe.py, ddcolor_recipe.py) with the stored tensors
of tests/golden; lite: our own.

    python prepare.py COLOURIZE MODELS [--ours-only] GENERATOR...     COLOURIZE: the program, which converts its own
                                                                      --ours-only: no other engine's files
"""
import pathlib
import subprocess
import sys

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
import ddcolor  # noqa: E402
import ddcolor_recipe  # noqa: E402
import generator as unets  # noqa: E402
import lite  # noqa: E402
import recipe  # noqa: E402
from plain_weights import fold_norms  # noqa: E402
from race import SIDES  # noqa: E402


class Lite(torch.nn.Module):
    """The built-in generator at its own temperature."""

    def __init__(self, path):
        super().__init__()
        with safe_open(path, "pt") as file:
            self.temperature = float(file.metadata()["temperature"])
        state = {name: tensor.float() for name, tensor in load_file(path).items()}
        self.lite = lite.Lite(len(state["swatches"]))
        self.lite.load_state_dict(state)

    def forward(self, luma):
        return self.lite(luma, self.temperature)


def build(kind):
    """The generator in PyTorch, its norms folded into plain weights, and the file that `colourize` takes."""
    if kind == "lite":
        path = ROOT / "weights" / "builtin" / "lite.safetensors"
        return Lite(path).eval(), None
    stored = load_file(ROOT / "tests" / "golden" / f"{kind}.golden.safetensors")
    if kind.startswith("ddcolor"):
        model = ddcolor.DDColor(kind.removeprefix("ddcolor-"))
        ddcolor_recipe.fill(model, stored)
    else:
        model = unets.Generator(kind)
        recipe.fill(model, kind, stored)
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    return fold_norms(model).eval(), state


def attend(self, x):
    """The oracle's self-attention with the sizes as plain numbers: ncnn has no view_as."""
    n, c, h, w = (int(size) for size in x.shape)
    flat = x.reshape(n, c, h * w)
    weights = torch.softmax(self.query(flat).transpose(1, 2) @ self.key(flat), dim=1)
    return (self.gamma * (self.value(flat) @ weights) + flat).reshape(n, c, h, w)


unets.SelfAttention.forward = lite.SelfAttention.forward = attend


def channels(kind):
    return 3 if kind in ("wide", "deep") else 1


def prepare(colourize, models, kind, ours_only):
    model, state = build(kind)
    if state is not None and not (models / f"{kind}.safetensors").exists():
        torch.save({"model": state}, models / f"{kind}.pth")
        subprocess.run([colourize, "convert", models / f"{kind}.pth", "-o", models / f"{kind}.safetensors", "--quiet"],
                       check=True)
        (models / f"{kind}.pth").unlink()
    for side in SIDES[kind]:
        done = models / f"{kind}-{side}.done"
        if done.exists():
            continue
        # What the photo's grey square looks like to the generator: numbers about 0, neighbours alike.
        random = np.random.default_rng(side)
        coarse = random.normal(size=(1, channels(kind), side // 16, side // 16)).astype(np.float32)
        pixels = torch.nn.functional.interpolate(torch.from_numpy(coarse), size=(side, side), mode="bilinear")
        if kind.startswith("ddcolor"):  # grey, 0 to 1
            pixels = (0.5 + 0.2 * pixels).clamp(0, 1)
        pixels.numpy().tofile(models / f"{kind}-{side}.input")
        if ours_only:
            continue
        with torch.no_grad():
            traced = torch.jit.trace(model, pixels)
            traced.save(str(models / f"{kind}-{side}.pt"))
            torch.onnx.export(model, (pixels,), str(models / f"{kind}-{side}.onnx"), input_names=["input"],
                              output_names=["output"], dynamo=False)
        shape = f"inputshape=[1,{channels(kind)},{side},{side}]f32"
        if not kind.startswith("ddcolor"):  # race.py says why
            subprocess.run([pathlib.Path(sys.executable).parent / "pnnx", f"{kind}-{side}.pt", shape, "fp16=0"], cwd=models,
                           check=True, stdout=subprocess.DEVNULL)
        for left_over in models.glob(f"{kind}_{side}*pnnx*"):
            left_over.unlink()
        done.touch()


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for name in sys.argv[3:] if name != "--ours-only"]
    for name in names:
        prepare(sys.argv[1], folder, name, len(names) < len(sys.argv[3:]))
