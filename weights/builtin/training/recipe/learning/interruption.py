"""Lets a run end cleanly: after the step that is under way, with its state saved."""
import signal


class Interruption:
    """Notes SIGINT (^C) and SIGTERM. The second one ends the process at once, as if nobody had listened."""

    def __init__(self):
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, number, frame):
        self.asked = True
        for other in (signal.SIGINT, signal.SIGTERM):
            signal.signal(other, signal.SIG_DFL)
        print("Stopping after this step. Once more stops at once, and loses what was not saved.")
