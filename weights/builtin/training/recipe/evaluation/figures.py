"""The two figures that a coloured picture is judged by: how near it is to the original, and how colourful."""
import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab


def ciede2000(original, result):
    """The mean colour difference over all pixels, CIEDE2000 (Sharma, Wu and Dalal 2005). Both: h x w x 3, RGB, uint8."""
    return float(deltaE_ciede2000(rgb2lab(original), rgb2lab(result)).mean())


def colourfulness(picture):
    """M(3) of Hasler and Suesstrunk, "Measuring colourfulness in natural images", 2003, of h x w x 3, RGB, uint8. 0 is grey."""
    red, green, blue = np.moveaxis(picture.astype(np.float64), 2, 0)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    return float(np.hypot(red_green.std(), yellow_blue.std()) + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))
