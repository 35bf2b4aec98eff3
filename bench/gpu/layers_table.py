"""Our kernels against cuDNN's, from what gpu_layers wrote: a row a layer, and how many of them we hold.

    python layers_table.py LAYERS.csv       exit code 1 where one of ours failed
"""
import csv
import sys

GOAL = 0.95  # of cuDNN's speed


def main():
    with open(sys.argv[1], newline="") as file:
        lines = file.read().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("name,"))  # the machine's description comes first
    results, failed = {}, []
    for row in csv.DictReader(lines[begin:]):
        engine, network, layer = row["name"].removesuffix("/real_time").split("/", 2)
        if row.get("error_occurred") == "true" or not row.get("ms"):
            failed.append(f"{engine} {network}/{layer}: {row.get('error_message', 'no time')}")
        else:
            results.setdefault((network, layer), {})[engine] = (float(row["ms"]), row["label"])
    print("| network | layer | ours ms | cuDNN ms | cuDNN / ours | ours | cuDNN |\n|---|---|---|---|---|---|---|")
    ratios = []
    for (network, layer), both in results.items():
        if len(both) < 2:
            continue
        (ours, how), (theirs, algorithm) = both["ours"], both["cudnn"]
        ratios.append(theirs / ours)
        print(f"| {network} | {layer} | {ours:.4f} | {theirs:.4f} | {theirs / ours:.2f} | {how} | {algorithm} |")
    print(f"\n{sum(ratio >= GOAL for ratio in ratios)} of {len(ratios)} layers at {GOAL:.0%} of cuDNN's speed or better")
    print("\n".join(failed))
    sys.exit(1 if any(line.startswith("ours") for line in failed) else 0)


if __name__ == "__main__":
    main()
