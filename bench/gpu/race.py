"""Whole passes on a GPU in float16: Colourize against PyTorch at its best, at batch 1, 4 and 16, render factors 21 and 35.

    python race.py FORWARD MODELS [--generators wide,deep,lite] [--repeats 20]

FORWARD: our program of that name; MODELS: what ../engines/prepare.py wrote. PyTorch runs eagerly (channels last), compiled, and
as a captured CUDA graph, its input and output on the GPU; ours brings the input there and the output back, as a user's does. A
B C ... in turn, each timed from a synchronised device to the next. Prints a table in Markdown and, with --csv FILE, writes it.
"""
import argparse
import csv
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "engines"))

SIDES = {"wide": (336, 560), "deep": (336, 560), "lite": (256,)}
BATCHES = (1, 4, 16)


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
        self.torch.cuda.empty_cache()


def race(arguments, kind, side, batch):
    """One row an engine; an engine that fails has its reason in place of numbers."""
    picture = np.fromfile(arguments.models / f"{kind}-{side}.input", dtype=np.float32)
    pixels = np.tile(picture.reshape(1, -1, side, side), (batch, 1, 1, 1))
    racers, rows = [], []
    makers = {"colourize": lambda: Ours(arguments.forward, arguments.models, kind, side, batch)}
    try:
        import torch  # noqa: F401
        from prepare import build
        for name in ("torch eager", "torch.compile", "torch CUDA graph"):
            makers[name] = lambda name=name: Torch(name, build(kind)[0], pixels)
    except ImportError as problem:
        rows.append([kind, side, batch, "torch", "", "", "", f"not measured: {problem}"])
    for name, make in makers.items():
        try:
            racers.append(make())
        except Exception as problem:  # noqa: BLE001: what an engine cannot do must not cost the others
            rows.append([kind, side, batch, name, "", "", "", f"failed: {problem}".splitlines()[0]])
    times = {racer.name: [] for racer in racers}
    for _ in range(arguments.repeats):
        for racer in racers:
            times[racer.name].append(racer.run())
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    ours = medians.get("colourize")
    expected = next((racer.output(arguments.scratch) for racer in racers if racer.name == "torch eager"), None)
    for racer in racers:
        difference = ""
        if expected is not None:
            difference = f"{np.abs(racer.output(arguments.scratch) - expected).mean():.1e}"
        median = medians[racer.name]
        rows.append([kind, side, batch, racer.name, f"{median * 1e3:.2f}", f"{batch / median:.1f}",
                     f"{median / ours:.2f}" if ours else "", difference])
        racer.close()
    return rows


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
    everything = [titles]
    for kind in arguments.generators.split(","):
        for side in SIDES[kind]:
            for batch in BATCHES:
                rows = race(arguments, kind, side, batch)
                print("\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows), flush=True)
                everything += rows
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            csv.writer(file).writerows(everything)


if __name__ == "__main__":
    main()
