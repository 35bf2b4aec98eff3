"""Spectral and weight norms folded into plain weights, as an engine or a race runs them."""
import torch


def fold_norms(model):
    for module in model.modules():
        for hook in list(module._forward_pre_hooks.values()):
            remove = {"SpectralNorm": torch.nn.utils.remove_spectral_norm,
                      "WeightNorm": torch.nn.utils.remove_weight_norm}.get(type(hook).__name__)
            if remove:
                remove(module)
    return model
