"""Makes ../golden/operations.safetensors: what PyTorch computes for each operation of kernels/operations.def.

    OP.NN.input, .weight, .bias, .scale, .shift, .residual, ..., .output   float32, N x C x H x W as PyTorch has them
    metadata "OP.NN"                                                       the case's parameters, as JSON
    metadata "cases"                                                       the names of all cases, as JSON

The cases of an operation stand in ../operations/OP.py. The sums are float64, rounded to float32 once: the yardstick is
then at most half a unit off. Each case draws from a generator seeded by its name, so that adding one leaves the others
as they are.

Re-run, from the repository's root:   python tests/oracle/make_operations.py
"""
import importlib
import json
import pathlib
import re
import sys

import torch
from safetensors.torch import save_file

from operation_case import metadata, tensors

TESTS = pathlib.Path(__file__).parent.parent
LIST = (TESTS.parent / "kernels/operations.def").read_text()
OPERATIONS = re.findall(r"^COLOURIZE_OPERATION\((\w+),", LIST, re.MULTILINE)

sys.path.append(str(TESTS / "operations"))
torch.set_num_threads(1)
for operation in OPERATIONS:
    importlib.import_module(operation).cases()

for name, parameters in metadata.items():   # a ReLU6 that never bends would test nothing
    if json.loads(parameters).get("after") == "relu6":
        assert {0, 6} < set(tensors[name + ".output"].flatten().tolist()), name
metadata["cases"] = json.dumps(list(metadata))
save_file(tensors, TESTS / "golden/operations.safetensors", metadata)
