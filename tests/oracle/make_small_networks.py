"""Makes ../golden/{kind}-{encoder}.golden.safetensors: the generators with other encoders and narrower decoders.

As make_golden.py, whose files cover the published networks: the stored tensors of the recipe, `input.S` and `output.S`
(1 x 3 x S x S float32). S = 48 is an odd render factor: it takes the nearest-resize path.

For each output it also prints how far float32 lies from float64, with the same weights: the rounding that no engine can
be blamed for. It refuses to store outputs that are flat, saturated or badly conditioned.

Re-run, from the repository's root:   python tests/oracle/make_small_networks.py
"""
import pathlib

import torch
from PIL import Image
from safetensors.torch import save_file
from skimage import data

import photo
import recipe
from generator import Generator

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"
CASES = [("deep", "resnet18", 0.25), ("wide", "resnet18", 0.25), ("deep", "resnet50", 0.5),
         ("deep", "resnet101", 0.25), ("wide", "resnet152", 0.25)]
SIZES = (48, 64)

torch.set_num_threads(1)
photos = [Image.fromarray(pixels).convert("RGB") for pixels in (data.astronaut(), data.camera())]

for kind, encoder, nf_factor in CASES:
    torch.manual_seed(0)   # the power iterations start from random vectors
    generator = Generator(kind, encoder, nf_factor)
    recipe.fill(generator, kind)
    tensors = recipe.calibrate(generator, kind, torch.cat([photo.to_tensor(p, 128) for p in photos]))
    with torch.no_grad():
        for size in SIZES:
            x = photo.to_tensor(photos[0], size)
            tensors[f"input.{size}"], tensors[f"output.{size}"] = x, generator(x)
        generator.double()
        for size in SIZES:
            output = tensors[f"output.{size}"]
            error = (generator(tensors[f"input.{size}"].double()) - output).abs().max().item()
            edge = (output.abs() > 2.9).float().mean().item()
            print(f"{kind}-{encoder} {nf_factor} {size}: mean {output.mean():.4f}, std {output.std():.4f}, within "
                  f"{output.min():.3f} .. {output.max():.3f}, saturated {edge:.2%}, float32 error {error:.1e}", flush=True)
            assert output.isfinite().all() and 0.1 < output.std() < 3 and edge < 0.1 and error < 1e-4
    print(f"  {sum(p.numel() for p in generator.parameters()) / 1e6:.1f} M parameters", flush=True)
    save_file({name: t.contiguous() for name, t in tensors.items()}, GOLDEN / f"{kind}-{encoder}.golden.safetensors",
              {"kind": kind, "encoder": encoder, "nf_factor": str(nf_factor),
               "photo": "scikit-image astronaut (NASA, public domain)"})
