"""Writes layers.csv: every distinct convolution of the generators, from the program's own profile.

    for each generator and size: colourize profile --csv --repeats 1 ... > NAME-SIDE.csv
    python make_layers.py wide-336.csv wide-560.csv ... > layers.csv
"""
import csv
import pathlib
import sys

KEY = ("in_h", "in_w", "in_c", "out_h", "out_w", "out_c", "kernel", "stride")

rows = {}
for path in sys.argv[1:]:
    with open(path, newline="") as file:
        for layer in csv.DictReader(file):
            if layer["kind"] != "convolution":
                continue
            key = tuple(layer[name] for name in KEY) + (str(layer["algorithm"] == "depthwise").lower(),)
            network = pathlib.Path(path).stem
            rows.setdefault((network, *key), [layer["layer"], 0])[1] += 1
writer = csv.writer(sys.stdout, lineterminator="\n")
writer.writerow(["network", "first_layer", "count", *KEY, "depthwise"])
for (network, *key), (name, count) in rows.items():
    writer.writerow([network, name, count, *key])
