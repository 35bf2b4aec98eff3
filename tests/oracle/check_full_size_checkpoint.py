"""Compares a full-size checkpoint that the tests' own writer wrote with what recipe.py says, tensor by tensor, through
torch.load: names and their order, types, shapes and every bit.

    build/release/tests/write_full_size wide zip /tmp/wide-zip.pth
    python check_full_size_checkpoint.py wide /tmp/wide-zip.pth     needs torch, numpy and safetensors

"legacy" in place of "zip", and "deep" in place of "wide", write the others.
"""
import pathlib
import sys

import torch
from safetensors.torch import load_file

import recipe

tests = pathlib.Path(__file__).parent.parent
kind, path = sys.argv[1:]
state = torch.load(path, weights_only=True)
wrapped = "model" in state
if wrapped:
    assert state.keys() == {"model", "opt"}
    state = state["model"]
stored = load_file(tests / "golden" / f"{kind}.golden.safetensors")
keys = [line.rstrip("\n").split("\t") for line in open(tests / "oracle" / f"{kind}.keys.tsv")]
assert list(state) == [name for name, _, _ in keys], "names"
values = formulas = 0
for name, dtype, shape in keys:
    tensor = state[name]
    assert str(tensor.dtype) == "torch." + dtype, name
    assert list(tensor.shape) == ([] if shape == "scalar" else [int(n) for n in shape.split("x")]), name
    expected = recipe.formula(name, tensor, kind)
    formulas += expected is not None
    if expected is None:
        expected = stored[name]
    bits = torch.int32 if tensor.dtype == torch.float32 else torch.int64
    assert torch.equal(tensor.view(bits), expected.contiguous().view(bits)), name
    values += tensor.numel()
print(f"torch {torch.__version__} {pathlib.Path(path).name} ({pathlib.Path(path).stat().st_size} bytes, "
      f"{'in model/opt' if wrapped else 'bare'}): {len(keys)} tensors agree in name, type, shape and every bit: {values} values, "
      f"{formulas} tensors by formula, {len(keys) - formulas} stored")
