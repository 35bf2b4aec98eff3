"""One engine in a process of its own, told what to do on the standard input; bench/forward.cpp is the same of ours.

    python worker.py ENGINE MODELS GENERATOR SIDE THREADS      ENGINE: torch, onnxruntime, openvino or ncnn

    run       one forward pass; answers its seconds
    write F   the last output as raw float32 to file F; answers "written"
    memory    answers the most bytes that this process has had resident

lite's attention makes denormal numbers (a softmax of 1e-40), with which x86 computes ten times as slowly. Every engine is told to take
them for zero, as people who use it for this would; ncnn does so by itself (its option flush_denormals is 3).
"""
import pathlib
import sys
import time

import numpy as np


def torch_engine(stem, shape, threads):
    import torch
    torch.set_flush_denormal(True)  # before the pool's threads are made: they inherit it
    torch.set_num_threads(threads)
    # What PyTorch offers for inference: the traced graph, frozen and optimised.
    model = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.load(f"{stem}.pt").eval()))

    def run(pixels):
        with torch.inference_mode():
            return model(torch.from_numpy(pixels)).numpy()
    return run


def onnxruntime_engine(stem, shape, threads):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    session = onnxruntime.InferenceSession(f"{stem}.onnx", options, providers=["CPUExecutionProvider"])
    return lambda pixels: session.run(None, {"input": pixels})[0]


def openvino_engine(stem, shape, threads):
    import openvino
    core = openvino.Core()
    model = core.compile_model(f"{stem}.onnx", "CPU", {
        "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32",
        "CPU_DENORMALS_OPTIMIZATION": True})
    request = model.create_infer_request()
    return lambda pixels: next(iter(request.infer({0: pixels}).values()))


def ncnn_engine(stem, shape, threads):
    import ncnn
    net = ncnn.Net()
    net.opt.num_threads = threads
    # float32 throughout, like the others.
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    net.load_param(f"{stem}.ncnn.param")
    net.load_model(f"{stem}.ncnn.bin")

    def run(pixels):
        with net.create_extractor() as extractor:
            extractor.input("in0", ncnn.Mat(pixels[0]))
            return np.array(extractor.extract("out0")[1])[None]
    return run


def peak_memory():
    # Not getrusage: its figure includes what the process was forked from.
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))


def main():
    engine, models, kind, side, threads = sys.argv[1:]
    side, threads = int(side), int(threads)
    shape = (1, 3 if kind in ("wide", "deep") else 1, side, side)
    stem = pathlib.Path(models) / f"{kind}-{side}"
    pixels = np.fromfile(f"{stem}.input", dtype=np.float32).reshape(shape)
    # ncnn's files have no dash in their names: pnnx replaces it.
    run = globals()[f"{engine}_engine"](stem.with_name(stem.name.replace("-", "_")) if engine == "ncnn" else stem, shape, threads)
    output = run(pixels)
    print("ready", flush=True)
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "run":
            start = time.perf_counter()
            output = run(pixels)
            print(time.perf_counter() - start, flush=True)
        elif command == "write":
            np.ascontiguousarray(output, dtype=np.float32).tofile(argument)
            print("written", flush=True)
        elif command == "memory":
            print(peak_memory(), flush=True)


if __name__ == "__main__":
    main()
