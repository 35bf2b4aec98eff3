"""Colourize and the big engines on the same generators, weights, input, precision and threads, in turn.

    python race.py FORWARD MODELS [--generators wide,deep,lite,ddcolor-tiny,ddcolor-large] [--threads 2] [--repeats 5]

One process an engine; A B C ... A B C ..., so that whatever else the machine does strikes all of them alike. Each engine's
output is compared with PyTorch's before any time counts. Prints a table in Markdown.
"""
import argparse
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

# Of the square that each generator sees.
SIDES = {"wide": (336, 560), "deep": (336, 560), "lite": (256,), "ddcolor-tiny": (512,), "ddcolor-large": (512,)}
ENGINES = ("colourize", "torch", "onnxruntime", "openvino", "ncnn")
# Before each pass, in seconds: some engines' threads go on spinning for a while after theirs, and whoever is next would pay.
PAUSE = 0.2
# Fresh memory is dear on virtual machines, and some engines take and give back theirs in each pass: glibc is told to keep what it
# was given. In every engine's process, ours too, which allocates nothing in a pass.
KEEP_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "17179869184", "MALLOC_TOP_PAD_": "67108864"}
# Of the largest absolute difference from PyTorch's output, whose values lie in -3..3 (wide, deep), -0.5..0.5 (lite), about
# -60..60 (ddcolor).
TOLERANCE = {"wide": 5e-3, "deep": 5e-3, "lite": 1e-3, "ddcolor-tiny": 0.02, "ddcolor-large": 0.02}


class Worker:
    def __init__(self, engine, forward, models, kind, side, threads):
        here = pathlib.Path(__file__).resolve().parent
        weights = "lite" if kind == "lite" else str(models / f"{kind}.safetensors")
        command = ([forward, weights, str(models / f"{kind}-{side}.input"), str(side), str(threads)]
                   if engine == "colourize" else
                   [sys.executable, "-W", "ignore", str(here / "worker.py"), engine, str(models), kind, str(side),
                    str(threads)])
        self.engine = engine
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=os.environ | KEEP_MEMORY)
        self.answer("ready")

    def answer(self, expected=None):
        line = self.process.stdout.readline().strip()
        if not line or (expected and line != expected):
            raise SystemExit(f"{self.engine} failed: it answered '{line}'")
        return line

    def ask(self, command, expected=None):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.answer(expected)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.processor())
    flags = next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "")
    isa = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "SSE"
    return f"{model} ({isa})"


def race(arguments, kind, side):
    workers, errors = [], {}
    reference = None
    for engine in ("torch", *[e for e in ENGINES if e != "torch"]):
        if engine == "ncnn" and kind.startswith("ddcolor"):
            # pnnx converts it, but ncnn gave no answer within three minutes.
            print(f"{kind} is raced without ncnn", file=sys.stderr)
            continue
        worker = Worker(engine, arguments.forward, arguments.models, kind, side, arguments.threads)
        with tempfile.NamedTemporaryFile() as file:
            worker.ask("run")
            worker.ask(f"write {file.name}", "written")
            output = np.fromfile(file.name, dtype=np.float32)
        reference = output if reference is None else reference
        errors[engine] = float(np.abs(output - reference).max())
        if not errors[engine] <= TOLERANCE[kind]:
            raise SystemExit(f"{engine} gives another picture: it differs by {errors[engine]:g}")
        workers.append(worker)
    times = {worker.engine: [] for worker in workers}
    for _ in range(arguments.repeats):
        for worker in workers:
            time.sleep(PAUSE)
            times[worker.engine].append(float(worker.ask("run")))
    medians = {engine: statistics.median(seconds) for engine, seconds in times.items()}
    rows = []
    for worker in sorted(workers, key=lambda w: ENGINES.index(w.engine)):
        engine = worker.engine
        rows.append(f"| {kind} at {side} | {engine} | {medians[engine] * 1e3:.1f} | {min(times[engine]) * 1e3:.1f} | "
                    f"{medians[engine] / medians['colourize']:.2f} | {int(worker.ask('memory')) / 1e6:.0f} | "
                    f"{errors[engine]:.1e} |")
        worker.close()
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("forward")
    parser.add_argument("models", type=pathlib.Path)
    parser.add_argument("--generators", default="lite,wide,deep")
    parser.add_argument("--sides", default="")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{machine()}, {arguments.threads} threads, float32, medians of {arguments.repeats} in turn, "
          f"{datetime.date.today().isoformat()}\n")
    print("| generator | engine | median ms | fastest ms | its time / ours | peak memory MB | largest difference from torch |")
    print("|---|---|---|---|---|---|---|", flush=True)
    sides = [int(side) for side in arguments.sides.split(",") if side]
    for kind in arguments.generators.split(","):
        for side in SIDES[kind]:
            if sides and side not in sides:
                continue
            print("\n".join(race(arguments, kind, side)), flush=True)


if __name__ == "__main__":
    main()
