"""How large the pictures are and how fast the network learns in a step, from its number alone."""
import bisect
import math


def side_of(step, samples):
    """Pixels, of the network's input in this step. samples: the section [samples]."""
    return samples.sides[bisect.bisect_right(samples.side_starts, step / samples.steps) - 1]


def learning_rates(step, steps, optimizer):
    """The rates of the decoder and of the encoder: an even rise, then half a cosine (Loshchilov and Hutter, "SGDR", 2017)."""
    cosine = (1 + math.cos(math.pi * step / steps)) / 2
    share = optimizer.last_share + (1 - optimizer.last_share) * cosine
    rise = min(1, (step + 1) / optimizer.warm_up_steps) if optimizer.warm_up_steps else 1
    rate = optimizer.learning_rate * rise * share
    return rate, 0.0 if step < optimizer.decoder_alone_steps else rate * optimizer.encoder_share
