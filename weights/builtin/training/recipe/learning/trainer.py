"""One step after another: the network, its optimizer, and the running mean of its weights."""
import torch

from recipe.learning.schedule import learning_rates
from recipe.network.lite import Lite


class Trainer:
    """Holds all that a step changes.

    average: the exponential running mean of the network's state (Polyak and Juditsky 1992, with weights that fade). It jumps about
    less than the network itself, and is what is evaluated and exported.
    """

    def __init__(self, network, criterion, steps, settings):
        """network: a Lite; criterion: a Criterion; steps: of the whole run; settings: the section [optimizer]."""
        # On processors the faster order of values in memory for these convolutions.
        self.network = network.to(memory_format=torch.channels_last)
        self._criterion, self._steps, self._settings = criterion, steps, settings
        self.average = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.step = 0
        encoder = list(self.network.encoder.parameters())
        decoder = [value for name, value in self.network.named_parameters() if not name.startswith("encoder.")]
        self.optimizer = torch.optim.AdamW([{"params": decoder}, {"params": encoder}], lr=settings.learning_rate,
                                           weight_decay=settings.weight_decay, betas=tuple(settings.betas))

    def learn(self, batch):
        """Does one step on a Batch. Returns its Losses, or None when the step was skipped because the loss was not finite."""
        for group, rate in zip(self.optimizer.param_groups, learning_rates(self.step, self._steps, self._settings), strict=True):
            group["lr"] = rate
        self.step += 1
        # A pass forward changes the batch norms' statistics; a skipped step must leave nothing behind.
        before = {name: value.clone() for name, value in self.network.named_buffers()}
        self.network.train()
        self.optimizer.zero_grad(set_to_none=True)
        losses = self._criterion.losses(self.network(batch.inputs), batch.luma, batch.chroma)
        losses.total.backward()
        length = torch.nn.utils.clip_grad_norm_(self.network.parameters(), self._settings.largest_gradient)
        if not (torch.isfinite(losses.total) and torch.isfinite(length)):
            for name, value in self.network.named_buffers():
                value.copy_(before[name])
            return None
        self.optimizer.step()
        self._follow()
        return losses

    def _follow(self):
        """Moves the average towards the weights, faster in the first steps, whose weights are soon out of date."""
        decay = min(self._settings.average_decay, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for name, value in self.network.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - decay)
                else:
                    self.average[name].copy_(value)

    def state(self):
        """All that a step changes, as tensors and plain values."""
        return {"step": self.step, "network": self.network.state_dict(), "average": self.average,
                "optimizer": self.optimizer.state_dict()}

    def resume_from(self, state):
        """Takes over a state()."""
        self.step = state["step"]
        self.network.load_state_dict(state["network"])
        for name, value in state["average"].items():
            self.average[name].copy_(value)
        self.optimizer.load_state_dict(state["optimizer"])


def averaged_network(state):
    """The network whose weights are a saved state's running mean, in evaluation mode."""
    network = Lite(len(state["swatches"]))
    network.load_state_dict(state["average"])
    return network.eval()
