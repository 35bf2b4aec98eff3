"""CIELAB's a and b of luma and chroma, in PyTorch, so that a loss can judge colours as eyes do and still has a gradient."""
import torch

# sRGB with D65 (IEC 61966-2-1): red, green, blue to X, Y, Z, each over that of white.
TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
WHITE = (0.9505, 1.0, 1.0890)


def lab_chroma(luma, chroma):
    """a and b (CIE 1976), N x 2 x h x w, of luma N x 1 x h x w in 0 to 255 and chroma N x 2 x h x w, (Cb, Cr) - 128 over 255.

    Colours outside of sRGB are clamped to it, as the engine does.
    """
    luma, blue, red = luma / 255, chroma[:, :1], chroma[:, 1:]
    rgb = torch.cat([luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue], 1)
    # Not quite to 0, where the cube root's slope has no end.
    rgb = rgb.clamp(1e-3, 1)
    linear = torch.where(rgb > 0.04045, ((rgb + 0.055) / 1.055) ** 2.4, rgb / 12.92)
    to_xyz = linear.new_tensor(TO_XYZ) / linear.new_tensor(WHITE)[:, None]
    xyz = torch.einsum("ij,njhw->nihw", to_xyz, linear).clamp(min=1e-4)
    root = torch.where(xyz > 0.008856, xyz ** (1 / 3), 7.787 * xyz + 16 / 116)
    return torch.cat([500 * (root[:, :1] - root[:, 1:2]), 200 * (root[:, 1:2] - root[:, 2:])], 1)
