"""Makes ../golden/blur.safetensors: planes under OpenCV's Gaussian blur, edges repeated.

    source.N            H x W float32, noise of 0 to 255
    target.N            the same under a Gaussian of deviation.N pixels, whose weights end at three deviations
    deviation.N         one float32

Re-run, from the repository's root:   python tests/oracle/make_blur_cases.py     needs opencv-python-headless and safetensors
"""
import math
import pathlib

import cv2
import numpy as np
from safetensors.numpy import save_file

tensors = {}
random = np.random.default_rng(0)
for number, (height, width, deviation) in enumerate([(33, 40, 1.0), (13, 9, 0.7), (20, 31, 2.5), (1, 6, 1.0), (5, 1, 1.0), (2, 2, 3.0)]):
    source = random.uniform(0, 255, (height, width)).astype(np.float32)
    size = 2 * math.ceil(3 * deviation) + 1
    target = cv2.GaussianBlur(source.astype(np.float64), (size, size), deviation, borderType=cv2.BORDER_REPLICATE)
    tensors |= {f"source.{number}": source, f"target.{number}": target.astype(np.float32).reshape(height, width),
                f"deviation.{number}": np.array([deviation], np.float32)}
save_file(tensors, pathlib.Path(__file__).parent.parent / "golden" / "blur.safetensors")
