"""Fits what kernels/cuda/choice.cpp knows of the tiles to a GPU's times: the lines of phase `tiles` in a report.jsonl.

    python fit_tiles.py report.jsonl      needs PyTorch, for its gradients; half a minute

Prints the constants of choice.cpp, and for each network the sum of its layers' times by the tiles that the model picks, and by
the best. A time is launch + waves x (stages x max(blocks x stage, latency) + block + blocks x epilogue) + the reduction of a
split-K; the error is of its logarithm, and times far from a layer's best count little.
"""
import csv
import json
import math
import pathlib
import re
import sys

import torch

ROOT = pathlib.Path(__file__).resolve().parents[3]
CLOCK = 1.98e3  # cycles a microsecond, as nvidia-smi showed it
MULTIPROCESSORS, SHARED_BYTES, REGISTERS, THREADS = 132, 228 << 10, 65536, 2048


def tiles():
    """The rows of half_tiles, with the registers of tests/budgets/budgets.csv."""
    text = (ROOT / "kernels/cuda/convolution.h").read_text()
    rows = []
    for line in re.findall(r"\{(\.pixels = .*?)\}", text, re.DOTALL):
        field = {name: value for name, value in re.findall(r"\.(\w+) = (\w+)", line)}
        wgmma = field.get("wgmma") == "true"
        warps = int(field["pixels"]) // int(field["warp_pixels"]) * int(field["channels"]) // int(field["warp_channels"])
        rows.append({"pixels": int(field["pixels"]), "channels": int(field["channels"]), "stages": int(field["stages"]),
                     "depth": int(field.get("stage_channels", 32)), "threads": 32 * warps * (4 if wgmma else 1), "wgmma": wgmma})
    with open(ROOT / "tests/budgets/budgets.csv", newline="") as file:
        for row in csv.DictReader(file):
            match = re.fullmatch(r"convolution_(wgmma_)?kernel<Tile<(\d+)>>", row["kernel"])
            if match and row["architecture"] == "90":
                rows[int(match[2])]["registers"] = int(row["registers"])
    return rows


def read(path, shapes):
    with open(ROOT / "bench/layers.csv", newline="") as file:
        layers = {f"{row['network']}/{row['first_layer']} x {row['count']}": row for row in csv.DictReader(file)}
    data = []
    for line in open(path):
        line = json.loads(line) if line.startswith("{") else {}
        if line.get("phase") != "tiles" or not line["ok"]:
            continue
        layer = layers[line["name"]]
        pixels, out = int(layer["out_h"]) * int(layer["out_w"]), int(layer["out_c"])
        channels, taps = int(layer["in_c"]), int(layer["kernel"]) ** 2
        best = min(line["microseconds"].values())
        for key, time in line["microseconds"].items():
            tile, splits = map(int, key.split("/"))
            shape = shapes[tile]
            across = math.ceil(out / shape["channels"])
            blocks = math.ceil(pixels / shape["pixels"]) * across * splits
            shared = (shape["pixels"] + shape["channels"]) * shape["depth"] * 2 * shape["stages"] + 1024
            resident = min(REGISTERS // (shape["registers"] * shape["threads"]), SHARED_BYTES // shared,
                           THREADS // shape["threads"])
            stages = math.ceil(channels / shape["depth"])
            waves, rest = divmod(math.ceil(blocks / MULTIPROCESSORS), resident)
            data.append({"name": line["name"], "count": int(layer["count"]), "tile": tile, "time": time, "best": best,
                         "steps": math.ceil(stages * taps / splits), "resident": resident, "waves": waves, "rest": rest,
                         "whole": math.ceil(channels / 16) * 16 / (stages * shape["depth"]), "one_tap": float(taps == 1),
                         "split": float(splits > 1),
                         "bytes": pixels * (4 * splits * across * shape["channels"] + 2 * out)})
    return data


def main():
    shapes = tiles()
    data = read(sys.argv[1], shapes)
    column = lambda name: torch.tensor([row[name] for row in data], dtype=torch.float64)
    tile = torch.tensor([row["tile"] for row in data])
    wgmma = torch.tensor([shape["wgmma"] for shape in shapes])[tile]
    start = torch.tensor([shape["pixels"] * shape["channels"] * shape["depth"] / 800 for shape in shapes], dtype=torch.float64)
    each = lambda value: torch.full((len(shapes),), math.log(value), dtype=torch.float64)
    logs = [start.log(), each(300), each(3000), each(500),
            torch.tensor([1500, 2000, 2000], dtype=torch.float64).log(), torch.zeros(2, dtype=torch.float64)]
    for values in logs:
        values.requires_grad_()
    steps, resident, waves, rest = (column(name) for name in ("steps", "resident", "waves", "rest"))
    time, weight = column("time"), (column("best") / column("time")) ** 3

    def model():
        stage, latency, block, epilogue = (values.exp()[tile] for values in logs[:4])
        launch, reduction, rate = logs[4].exp()
        dearer = (column("one_tap") * torch.where(wgmma, logs[5][1], logs[5][0])).exp()
        wave = lambda blocks: steps * torch.maximum(blocks * stage * column("whole") * dearer, latency) + block + blocks * epilogue
        cycles = waves * wave(resident) + torch.where(rest > 0, wave(rest.clamp(min=1)), 0 * rest)
        return (launch + cycles + column("split") * (reduction + column("bytes") / rate)) / CLOCK

    optimiser = torch.optim.Adam(logs, lr=0.03)
    for step in range(3000):
        if step in (1500, 2300):
            for group in optimiser.param_groups:
                group["lr"] *= 0.3
        optimiser.zero_grad()
        loss = (weight * (model() / time).log() ** 2).mean()
        loss.backward()
        optimiser.step()
    print(f"{len(data)} times; root mean square of the weighted logarithms' error {loss.item() ** 0.5:.3f}")
    for i, shape in enumerate(shapes):
        print(f"    {{{shape['registers']}, " + ", ".join(f"{values.exp()[i].item():.0f}" for values in logs[:4]) + "},")
    print("launch, reduction, its bytes a cycle and multiprocessor:",
          [round(value, 1) for value in (logs[4].exp() / torch.tensor([1, 1, MULTIPROCESSORS])).tolist()],
          "one tap, and for wgmma:", [round(value, 3) for value in logs[5].exp().tolist()])
    expected, sums = model().tolist(), {}
    for name in {row["name"] for row in data}:
        rows = [(expected[i], row) for i, row in enumerate(data) if row["name"] == name]
        row = min(rows, key=lambda pair: pair[0])[1]
        total = sums.setdefault(name.split("/")[0], [0, 0])
        total[0] += row["count"] * row["time"] / 1e3
        total[1] += row["count"] * row["best"] / 1e3
    for network, (picked, best) in sorted(sums.items()):
        print(f"{network}: {picked:.3f} ms as picked, {best:.3f} ms by the best tiles, {picked / best:.3f}")


if __name__ == "__main__":
    main()
