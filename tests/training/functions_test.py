"""Tests of single functions of the recipe, which need no run. small_run_test.py runs them too."""
import math
import pathlib
import sys
import unittest

import numpy as np
import torch
from skimage.color import rgb2lab

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "weights" / "builtin" / "training")]

from recipe import configuration  # noqa: E402
from recipe.evaluation import choice, grid  # noqa: E402
from recipe.learning.colour import lab_chroma  # noqa: E402
from recipe.learning.losses import Criterion  # noqa: E402
from recipe.learning.samples import Sampler  # noqa: E402
from recipe.learning.schedule import learning_rates, side_of  # noqa: E402
from recipe.photographs.arrays import Arrays  # noqa: E402
from recipe.photographs.signatures import near_doubles  # noqa: E402
from recipe.photographs.swatches import rarity_weights  # noqa: E402


def numbers(section, **changes):
    """A section of the recipe's own configuration with some numbers changed."""
    found = getattr(configuration.read(), section)
    return type(found)(**{**vars(found), **changes})


class Functions(unittest.TestCase):
    def test_near_doubles_does_not_depend_on_the_size_of_blocks(self):
        # A row in which each is near to the one before, 0.995, and not to the one before that, 0.98: every second one stays.
        angles = np.arange(40) * np.arccos(0.995)
        row = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
        for block in (1, 3, 7, 64):
            np.testing.assert_array_equal(near_doubles(row, 0.99, block), np.arange(40) % 2 == 1, f"in blocks of {block}")

    def test_choice_follows_its_rule(self):
        points = [grid.Point(0.2, 1, 9.0, 22), grid.Point(0.4, 1, 9.2, 26), grid.Point(0.6, 1, 9.4, 30)]
        self.assertIs(choice.choose(points, 40, 0.5), points[0])
        self.assertIs(choice.choose(points, 40, 0.65), points[1])
        self.assertIs(choice.choose(points, 40, 0.9), points[2])

    def test_schedule(self):
        samples = numbers("samples", steps=20, sides=[64, 96], side_starts=[0.0, 0.5])
        self.assertEqual([side_of(step, samples) for step in (0, 9, 10, 19)], [64, 64, 96, 96])
        optimizer = numbers("optimizer", learning_rate=1e-3, warm_up_steps=4, last_share=0.01, encoder_share=0.3, decoder_alone_steps=2)
        # In the middle of the cosine: half of the way from the rate to its hundredth.
        decoder, encoder = learning_rates(50, 100, optimizer)
        self.assertAlmostEqual(decoder, 0.505e-3)
        self.assertAlmostEqual(encoder, 0.3 * 0.505e-3)
        # Half of the rise, and hardly any of the cosine.
        self.assertAlmostEqual(learning_rates(1, 10 ** 6, optimizer)[0], 0.5e-3)
        self.assertEqual([learning_rates(step, 100, optimizer)[1] > 0 for step in (0, 1, 2)], [False, False, True])

    def test_lab_is_that_of_scikit_image(self):
        rgb = np.random.default_rng(0).uniform(0.05, 0.95, (1, 500, 3))
        luma = rgb @ (0.299, 0.587, 0.114)
        chroma = np.stack([(rgb[..., 2] - luma) / 1.772, (rgb[..., 0] - luma) / 1.402])[None]
        ours = lab_chroma(torch.from_numpy(luma * 255)[None, None], torch.from_numpy(chroma))
        np.testing.assert_allclose(ours[0].permute(1, 2, 0), rgb2lab(rgb)[..., 1:], atol=0.1)

    def test_samples_keep_luma_and_chroma_together(self):
        # Ramps along x and y, with the same values in luma and in chroma: cut out, mirrored and resized, they stay the same.
        y, x = np.mgrid[0:32, 0:32]
        ramps = np.stack([40 + 5 * x, 40 + 5 * y, 60 + 2 * x + 3 * y]).astype(np.uint8)
        arrays = Arrays(luma=ramps.repeat(4, 1).repeat(4, 2), chroma=np.stack([ramps, ramps], 3), weight=np.array([1.0, 1.0, 0.0]),
                        held_out_luma=None, held_out_chroma=None, chroma_histogram=None, swatches=None, identity="")
        unworn = numbers("old_print", gamma_spread=0.0, contrast_spread=0.0, brightness_spread=0.0, soft_share=0.0, largest_grain=0.0)
        sampler = Sampler(arrays, numbers("samples", batch=16), unworn)
        rising = []
        for step in range(4):
            batch = sampler.draw(step, 96)
            self.assertEqual(batch.inputs.shape, (16, 1, 96, 96))
            self.assertEqual(batch.chroma.shape, (16, 2, 24, 24))
            for channel in range(2):
                self.assertLess((batch.chroma[:, channel] * 255 + 128 - batch.luma[:, 0]).abs().max(), 4)
            # Luma times 4 x 4 goes in as the network takes it.
            seen = torch.nn.functional.avg_pool2d(batch.inputs, 4) * 128 + 127
            self.assertLess((seen - batch.luma).abs().max(), 0.01)
            along_x = batch.luma[:, 0, 12, -1] - batch.luma[:, 0, 12, 0]
            along_y = batch.luma[:, 0, -1, 12] - batch.luma[:, 0, 0, 12]
            # The third picture has both ramps, and weight 0.
            self.assertTrue(((along_x.abs() < 10) != (along_y.abs() < 10)).all())
            rising += along_x[along_x.abs() > 10].sign().tolist()
            self.assertTrue((along_y[along_y.abs() > 10] > 0).all(), "turned upside down")
        self.assertEqual(set(rising), {1.0, -1.0}, "mirrored always or never")
        self.assertTrue(torch.equal(sampler.draw(3, 96).inputs, batch.inputs))
        self.assertFalse(torch.equal(sampler.draw(4, 96).inputs, batch.inputs))

    def test_losses_of_a_picture_that_can_be_reckoned_by_hand(self):
        # Two swatches; every pixel is the first; the scores are even, so the colour put out lies half-way.
        swatches = torch.tensor([[0.1, 0.0], [-0.1, 0.0]])
        settings = numbers("loss", neighbours=1, lab_weight=0.0, edge_weight=0.0)
        chroma = swatches[0].reshape(1, 2, 1, 1).expand(1, 2, 8, 8)
        scores, luma = torch.zeros(1, 2, 8, 8), torch.full((1, 1, 8, 8), 128.0)
        losses = Criterion(swatches, torch.tensor([3.0, 1.0]), settings).losses(scores, luma, chroma)
        self.assertAlmostEqual(losses.cross_entropy.item(), math.log(2), 5)
        self.assertAlmostEqual(losses.total.item(), 3 * math.log(2), 5)
        true, grey = lab_chroma(luma, chroma)[0, :, 0, 0], lab_chroma(luma, torch.zeros_like(chroma))[0, :, 0, 0]
        self.assertAlmostEqual(losses.lab_distance.item(), math.sqrt(1 + (true - grey).square().sum()), 3)

        # A step of 0.2 in chroma that is not put out: nothing but that, and less of it where luma has a step too.
        settings = numbers("loss", neighbours=1, lab_weight=0.0, edge_weight=1.0, edge_luma=6.0)
        criterion = Criterion(swatches, torch.zeros(2), settings)
        halves = chroma.clone()
        halves[..., 4:] = swatches[1].reshape(1, 2, 1, 1)
        # One of the seven columns of steps to the right.
        self.assertAlmostEqual(criterion.losses(scores, luma, halves).total.item(), 0.2 / 7, 5)
        stepped = luma.clone()
        stepped[..., 4:] += 6
        self.assertAlmostEqual(criterion.losses(scores, stepped, halves).total.item(), 0.2 / 7 / math.e, 5)

    def test_rarity_weights_favour_rare_colours_and_have_the_mean_1(self):
        frequency = np.array([0.7, 0.2, 0.1, 0.0])
        weights = rarity_weights(frequency, 1.0, 0.5)
        self.assertAlmostEqual((weights * frequency).sum(), 1)
        # Half the frequency and an eighth, one over it.
        np.testing.assert_allclose(weights / weights[0], [1, 0.475 / 0.225, 0.475 / 0.175, 0.475 / 0.125])
        np.testing.assert_allclose(rarity_weights(frequency, 0.0, 0.5), np.ones(4))


if __name__ == "__main__":
    unittest.main(verbosity=2)
