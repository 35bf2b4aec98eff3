"""Runs the training recipe of `lite` from pictures to a file that the engine takes, small enough for three minutes on two cores.

    python tests/training/small_run_test.py build/release/apps/colourize

Needs the virtual environment of weights/builtin/training/README.md. The pictures are cut out of those that come with scikit-image.
"""
import argparse
import copy
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import unittest

import numpy as np
import safetensors.torch
import torch
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RECIPE = ROOT / "weights" / "builtin" / "training"
PUBLISHED = ROOT / "weights" / "builtin" / "lite.safetensors"
sys.path[:0] = [str(RECIPE), str(ROOT / "tests" / "oracle")]

import lite as oracle  # noqa: E402
from efficientnet_lite0 import efficientnet_lite0  # noqa: E402
from functions_test import Functions  # noqa: E402, F401
from pictures_to_find import make_pictures, scikit_image_picture  # noqa: E402
from recipe import configuration  # noqa: E402
from recipe.learning import start  # noqa: E402
from recipe.learning.losses import Criterion  # noqa: E402
from recipe.learning.samples import Sampler  # noqa: E402
from recipe.learning.trainer import Trainer, averaged_network  # noqa: E402
from recipe.network.lite import chroma_of_scores  # noqa: E402
from recipe.photographs.arrays import open_arrays  # noqa: E402

ENGINE = THREADS = None

# Small sides, few steps, and a state saved often enough to be killed between two.
SMALL = {"side": 128, "count": 48, "statistics_batches": 2, "statistics_side": 64, "steps": 20, "batch": 4, "sides": [64, 96],
         "side_starts": [0.0, 0.5], "warm_up_steps": 5, "report_steps": 1, "save_steps": 5, "evaluate_steps": 10,
         "held_out_pictures": 4, "render_factor": 8, "temperatures": [0.35, 0.7], "scales": [0.8, 1.2]}


def write_config(path, **changes):
    """The recipe's own config.toml with some numbers changed."""
    text = configuration.DEFAULT.read_text(encoding="utf-8")
    for name, value in {**SMALL, **changes}.items():
        text, count = re.subn(rf"^{name} = [^#]*", f"{name} = {value}  ", text, flags=re.MULTILINE)
        assert count == 1, f"{name} stands {count} times in config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def command(name, *arguments):
    return [sys.executable, str(RECIPE / f"{name}.py"), *map(str, arguments)]


def run(name, *arguments):
    """Runs a command of the recipe. Returns its exit code, and what it printed."""
    done = subprocess.run(command(name, *arguments), capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def run_until(line, number, name, *arguments):
    """Starts a command, sends it a signal when it prints such a line, and waits. Returns its exit code, and what it printed."""
    with subprocess.Popen(command(name, *arguments), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        printed = ""
        for printed_line in process.stdout:
            printed += printed_line
            if printed_line.startswith(line):
                process.send_signal(number)
                line = "\0"
    return process.returncode, printed


class SmallRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        make_pictures(cls.folder)
        cls.config = write_config(cls.folder / "config.toml")
        cls.pictures = [cls.folder / "photographs", f"{cls.folder / 'planted'}=0.5", "--held-out", cls.folder / "held-out",
                        "--config", cls.config]
        cls.arrays, cls.state = cls.folder / "arrays", cls.folder / "undisturbed.state"
        cls.prepared = run("prepare", *cls.pictures, "-o", cls.arrays)
        cls.training = ["--from", PUBLISHED, "--config", cls.config, "--threads", THREADS]
        cls.trained = run("train", cls.arrays, cls.state, *cls.training)
        cls.choice, cls.exported = cls.folder / "choice.json", cls.folder / "exported.safetensors"
        cls.evaluated = run("evaluate", cls.state, "--choose-on", cls.folder / "held-out/choose", "--report-on",
                            cls.folder / "held-out/report", "-o", cls.choice, "--config", cls.config, "--threads", THREADS)
        cls.export = run("export", cls.state, cls.choice, "-o", cls.exported)
        for code, printed in (cls.prepared, cls.trained, cls.evaluated, cls.export):
            assert code == 0, printed

    @staticmethod
    def load(path):
        return torch.load(path, weights_only=True)

    # ---- prepare.py

    def test_prepare_keeps_the_good_and_counts_the_others_by_reason(self):
        photographs, planted = self.prepared[1].splitlines()[-4:-2]
        self.assertTrue(photographs.endswith("(weight 1): found 49, kept 48; left out: near double 1"), photographs)
        self.assertTrue(planted.endswith("(weight 0.5): found 11, kept 0; left out: unreadable 2, too small 1, too long 1, grey 2, "
                                         "one tint 1, graphic 1, like a held-out one 2, near double 1"), planted)

    def test_prepare_stores_luma_and_chroma_as_the_engine_sees_them(self):
        arrays = open_arrays(self.arrays)
        self.assertEqual(arrays.luma.shape, (48, 128, 128))
        self.assertEqual(arrays.chroma.shape, (48, 32, 32, 2))
        self.assertEqual(len(arrays.held_out_luma), 6)
        names = [line.split("\t")[1] for line in (self.arrays / "pictures.tsv").read_text().splitlines()]
        picture = Image.open(self.folder / "photographs" / "00.png")
        place = names.index("00.png")
        pillows = np.asarray(picture.convert("L").resize((128, 128), Image.Resampling.BILINEAR)).astype(int)
        self.assertLessEqual(np.abs(arrays.luma[place] - pillows).max(), 1)
        self.assertLess(np.abs(arrays.luma[place] - pillows).mean(), 0.3)
        # BT.601 (JFIF 1.02), and 160 pixels in 32 areas of 5 x 5.
        red, green, blue = np.moveaxis(np.asarray(picture, np.float64), 2, 0)
        luma = 0.299 * red + 0.587 * green + 0.114 * blue
        chroma = np.dstack([(blue - luma) / 1.772, (red - luma) / 1.402]) + 128
        self.assertLess(np.abs(arrays.chroma[place] - chroma.reshape(32, 5, 32, 5, 2).mean((1, 3))).max(), 0.501)
        self.assertAlmostEqual(arrays.chroma_histogram.sum(), 1, 9)
        self.assertEqual(arrays.swatches.shape, (48, 2))
        self.assertEqual(len(np.unique(arrays.swatches, axis=0)), 48)
        self.assertLess(np.abs(arrays.swatches).max(), 0.5)

    def test_prepare_killed_goes_on_and_gives_the_same_arrays(self):
        arguments = [*self.pictures, "-o", self.folder / "again"]
        code, printed = run_until(f"{self.folder / 'photographs'}: ", signal.SIGKILL, "prepare", *arguments)
        self.assertEqual(code, -signal.SIGKILL)
        self.assertFalse((self.folder / "again").exists())
        code, printed = run("prepare", *arguments)
        self.assertEqual(code, 0, printed)
        self.assertNotIn("photographs: 49 of 49 read", printed, "what was read already is read again")
        files = sorted(path.name for path in self.arrays.iterdir())
        self.assertEqual(files, sorted(path.name for path in (self.folder / "again").iterdir()))
        for name in files:
            self.assertEqual((self.arrays / name).read_bytes(), (self.folder / "again" / name).read_bytes(), name)

    # ---- train.py

    def test_stopped_and_killed_training_ends_with_the_same_weights(self):
        state = self.folder / "disturbed.state"
        code, printed = run_until("step 3 of", signal.SIGTERM, "train", self.arrays, state, *self.training)
        self.assertEqual(code, 1, printed)
        self.assertRegex(printed, r"Stopped after step \d+ of 20\.")
        stopped = self.load(state)["step"]
        self.assertIn(stopped, range(3, 20))
        code, printed = run_until("step 12 of", signal.SIGKILL, "train", self.arrays, state, *self.training)
        self.assertEqual(code, -signal.SIGKILL)
        self.assertIn(f"after step {stopped}.", printed)
        # A state is saved every 5 steps, and the signal may arrive a little later than the line.
        self.assertIn(self.load(state)["step"], (10, 15))
        code, printed = run("train", self.arrays, state, *self.training)
        self.assertEqual(code, 0, printed)
        self.assert_same(self.load(self.state), self.load(state), "state")

    def assert_same(self, one, other, where):
        """Equal to the bit, however deep."""
        self.assertEqual(type(one), type(other), where)
        if isinstance(one, dict):
            self.assertEqual(one.keys(), other.keys(), where)
            for key in one:
                self.assert_same(one[key], other[key], f"{where} {key}")
        elif isinstance(one, list):
            self.assertEqual(len(one), len(other), where)
            for number, pair in enumerate(zip(one, other)):
                self.assert_same(*pair, f"{where} {number}")
        elif isinstance(one, torch.Tensor):
            self.assertTrue(torch.equal(one, other), where)
        else:
            self.assertEqual(one, other, where)

    def test_from_the_published_file_begins_with_its_function(self):
        config = write_config(self.folder / "no-steps.toml", steps=0)
        state = self.folder / "begun.state"
        code, printed = run("train", self.arrays, state, "--from", PUBLISHED, "--config", config, "--threads", THREADS)
        self.assertEqual(code, 0, printed)
        begun = self.load(state)
        # Measured statistics, not those that only add the bias.
        self.assertGreater(begun["average"]["conv3.norm.running_mean"].abs().max(), 0.01)
        published, temperature = read_into_oracle(PUBLISHED)
        scale = configuration.read(config).start.swatch_scale
        for picture in open_arrays(self.arrays).held_out_luma:
            luma = (torch.from_numpy(picture.copy()).float()[None, None] - 127) / 128
            with torch.no_grad():
                ours = chroma_of_scores(averaged_network(begun)(luma), begun["swatches"] * scale, temperature)
                self.assertLess((ours - published(luma, temperature)).abs().max(), 1e-4)

    def test_bias_correction_takes_out_the_weights_logarithm(self):
        arrays, biases = open_arrays(self.arrays), []
        for correction in (0.0, 1.0):
            numbers = configuration.read(write_config(self.folder / "corrected.toml", bias_correction=correction))
            sampler = Sampler(arrays, numbers.samples, numbers.old_print)
            network, swatches = start.from_published(PUBLISHED, arrays, sampler, numbers)
            biases.append(network.head.bias.detach().double().numpy())
        colours = np.argwhere(arrays.chroma_histogram > 0)
        nearest = (((colours[:, None] - 128) / 255 - swatches.numpy()) ** 2).sum(2).argmin(1)
        frequency = np.bincount(nearest, arrays.chroma_histogram[tuple(colours.T)], len(swatches))
        weights = (0.5 * frequency + 0.5 / len(swatches)) ** -0.6
        weights /= (weights * frequency).sum()
        self.assertGreater(np.log(weights).max(), 0.3)
        np.testing.assert_allclose(biases[0] - biases[1], np.log(weights), atol=1e-4)

    def test_imagenet_gives_the_encoder_its_function(self):
        torch.set_num_threads(THREADS)
        network, _ = start.from_imagenet(open_arrays(self.arrays), 0)
        luma = torch.rand(1, 1, 96, 96, generator=torch.Generator().manual_seed(0)) * 2 - 1
        with torch.no_grad():
            for ours, theirs in zip(network.encoder(luma), efficientnet_lite0(luma.expand(1, 3, 96, 96)), strict=True):
                self.assertEqual(ours.shape, theirs.shape)
                self.assertLess((ours - theirs).abs().max(), 1e-3 * theirs.abs().max())

    def test_learning_lowers_the_loss_and_a_loss_that_is_not_finite_changes_nothing(self):
        torch.set_num_threads(THREADS)
        numbers, arrays = configuration.read(self.config), open_arrays(self.arrays)
        network, swatches = start.from_imagenet(arrays, 0)
        trainer = Trainer(network, Criterion(swatches, torch.ones(len(swatches)), numbers.loss), 40, numbers.optimizer)
        batch = Sampler(arrays, numbers.samples, numbers.old_print).draw(0, 64)
        totals = [trainer.learn(batch).total.item() for _ in range(16)]
        self.assertLess(totals[-1], 0.8 * totals[0])

        before = copy.deepcopy([trainer.network.state_dict(), trainer.average])
        batch.inputs[0, 0, 0, 0] = float("nan")
        self.assertIsNone(trainer.learn(batch))
        self.assertEqual(trainer.step, 17)
        self.assert_same(before, [trainer.network.state_dict(), trainer.average], "after the skipped step")

    def test_training_changed_the_weights(self):
        published, _ = read_into_oracle(PUBLISHED)
        trained = self.load(self.state)["average"]["head.weight"]
        self.assertGreater((trained - published.head.weight).abs().max(), 1e-3)

    # ---- evaluate.py and export.py

    def test_evaluate_reports_what_the_engine_makes(self):
        chosen = json.loads(self.choice.read_text())
        self.assertIn(chosen["temperature"], SMALL["temperatures"])
        self.assertIn(chosen["scale"], SMALL["scales"])
        self.assertEqual(chosen["chosen_on"]["pictures"], 3)
        differences = []
        for path in sorted((self.folder / "held-out/report").iterdir()):
            result = self.folder / f"engine-{path.name}"
            subprocess.run([ENGINE, path, "-o", result, "--model", self.exported, "--device", "reference"], check=True,
                           capture_output=True)
            original, coloured = (np.asarray(Image.open(file).convert("RGB")) for file in (path, result))
            differences.append(deltaE_ciede2000(rgb2lab(original), rgb2lab(coloured)).mean())
        self.assertLess(abs(np.mean(differences) - chosen["reported_on"]["ciede2000"]), 0.02)
        self.assertGreater(abs(np.mean(differences) - chosen["reported_on"]["ciede2000_of_grey"]), 0.1)

    def test_evaluate_refuses_to_report_on_what_it_chose_on(self):
        both = self.folder / "held-out/choose"
        code, printed = run("evaluate", self.state, "--choose-on", both, "--report-on", both, "-o", self.folder / "bad.json",
                            "--config", self.config)
        self.assertEqual(code, 1)
        self.assertIn("resembles a picture of the other folders", printed)
        self.assertFalse((self.folder / "bad.json").exists())

    def test_engine_gives_pytorchs_numbers_for_the_exported_file(self):
        network, temperature = read_into_oracle(self.exported)
        self.assertEqual(temperature, json.loads(self.choice.read_text())["temperature"])
        photograph = scikit_image_picture("astronaut.png").convert("L")
        for side in (128, 160):
            luma = np.stack([photograph.resize((side, side), Image.Resampling.BILINEAR, box)
                             for box in ((0, 0, 512, 512), (100, 20, 356, 276))])
            luma = (torch.from_numpy(luma).float()[:, None] - 127) / 128
            source, result = self.folder / f"in-{side}.safetensors", self.folder / f"out-{side}.safetensors"
            safetensors.torch.save_file({"input": luma}, source)
            subprocess.run([ENGINE, "infer", source, "-o", result, "--model", self.exported, "--device", "reference"], check=True,
                           capture_output=True)
            with torch.no_grad():
                expected = network(luma, temperature)
            self.assertGreater(expected.abs().max(), 0.05, "hardly any chroma: that would prove little")
            self.assertLess((safetensors.torch.load_file(result)["output"] - expected).abs().max(), 2e-4)

    def test_export_says_what_is_in_the_file(self):
        with safetensors.safe_open(self.exported, "pt") as file:
            metadata, types = file.metadata(), {file.get_tensor(name).dtype for name in file.keys()}
        chosen = json.loads(self.choice.read_text())
        self.assertEqual(types, {torch.float16})
        self.assertEqual(metadata, {
            "generator": "lite", "temperature": str(chosen["temperature"]), "swatch_scale": f"{chosen['scale']:g}", "luma_mean": "127",
            "luma_scale": "128", "chroma": "(Cb, Cr) - 128 over 255", "render_factor": "8",
            "input_blur": "1", "least_input_range": "140", "licence": "MIT",
            "encoder": "EfficientNet-Lite0, Apache-2.0"})
        # As many values as the published file has, of which the number of swatches is the same.
        self.assertEqual(self.exported.stat().st_size // 10000, PUBLISHED.stat().st_size // 10000)

    # ---- what a person does wrong

    def test_mistakes_get_a_sentence_and_their_exit_code(self):
        misspelt = self.folder / "misspelt.toml"
        misspelt.write_text(self.config.read_text().replace("warm_up_steps", "warmup_steps"))
        other = write_config(self.folder / "other.toml", learning_rate=0.002)
        for code, sentence, arguments in (
                (1, "lacks 'warm_up_steps'", ["train", self.arrays, self.folder / "x.state", "--config", misspelt]),
                (1, "learning_rate in [optimizer]", ["train", self.arrays, self.state, "--config", other]),
                (1, "holds no arrays", ["train", self.folder, self.folder / "x.state"]),
                (1, "is not a state", ["export", self.choice, self.choice, "-o", self.folder / "x.safetensors"]),
                (1, "holds no picture", ["prepare", self.folder / "photographs", "--held-out", self.arrays, "-o", self.folder / "x"]),
                (1, "is there already", ["prepare", *self.pictures, "-o", self.arrays]),
                (2, "name pictures to choose them on", ["evaluate", self.state, "--report-on", self.folder / "held-out"])):
            with self.subTest(sentence):
                result, printed = run(*arguments)
                self.assertEqual(result, code, printed)
                self.assertIn(sentence, printed)
                self.assertNotIn("Traceback", printed)


def read_into_oracle(path):
    """The network of tests/oracle/lite.py with a file's float16 weights read as float32, and the file's temperature."""
    with safetensors.safe_open(path, "pt") as file:
        tensors, metadata = {name: file.get_tensor(name).float() for name in file.keys()}, file.metadata()
    network = oracle.Lite(len(tensors["swatches"]))
    network.load_state_dict(tensors)
    return network.eval(), float(metadata["temperature"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", help="the program, build/release/apps/colourize")
    parser.add_argument("--threads", type=int, default=1, help="of training; default: 1")
    arguments, others = parser.parse_known_args()
    ENGINE, THREADS = arguments.engine, arguments.threads
    unittest.main(argv=[sys.argv[0], *others], verbosity=2)
