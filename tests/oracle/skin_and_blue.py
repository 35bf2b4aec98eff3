"""Prints the colours that tests/engine/photo/figures/skin_test.cpp tries: those on both sides of each bound of skin's
rules, and Munsell's chips, whose families have names.

The matrix is that of ITU-R BT.601-7 as it is published, for R'G'B' of 0 to 1 and samples of 16 to 240. The chips'
colours are Newhall, Nickerson and Judd's of 1943 ("Final report of the O.S.A. subcommittee on the spacing of the
Munsell colors"), as the package colour-science has them, taken from illuminant C to sRGB's D65 (Bradford).

Re-run, from the repository's root:   python tests/oracle/skin_and_blue.py     needs numpy and colour-science 0.4.7
"""
import itertools
import warnings

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import colour
    from colour.notation.datasets.munsell import MUNSELL_COLOURS_ALL

CB, CR = np.array([-37.797, -74.203, 112.0]) / 255, np.array([112.0, -93.786, -18.214]) / 255

# Kovac, Peer and Solina 2003, uniform daylight. Their |R - G| > 15, R > G and max - min > 15 follow from R - G > 15,
# and R > B from that and Cb <= 127. So does Cr >= 133 of the rule below: 255 (Cr - 128) is 112 (R - G) + 18.2 (G - B),
# and B is hardly above G.
DAYLIGHT = {"R > 95": lambda r, g, b: r > 95, "G > 40": lambda r, g, b: g > 40, "B > 20": lambda r, g, b: b > 20,
            "R - G > 15": lambda r, g, b: r - g > 15}
# Chai and Ngan 1999; the samples are whole numbers.
CHROMA = {"Cb >= 77": lambda r, g, b: sample(CB, r, g, b) > 76.5,
          "Cb <= 127": lambda r, g, b: sample(CB, r, g, b) < 127.5,
          "Cr <= 173": lambda r, g, b: sample(CR, r, g, b) < 173.5}
RULES = {**DAYLIGHT, **CHROMA}


def sample(row, r, g, b):
    return 128 + row @ np.array([r, g, b])


def is_skin_but_for(rule, colour_):
    return all(holds(*colour_) for name, holds in RULES.items() if name != rule)


def print_bounds():
    """For each rule two colours one step of one channel apart, of which it alone refuses the second."""
    random = np.random.default_rng(0)
    for rule, holds in RULES.items():
        while True:
            inside = [int(value) for value in random.integers(0, 256, 3)]
            if not (holds(*inside) and is_skin_but_for(rule, inside)):
                continue
            steps = itertools.product(range(3), (-1, 1))
            near = [[value + step * (i == channel) for i, value in enumerate(inside)] for channel, step in steps]
            found = [outside for outside in near if 0 <= min(outside) and max(outside) <= 255
                     and not holds(*outside) and is_skin_but_for(rule, outside)]
            if found:
                print(f'{{"{rule}", {{{", ".join(map(str, inside))}}}, {{{", ".join(map(str, found[0]))}}}}},')
                break


def print_chips():
    white = colour.CCS_ILLUMINANTS["CIE 1931 2 Degree Standard Observer"]["C"]
    for (hue, value, chroma), (x, y, luminance) in MUNSELL_COLOURS_ALL:
        if value != 5 or chroma not in (2, 4, 6) or not hue.startswith(("5", "10B", "10PB")):
            continue
        tristimulus = colour.xyY_to_XYZ([x, y, luminance / 100])
        _, ab, angle = colour.models.Lab_to_LCHab(colour.XYZ_to_Lab(tristimulus, white))
        rgb = colour.XYZ_to_sRGB(tristimulus, white, chromatic_adaptation_transform="Bradford") * 255
        if rgb.min() < 0 or rgb.max() > 255:
            continue
        numbers = ", ".join(str(round(float(channel))) for channel in rgb)
        print(f'{{"{hue} {value:.0f}/{chroma:.0f}", {{{numbers}}}}},  hue {angle:.1f}, chroma {ab:.1f}')


if __name__ == "__main__":
    print_bounds()
    print_chips()
