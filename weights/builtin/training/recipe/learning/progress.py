"""The lines of progress: how fast a run is, how long it still takes, and its losses."""
import time

import torch

from recipe.learning.schedule import side_of


class RemainingTime:
    """Tells honestly how long a run still takes: later pictures are larger, and evaluating and saving take their time too.

    It learns from the run itself what a pixel costs, and what all that is done between the steps costs.
    """

    def __init__(self, samples):
        """samples: the section [samples]."""
        self._samples = samples
        self._seconds_of_pixel = None
        self._steps = self._began = self._step_seconds = 0

    def begin(self):
        """The first step begins now."""
        self._began = time.monotonic()

    def stepped(self, side, seconds):
        """A step at this side took so long."""
        cost = seconds / side ** 2
        # The mean of about the last fifty steps: other programs on the machine come and go.
        self._seconds_of_pixel = cost if self._seconds_of_pixel is None else self._seconds_of_pixel + (cost - self._seconds_of_pixel) / 50
        self._steps += 1
        self._step_seconds += seconds

    def left(self, step):
        """Seconds from the end of `step` steps to the end of the run."""
        pixels = sum(side_of(later, self._samples) ** 2 for later in range(step, self._samples.steps))
        between = (time.monotonic() - self._began - self._step_seconds) / self._steps
        return pixels * self._seconds_of_pixel + between * (self._samples.steps - step)


class Report:
    """The mean losses since the last line of progress, and the speed."""

    def __init__(self, step):
        """step: how many steps are done already."""
        self._began, self._first, self._losses = time.monotonic(), step, []

    def add(self, losses):
        """Takes in the Losses of a step."""
        self._losses.append(torch.stack([losses.total, losses.cross_entropy, losses.lab_distance]).detach())

    def line(self, step, samples, side, remaining):
        """A line of text after so many steps. samples: the section [samples]; side: of the last step; remaining: a RemainingTime."""
        speed = (step - self._first) * samples.batch / (time.monotonic() - self._began)
        text = (f"step {step} of {samples.steps}, {step * samples.batch} samples, {side} px, {speed:.1f} samples a second, "
                f"{in_words(remaining.left(step))} left")
        if self._losses:
            total, cross_entropy, distance = torch.stack(self._losses).mean(0).tolist()
            text += f"; loss {total:.3f}, cross entropy {cross_entropy:.3f}, distance {distance:.2f}"
        return text


def in_words(seconds):
    """12 s, 3 min, 1 h 40 min."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
