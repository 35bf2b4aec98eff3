"""Whole passes on a GPU in float16: Colourize against PyTorch at its best, at batch 1, 4 and 16, render factors 21 and 35.

    python race.py FORWARD MODELS [--generators wide,deep,lite] [--repeats 20]

FORWARD: our program of that name; MODELS: what ../engines/prepare.py wrote. PyTorch runs eagerly (channels last), compiled, and
as a captured CUDA graph, its input and output on the GPU; ours brings the input there and the output back, as a user's does. One after
the other, so that none is in another's way in the GPU's memory; each pass timed from a synchronised device to the next. Prints a
table in Markdown and, with --csv FILE, writes it. Exit code 1 where ours failed, or gave another picture.
"""
import argparse
import csv
import gc
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "engines"))
from prepare import build  # noqa: E402

SIDES = {"wide": (336, 560), "deep": (336, 560), "lite": (256,)}
BATCHES = (1, 4, 16)
# Of the mean difference from PyTorch's float16, whose values lie in -3..3: twice what rounding alone makes (../../tests/cuda).
TOLERANCE = 0.02


class Ours:
    name = "colourize"

    def __init__(self, forward, models, kind, side, batch):
        weights = "lite" if kind == "lite" else str(models / f"{kind}.safetensors")
        self.process = subprocess.Popen(
            [forward, weights, str(models / f"{kind}-{side}.input"), str(side), "0", "cuda", str(batch)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError("our program did not start")

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def run(self):
        return float(self.ask("run"))

    def output(self, path):
        self.ask(f"write {path}")
        return np.fromfile(path, dtype=np.float32)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Torch:
    def __init__(self, name, model, pixels):
        import torch
        self.torch, self.name = torch, name
        torch.backends.cudnn.benchmark = True
        self.model = model.cuda().half().to(memory_format=torch.channels_last)
        self.pixels = torch.from_numpy(pixels).cuda().half().to(memory_format=torch.channels_last)
        with torch.inference_mode():
            if name == "torch.compile":
                self.model = torch.compile(self.model, mode="max-autotune")
            for _ in range(3):
                self.result = self.model(self.pixels)
            self.graph = None
            if name == "torch CUDA graph":
                self.graph = torch.cuda.CUDAGraph()
                with torch.cuda.graph(self.graph):
                    self.result = self.model(self.pixels)
        torch.cuda.synchronize()

    def run(self):
        start = time.perf_counter()
        with self.torch.inference_mode():
            if self.graph is not None:
                self.graph.replay()
            else:
                self.result = self.model(self.pixels)
        self.torch.cuda.synchronize()
        return time.perf_counter() - start

    def output(self, path):
        return self.result.float().contiguous().cpu().numpy().ravel()

    def close(self):
        del self.model, self.pixels, self.result, self.graph
        gc.collect()
        self.torch._dynamo.reset()
        self.torch.cuda.empty_cache()


def measure(make, repeats, scratch):
    """(median seconds, output) of an engine, which is gone afterwards."""
    racer = make()
    try:
        times = [racer.run() for _ in range(repeats)]
        return statistics.median(times), racer.output(scratch)
    finally:
        racer.close()


def race(arguments, kind, side, batch):
    """One row an engine, and whether ours held; an engine that fails has its reason in place of numbers."""
    picture = np.fromfile(arguments.models / f"{kind}-{side}.input", dtype=np.float32)
    pixels = np.tile(picture.reshape(1, -1, side, side), (batch, 1, 1, 1))
    makers = {"torch eager": None, "torch.compile": None, "torch CUDA graph": None,
              "colourize": lambda: Ours(arguments.forward, arguments.models, kind, side, batch)}
    for name in list(makers)[:3]:
        makers[name] = lambda name=name: Torch(name, build(kind)[0], pixels)
    results, rows = {}, []
    for name, make in makers.items():
        try:
            results[name] = measure(make, arguments.repeats, arguments.scratch)
        except Exception as problem:  # noqa: BLE001: what an engine cannot do must not cost the others
            rows.append([kind, side, batch, name, "", "", "", f"failed: {problem}".splitlines()[0]])
    ours, expected = results.get("colourize"), results.get("torch eager")
    held = ours is not None
    for name, (median, output) in results.items():
        difference = float(np.abs(output - expected[1]).mean()) if expected else None
        if name == "colourize" and difference is not None:
            held = difference <= TOLERANCE
        rows.append([kind, side, batch, name, f"{median * 1e3:.2f}", f"{batch / median:.1f}",
                     f"{median / ours[0]:.2f}" if ours else "", "" if difference is None else f"{difference:.1e}"])
    return rows, held


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("forward")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--generators", default="wide,deep,lite")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--csv", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.scratch = arguments.models / "gpu-output"
    titles = ["generator", "side", "batch", "engine", "median ms", "pictures/s", "its time / ours",
              "mean difference from torch eager"]
    print("| " + " | ".join(titles) + " |\n|" + "---|" * len(titles), flush=True)
    everything, all_held = [titles], True
    for kind in arguments.generators.split(","):
        for side in SIDES[kind]:
            for batch in BATCHES:
                rows, held = race(arguments, kind, side, batch)
                all_held = all_held and held
                print("\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows), flush=True)
                everything += rows
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            csv.writer(file).writerows(everything)
    sys.exit(0 if all_held else 1)


if __name__ == "__main__":
    main()
