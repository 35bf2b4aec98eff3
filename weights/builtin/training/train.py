"""Trains the network on the arrays that prepare.py made.

    python train.py arrays lite.state --from

--from alone begins with the published weights. Without it, the encoder begins with ImageNet's weights and the decoder with none.
The state is saved from time to time. Where it is there already, the run resumes from it, and ends with the same weights as if nothing
had stopped it. ^C stops after the step that is under way, with exit code 1, because the training is not done. On a virtual machine,
see README.md for settings of the memory, which make a step faster.
"""
import argparse
import os
import pathlib

import torch

from recipe import configuration
from recipe.command import run
from recipe.learning.run import Run
from recipe.network.published_file import PUBLISHED
from recipe.photographs.arrays import open_arrays


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("arrays", type=pathlib.Path, help="the folder that prepare.py wrote")
    parser.add_argument("state", type=pathlib.Path, help="the file to save the state in, and to resume from")
    parser.add_argument("--from", dest="begin_with", type=pathlib.Path, metavar="FILE.safetensors", nargs="?", const=PUBLISHED,
                        help="a published file to begin with; default: the one of this project")
    parser.add_argument("--config", type=pathlib.Path, default=configuration.DEFAULT, help="default: the config.toml beside this file")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: one a core; another number rounds differently")
    arguments = parser.parse_args()

    # The softmax of the attention gives many shares that are nearly 0: denormal numbers, with which PyTorch's matrix product takes
    # ten times as long on x86. They count as 0 here. First of all, because threads take this setting over from the one that starts them.
    torch.set_flush_denormal(True)
    torch.set_num_threads(arguments.threads)
    training = Run(open_arrays(arguments.arrays), arguments.state, configuration.read(arguments.config), arguments.begin_with)
    return 0 if training.to_the_end() else 1


if __name__ == "__main__":
    run("train", main)
