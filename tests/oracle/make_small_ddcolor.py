"""Makes ../golden/ddcolor-small.golden.safetensors and ddcolor-small.keys.tsv: DDColor with few blocks, narrow stages,
12 colours and 4 layers of its colour decoder, for tests that need the whole network and not its size.

The last layer of the four asks the first level a second time. Otherwise as make_ddcolor_golden.py.

Re-run, from the repository's root:   python tests/oracle/make_small_ddcolor.py
"""
import io
import pathlib
import runpy
import sys

import ddcolor

HERE = pathlib.Path(__file__).parent
ddcolor.DEPTHS["small"] = (1, 2, 1, 1)
ddcolor.WIDTHS["small"] = (16, 24, 40, 48)
ddcolor.QUERIES, ddcolor.LAYERS = 12, 4


class Captured(io.StringIO):
    """Stands for sys.stdout, whose buffer receives the file."""

    buffer = io.BytesIO()


def run():
    sys.argv = ["make_ddcolor_golden.py", "small", "64:astronaut,64x96:shapes", "--taps", "none"]
    stdout, sys.stdout = sys.stdout, Captured()
    try:
        runpy.run_path(str(HERE / "make_ddcolor_golden.py"), run_name="__main__")
    finally:
        sys.stdout = stdout
    (HERE.parent / "golden/ddcolor-small.golden.safetensors").write_bytes(Captured.buffer.getvalue())


run()
with open(HERE / "ddcolor-small.keys.tsv", "w") as keys:
    for name, tensor in ddcolor.DDColor("small").state_dict().items():
        print(name, str(tensor.dtype).removeprefix("torch."), "x".join(map(str, tensor.shape)) or "scalar", sep="\t", file=keys)
