"""Writes the file that the engine runs: batch norms folded, float16, the chosen temperature and scale inside.

    python export.py lite.state choice.json -o lite.safetensors

Prints how much the folding and the rounding to float16 change the chroma, the size, and the sha256 of the file.
"""
import argparse
import hashlib
import pathlib

import torch

from recipe.command import Failure, run
from recipe.evaluation import choice as choices
from recipe.learning import state_file
from recipe.learning.trainer import averaged_network
from recipe.network import batch_norms, published_file
from recipe.network.lite import Lite, chroma_of_scores

# Chroma over 255. Folding only rounds; more than this means that it is wrong.
LARGEST_FOLD_DIFFERENCE = 1e-4


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=pathlib.Path, help="the file that train.py saved")
    parser.add_argument("choice", type=pathlib.Path, help="the file that evaluate.py wrote")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True, metavar="FILE.safetensors", help="where to write")
    arguments = parser.parse_args()
    if arguments.output.suffix != ".safetensors":
        parser.error("the file to write must end in .safetensors, by which the engine knows it")

    state, choice = state_file.load(arguments.state), choices.read(arguments.choice)
    network, swatches = averaged_network(state), state["swatches"]
    # Luma of no picture, but with every value, for a difference that any picture may have.
    luma = torch.randn(1, 1, 160, 160, generator=torch.Generator().manual_seed(0))

    def put_out(one, colours):
        with torch.no_grad():
            return chroma_of_scores(one(luma), colours, choice.temperature)

    folded = batch_norms.fold(state["average"])
    plain = Lite(len(swatches))
    batch_norms.load_folded(plain, folded)
    trained = put_out(network, swatches * choice.scale)
    difference = (put_out(plain.eval(), swatches * choice.scale) - trained).abs().max().item()
    print(f"Batch norms folded: largest difference in chroma {difference:.1e}")
    if not difference <= LARGEST_FOLD_DIFFERENCE:
        raise Failure(f"Folding the batch norms of {arguments.state} changed the function. Nothing is written.")

    published_file.write(arguments.output, folded, swatches, choice)
    stored, stored_swatches, _ = published_file.load(arguments.output, choice.scale)
    difference = (put_out(stored, stored_swatches * choice.scale) - trained).abs().max().item()
    print(f"Rounded to float16: largest difference in chroma {difference:.1e}")
    contents = arguments.output.read_bytes()
    print(f"{arguments.output}: after {state['step']} steps, {len(contents)} bytes, sha256 {hashlib.sha256(contents).hexdigest()}")


if __name__ == "__main__":
    run("export", main)
