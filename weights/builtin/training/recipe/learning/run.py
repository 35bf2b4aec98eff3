"""A training run from its start, or from where it was stopped, to its end."""
import pathlib
import time

import torch

from recipe.command import Failure
from recipe.learning import held_out, start, state_file
from recipe.learning.interruption import Interruption
from recipe.learning.losses import Criterion
from recipe.learning.progress import RemainingTime, Report
from recipe.learning.samples import Sampler
from recipe.learning.schedule import side_of
from recipe.learning.trainer import Trainer
from recipe.network.lite import Lite
from recipe.photographs.swatches import frequencies, rarity_weights

# One bad step is an accident; so many in a row mean that no good one will follow.
MOST_SKIPPED = 20


class Run:
    def __init__(self, arrays, path, configuration, begin_with=None):
        """arrays: Arrays; path: of the state; begin_with: a published file, or None for ImageNet's encoder.

        Where the state is there already, the run resumes from it, and begin_with is not looked at.
        """
        self._arrays, self._path, self._configuration = arrays, pathlib.Path(path), configuration
        self._sampler = Sampler(arrays, configuration.samples, configuration.old_print)
        state = None
        if self._path.exists():
            state = state_file.load(self._path)
            state_file.check_same_run(self._path, state, configuration.decides_weights(), arrays.identity)
            self._swatches = state["swatches"]
            network = Lite(len(self._swatches))
        elif begin_with is not None:
            network, self._swatches = start.from_published(begin_with, arrays, self._sampler, configuration)
        else:
            network, self._swatches = start.from_imagenet(arrays, configuration.samples.seed)
        loss = configuration.loss
        frequency = frequencies(arrays.chroma_histogram, self._swatches.numpy())
        rarity = torch.from_numpy(rarity_weights(frequency, loss.rare_colour_power, loss.uniform_share)).float()
        self._criterion = Criterion(self._swatches, rarity, loss)
        self._trainer = Trainer(network, self._criterion, configuration.samples.steps, configuration.optimizer)
        if state is not None:
            self._trainer.resume_from(state)
            print(f"Resumes from {self._path} after step {self._trainer.step}.")

    def to_the_end(self):
        """Trains until all steps are done, or until someone asks to stop. Returns whether they are all done."""
        trainer, samples, progress = self._trainer, self._configuration.samples, self._configuration.progress
        interruption, remaining = Interruption(), RemainingTime(samples)
        self._evaluate()
        remaining.begin()
        reported, skipped = Report(trainer.step), 0
        while trainer.step < samples.steps and not interruption.asked:
            began, side = time.monotonic(), side_of(trainer.step, samples)
            losses = trainer.learn(self._sampler.draw(trainer.step, side))
            remaining.stepped(side, time.monotonic() - began)
            skipped = skipped + 1 if losses is None else 0
            if losses is None:
                print(f"Step {trainer.step} skipped: its loss is not finite.")
                if skipped == MOST_SKIPPED:
                    raise Failure(f"{skipped} steps in a row had a loss that is not finite. Lower learning_rate in [optimizer], and "
                                  f"begin again; {self._path} has the state from before, if it was saved.")
            else:
                reported.add(losses)
            if trainer.step % progress.report_steps == 0:
                print(reported.line(trainer.step, samples, side, remaining))
                reported = Report(trainer.step)
            if trainer.step % progress.save_steps == 0:
                self._save()
            if trainer.step % progress.evaluate_steps == 0 and trainer.step < samples.steps:
                self._evaluate()
        self._save()
        if trainer.step < samples.steps:
            print(f"Stopped after step {trainer.step} of {samples.steps}. The same command resumes from {self._path}.")
            return False
        self._evaluate()
        print(f"All {samples.steps} steps are done: {self._path}")
        return True

    def _save(self):
        state_file.save(self._path, self._trainer, self._swatches, self._configuration.decides_weights(), self._arrays.identity)

    def _evaluate(self):
        figures = held_out.evaluate(self._trainer.network, self._trainer.average, self._arrays, self._swatches, self._criterion,
                                    self._configuration.loss.temperature, self._configuration.progress.held_out_pictures)
        if figures is not None:
            print(f"Held-out pictures after step {self._trainer.step}: {figures}")
