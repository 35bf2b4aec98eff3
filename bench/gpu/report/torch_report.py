"""PyTorch (and the cuDNN that it brings) on the same GPU, the same generators and layers, in float16, as lines of JSON.

    python torch_report.py passes SECONDS [KINDS]      whole passes: eager, channels last; and as a CUDA graph
    python torch_report.py layers SECONDS [NETWORKS]   each convolution of ../../layers.csv: channels as they are, and padded to 8
    python torch_report.py compile SECONDS             torch.compile with graphs, one picture (max-autotune takes minutes)

Weights and pixels are random (PyTorch's own initialisation), because products of zeros run faster. Each time is the median of
some replays of a graph, timed by the device's events; weights are built once a generator. Exit code 77: there is no PyTorch
or no GPU.
"""
import csv
import functools
import json
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "oracle"))
try:
    import torch
except ImportError:
    sys.exit(77)
if not torch.cuda.is_available():
    sys.exit(77)

SIDES = {"wide": (336, 560), "deep": (336, 560), "ddcolor-tiny": (512,), "ddcolor-large": (512,)}
BATCHES = (1, 4, 16)


def say(phase, name, value, unit, **more):
    print(json.dumps({"phase": phase, "name": name, "ok": True, "value": value, "unit": unit, **more}), flush=True)


def fail(phase, name, why):
    print(json.dumps({"phase": phase, "name": name, "ok": False, "reason": str(why).splitlines()[0]}), flush=True)


def captured(run, launches):
    """A graph of `launches` runs, after three on a side stream as PyTorch asks for."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            run(0)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        for i in range(launches):
            run(i)
    return graph


def median_ms(run, repeats):
    times = []
    for _ in range(repeats):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        run()
        end.record()
        end.synchronize()
        times.append(begin.elapsed_time(end))
    return statistics.median(times)


def generator(kind):
    from plain_weights import fold_norms
    if kind.startswith("ddcolor"):
        import ddcolor
        position = ddcolor.position  # of which the oracle computes the same numbers on the host in each pass
        ddcolor.position = functools.lru_cache(None)(lambda *size: position(*size).cuda())
        model = ddcolor.DDColor(kind.removeprefix("ddcolor-"))
    else:
        import generator as unets
        model = unets.Generator(kind)
    return fold_norms(model).eval().cuda().half().to(memory_format=torch.channels_last)


def passes(until, kinds):
    for kind in kinds:
        with torch.device("cuda"):
            model = generator(kind)
        for side in SIDES[kind]:
            for batch in BATCHES:
                name = f"{kind}-{side}" + (f", batch of {batch}" if batch > 1 else "")
                if time.monotonic() > until:
                    return fail("torch-passes", name, "the time is over")
                channels = 1 if kind.startswith("ddcolor") else 3
                pixels = torch.rand(batch, channels, side, side, device="cuda")
                pixels = pixels.half().to(memory_format=torch.channels_last)
                try:
                    for _ in range(3):
                        model(pixels)
                    torch.cuda.synchronize()
                    eager = median_ms(lambda: model(pixels), 10)
                    graph = captured(lambda i: model(pixels), 1)
                    graph.replay()
                    say("torch-passes", name, median_ms(graph.replay, 10), "ms", eager_ms=eager)
                    del graph
                except Exception as problem:  # noqa: BLE001: what it cannot do must not cost the others
                    fail("torch-passes", name, problem)
                torch.cuda.empty_cache()
        del model
        torch.cuda.empty_cache()


def layers(until, networks):
    with open(ROOT / "bench" / "layers.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["network"] in networks and row["depthwise"] != "true"]
    pool = (torch.randn(1 << 27, device="cuda") * 0.02).half()  # weights: more than the L2 cache holds, as in a network
    for row in rows:
        h, w, c, out, kernel, stride = (int(row[key]) for key in ("in_h", "in_w", "in_c", "out_c", "kernel", "stride"))
        name = f"{row['network']}/{row['first_layer']} x {row['count']}"
        if time.monotonic() > until:
            return fail("torch-layers", name, "the time is over")
        result = {}
        try:
            for padded in (False, True):
                ins, outs = ((-(-n // 8) * 8 if padded else n) for n in (c, out))
                if padded and (ins, outs) == (c, out):
                    continue
                pixels = torch.randn(1, ins, h, w, device="cuda").half().to(memory_format=torch.channels_last)
                count = outs * ins * kernel * kernel
                apart = -(-count // 128) * 128  # weights begin at multiples of 256 bytes, as PyTorch allocates them
                places = max(1, pool.numel() // apart)
                bias = torch.zeros(outs, device="cuda").half()
                shape = (outs, kernel, kernel, ins)

                def run(i):
                    at = i % places * apart
                    weights = pool[at:at + count].view(shape).permute(0, 3, 1, 2)
                    return torch.relu_(torch.nn.functional.conv2d(pixels, weights, bias, stride, kernel // 2))

                launches = 10
                graph = captured(run, launches)
                graph.replay()
                result["padded_ms" if padded else "as_is_ms"] = median_ms(graph.replay, 5) / launches
                del graph
            flops = 2.0 * int(row["out_h"]) * int(row["out_w"]) * out * c * kernel * kernel
            best = min(result.values())
            say("torch-layers", name, best, "ms", tflops=flops / best * 1e-9, **result)
        except Exception as problem:  # noqa: BLE001
            fail("torch-layers", name, problem)


def compiled(until):
    """One picture each; the first calls compile, and record a graph."""
    for kind, side in (("wide", 336), ("ddcolor-large", 512), ("wide", 560), ("ddcolor-tiny", 512)):
        name = f"{kind}-{side}"
        if time.monotonic() > until:
            return fail("torch-compile", name, "the time is over")
        try:
            torch._dynamo.reset()
            model = torch.compile(generator(kind), mode="reduce-overhead")
            pixels = torch.rand(1, 3, side, side, device="cuda").half().to(memory_format=torch.channels_last)
            begin = time.monotonic()
            for _ in range(3):
                model(pixels)
            torch.cuda.synchronize()
            say("torch-compile", name, median_ms(lambda: model(pixels), 10), "ms", first_s=time.monotonic() - begin)
        except Exception as problem:  # noqa: BLE001
            fail("torch-compile", name, problem)


def main():
    phase, until = sys.argv[1], time.monotonic() + float(sys.argv[2])
    torch.backends.cudnn.benchmark = True
    with torch.inference_mode():
        if phase == "passes":
            passes(until, (sys.argv[3] if len(sys.argv) > 3 else ",".join(SIDES)).split(","))
        elif phase == "layers":
            layers(until, (sys.argv[3] if len(sys.argv) > 3 else "wide-336,wide-560,deep-336,ddcolor-large-512").split(","))
        elif phase == "compile":
            compiled(until)
        else:
            sys.exit(2)


if __name__ == "__main__":
    main()
