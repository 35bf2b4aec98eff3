"""Writes the small checkpoints of tests/golden/checkpoints/, as PyTorch itself saves them, and what is in them; and the
fuzzers' checkpoints with DDColor's names and packaging.

    python make_checkpoints.py          needs torch and safetensors

Each file holds the same few tensors (values.safetensors, float32) in another way.
"""
import functools
import pathlib
import pickle
from collections import OrderedDict

import torch
from safetensors.torch import save_file

folder = pathlib.Path(__file__).parent.parent / "golden" / "checkpoints"
folder.mkdir(exist_ok=True)
torch.manual_seed(5)

base = torch.randn(6, 8)
state = OrderedDict(
    plain=torch.randn(3, 2, 3, 3),
    scalar=torch.tensor(2.5),
    vector=torch.randn(7),
    transposed=base.t(),            # strides
    slice=base[1:4, 2:7],           # offset and strides, the storage shared with the one above
    expanded=torch.randn(4, 1)[:, :1].clone(),
)
expected = {name: tensor.contiguous().clone() for name, tensor in state.items()}
save_file(expected, folder / "values.safetensors")

counters = OrderedDict(state, counter=torch.tensor(7), mask=torch.tensor([True, False]))


def save(name, what, zipped=True):
    torch.save(what, folder / name, _use_new_zipfile_serialization=zipped)


for zipped, ending in ((True, "zip"), (False, "legacy")):
    save(f"bare-{ending}.pth", counters, zipped)
    save(f"model-{ending}.pth", {"model": counters, "opt": {"state": {0: {"step": 1, "average": torch.randn(3)}}, "lr": 1e-3}}, zipped)
    save(f"params-{ending}.pth", {"params": dict(state)}, zipped)
    save(f"state_dict-{ending}.pth", {"epoch": 3, "state_dict": dict(state), "args": None, "big": 2**80, "name": "naïve"}, zipped)
    save(f"partial-{ending}.pth", {"model": counters, "opt": functools.partial(torch.optim.Adam, betas=(0.9, 0.99))}, zipped)
    save(f"parameter-{ending}.pth", OrderedDict((n, torch.nn.Parameter(t)) for n, t in state.items()), zipped)
    save(f"half-{ending}.pth", OrderedDict((n, t.half()) for n, t in state.items()), zipped)
    save(f"bfloat16-{ending}.pth", OrderedDict((n, t.bfloat16()) for n, t in state.items()), zipped)
    save(f"double-{ending}.pth", OrderedDict((n, t.double()) for n, t in state.items()), zipped)
for protocol in (3, 4, 5):
    torch.save(counters, folder / f"protocol-{protocol}.pth", pickle_protocol=protocol)

# The tensors with which it is recognised and begins. A fuzzer of pickles puts the three fixed ones before its input.
corpus = pathlib.Path(__file__).parent.parent / "fuzz" / "corpus"
shapes = {"decoder.color_decoder.query_feat.weight": (3, 4), "encoder.arch.downsample_layers.0.0.weight": (4, 3, 4, 4),
          "encoder.arch.downsample_layers.0.0.bias": (4,), "encoder.arch.downsample_layers.0.1.weight": (4,)}
ddcolor = {"params": OrderedDict((name, torch.randn(shape)) for name, shape in shapes.items())}
torch.save(ddcolor, corpus / "zip" / "ddcolor")
legacy = corpus / "pickle" / "ddcolor"
torch.save(ddcolor, legacy, _use_new_zipfile_serialization=False)
with open(legacy, "rb") as file:
    for _ in range(3):
        pickle.load(file)
    rest = file.read()
legacy.write_bytes(rest)
