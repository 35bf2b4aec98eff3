"""The cases of kernels/operations/attention.h."""
import torch.nn.functional as F

from operation_case import Case


def attention(note, queries, keys, channels, heads, pictures=1, spread=1.0):
    """Softmax over the KEYS. `queries` and `keys`: their rows and columns."""
    case = Case("attention", note, heads=heads)
    query = case.draw("query", pictures, channels, *queries, spread=spread)
    key = case.draw("key", pictures, channels, *keys, spread=spread)
    value = case.draw("value", pictures, channels, *keys)
    # N x C x H x W to N x heads x positions x d: a head's channels are neighbours.
    q, k, v = (x.view(pictures, heads, channels // heads, -1).transpose(2, 3) for x in (query, key, value))
    # Large logits must overflow even float64's exp (709.8), for at least one key of each query.
    assert spread == 1 or ((q @ k.transpose(2, 3)).amax(3) / (channels // heads) ** 0.5 > 710).all()
    y = F.scaled_dot_product_attention(q, k, v)
    case.keep("output", y.transpose(2, 3).reshape(pictures, channels, *queries))


def cases():
    attention("one key, whose value is all that there is", (3, 3), (1, 1), 32, 2)
    attention("one query, one head of 32 channels", (1, 1), (7, 9), 32, 1)
    attention("100 queries to one another, as a decoder's", (1, 100), (1, 100), 64, 2)
    attention("two pictures, 65 keys, three heads of 8 channels", (5, 3), (5, 13), 24, 3, pictures=2)
    attention("logits beyond what exp can take", (4, 8), (9, 15), 64, 2, spread=30)
    attention("heads of 40 channels, more queries than a block of any backend has", (3, 47), (3, 22), 80, 2)
    attention("heads of one channel", (2, 3), (4, 5), 3, 3)
    attention("heads of 5 channels, so many keys that they are joined from chunks", (3, 6), (35, 59), 10, 2)
    attention("a head of 67 channels", (2, 5), (3, 7), 67, 1)
    attention("a head of 32 channels, so many keys that they are joined from chunks", (2, 4), (7, 154), 32, 1)
