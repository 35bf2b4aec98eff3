"""A page for people from the lines of JSON that run.sh collected.

    python make_report.py report.jsonl > report.md
"""
import json
import sys


def table(titles, rows):
    if rows:
        print("| " + " | ".join(titles) + " |\n|" + "---|" * len(titles))
        for row in rows:
            print("| " + " | ".join(str(cell) for cell in row) + " |")
        print()


def number(value, digits=3):
    return "" if value is None else f"{value:.{digits}g}" if value < 100 else f"{value:.0f}"


def main():
    lines = [json.loads(line) for line in open(sys.argv[1]) if line.startswith("{")]
    of = lambda phase: [line for line in lines if line["phase"] == phase]
    figures = lambda phase: {line["name"]: line for line in of(phase) if line["ok"] and "value" in line}
    device = figures("ceilings").get("device")
    if device:
        print(f"# {device['gpu']}\n")
        print(f"Compute capability {device['capability']}, {device['multiprocessors']} multiprocessors, "
              f"{device['memory_bytes'] / 2**30:.0f} GiB, {device['l2_bytes'] / 2**20:.0f} MiB of L2 cache; "
              f"the driver takes CUDA {device['driver_takes'] // 1000}.{device['driver_takes'] % 1000 // 10}.\n")
    else:
        print("# No GPU was measured\n")
    over = lambda line: line.get("reason") == "the time is over"
    wrong = [line for line in lines if line["ok"] is False and not over(line)]
    skipped = [line for line in lines if line["ok"] is None or over(line)]
    print("## Checks\n")
    table(["check", "result"],
          [[line["phase"], f"{line['value']} tests passed"] for line in lines if line.get("unit") == "tests" and line["ok"]] +
          [[line["phase"], f"**failed**: {line.get('name', '')} {line.get('reason', '')}"] for line in wrong] +
          [[line["phase"], f"{line['name']}: the time was over" if over(line) else line["name"]] for line in skipped])
    if not device:
        return
    print("## What the device can do\n")
    table(["", "measured"], [[name, f"{number(line['value'], 4)} {line['unit']}"] for name, line in figures("ceilings").items()
                             if name != "device"])
    theirs = figures("torch-passes")
    compiled = figures("torch-compile")
    print("## Whole passes, float16, from device memory to device memory\n")
    print("Ours in a row, replayed as one graph; PyTorch channels last, its convolutions by cuDNN's best, replayed as one graph, "
          "and eager.\n")
    rows = []
    for name, line in figures("passes").items():
        other = theirs.get(name)
        best = compiled.get(name)
        rows.append([name, number(line["value"]), number(line["alone_ms"]), f"{line['pictures_a_second']:.0f}",
                     f"{line['first_ms']:.0f}", f"{line['arena_bytes'] / 1e6:.0f}", "yes" if line["same_bytes"] else "**no**",
                     number(other["value"]) if other else "", number(other["eager_ms"]) if other else "",
                     number(best["value"]) if best else "", f"{other['value'] / line['value']:.2f}" if other else ""])
    table(["pass", "ms", "one, waited for", "pictures/s", "first, ms", "arena, MB", "same bytes again", "PyTorch, ms",
           "eager", "compiled", "PyTorch / ours"], rows)
    rows = {}
    for name, line in figures("flows").items():
        kind, workers, picture = name.split(", ")
        rows.setdefault((kind, picture), {})[workers] = f"{line['value']:.0f}"
    if rows:
        print("## From the host's memory to the host's memory, pictures a second\n")
        print("By as many workers, each with a stream of its own; without decoding and encoding.\n")
        workers = sorted({w for row in rows.values() for w in row})
        table(["", ""] + workers, [[*key] + [row.get(w, "") for w in workers] for key, row in rows.items()])
    layers = figures("torch-layers")
    rows, sums = [], {}
    for name, line in figures("tiles").items():
        count, network = int(name.rsplit(" x ", 1)[1]), name.split("/")[0]
        other = layers.get(name)
        if line["chosen_ms"] > 0:
            total = sums.setdefault(network, [0, 0, 0, 0])
            for i, value in enumerate((line["chosen_ms"], line["value"], other["value"] if other else float("nan"), 1)):
                total[i] += count * value
        rows.append([name, number(1e3 * line["chosen_ms"]), line["chosen"].removeprefix("implicit GEMM "),
                     number(1e3 * line["value"]), line["best"].removeprefix("implicit GEMM "), f"{line['tflops']:.0f}",
                     number(1e3 * other["as_is_ms"]) if other else "",
                     number(1e3 * other["padded_ms"]) if other and "padded_ms" in other else ""])
    print("## The convolutions on tensor cores, one picture\n")
    table(["network", "all as chosen, ms", "all by the best tile, ms", "PyTorch (cuDNN and ReLU), ms"],
          [[network, number(a), number(b), number(c) if c == c else ""] for network, (a, b, c, _) in sums.items()])
    print("<details><summary>Each layer</summary>\n")
    table(["layer", "chosen, us", "", "best, us", "", "TFLOP/s", "PyTorch, us", "channels padded to 8"], rows)
    print("</details>")


if __name__ == "__main__":
    main()
