"""Writes the names, types and shapes of a generator's tensors, as wide.keys.tsv and deep.keys.tsv have them.

    for case in deep:resnet18:0.25 wide:resnet18:0.25 deep:resnet50:0.5 deep:resnet101:0.25 wide:resnet152:0.25; do
        IFS=: read kind encoder nf <<< $case
        python make_keys.py $kind $encoder $nf > $kind-$encoder.keys.tsv
    done
"""
import sys

from generator import Generator

kind, encoder, nf_factor = sys.argv[1], sys.argv[2], float(sys.argv[3])
for name, tensor in Generator(kind, encoder, nf_factor).state_dict().items():
    print(name, str(tensor.dtype).removeprefix("torch."), "x".join(map(str, tensor.shape)), sep="\t")
