"""Steps that train a network and continue where an interrupted run was."""

import shutil
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ..bundles.reading import Bundle
from ..bundles.recognising import is_replaceable
from ..bundles.stored import Stored
from ..bundles.writing import BundleWriter
from ..errors import DivergedError, FormatError
from .pipeline import Pipeline

if TYPE_CHECKING:
    from ..neural.recurrent.descent import Descent

_SECONDS_BETWEEN_STATES = 60.0
_MOST_OF_TIME = 0.02  # that goes into writing states down


class ResumableStep(ABC):
    """A step that trains.

    Attributes
    ----------
    name, kind, settings, inputs
        Of the bundle that it makes; see `Pipeline.step`.
    state_name, state_kind : str
        Of the bundle of an unfinished run.
    """

    pipeline: Pipeline
    name: str
    kind: str
    state_name: str
    state_kind: str
    settings: dict[str, object]
    inputs: dict[str, str]

    @abstractmethod
    def train(self, state: Bundle | None, keeper: "Keeper") -> Stored:
        """Train from the beginning, or from a state on."""

    @abstractmethod
    def write_vocabularies(self, writer: BundleWriter) -> None:
        """Write what a state needs besides its weights, to be used as a model."""

    def run(self) -> Bundle:
        """Train, unless that is done already."""
        bundle = self.pipeline.step(self.name, self.kind, self.settings, self.inputs, self.fill)
        self._remove_state()
        return bundle

    def fill(self, writer: BundleWriter) -> None:
        workspace, progress = self.pipeline.workspace, self.pipeline.progress
        state = workspace.fresh(self.state_name, self.state_kind, self.settings, self.inputs)
        keeper = Keeper(self)
        try:
            model = self._told(state, keeper)
        except FormatError as error:
            if state is None:
                raise
            progress.note(f"starting again: {error}")
            model = self._told(None, keeper)
        except DivergedError as error:
            kept = workspace.path / self.state_name
            if not (keeper.has_kept or state is not None):
                raise
            raise DivergedError(f"{error}; {kept} keeps the model as it was before") from None
        model.write(writer)

    def _remove_state(self) -> None:
        """Clear what is of no use any more."""
        state = self.pipeline.workspace.path / self.state_name
        if is_replaceable(state):
            shutil.rmtree(state)

    def _told(self, state: Bundle | None, keeper: "Keeper") -> Stored:
        """Train, and say so where that continues."""
        if state is not None:
            done = state.facts.get("epochs")
            n_done = len(done) if isinstance(done, list) else "?"
            self.pipeline.progress.note(f"continuing after epoch {n_done} from {state.path}")
        return self.train(state, keeper)


class Keeper:
    """Writes down how far training has come, now and then and after each epoch."""

    def __init__(self, step: ResumableStep) -> None:
        self._step = step
        self._next_at = time.monotonic() + _SECONDS_BETWEEN_STATES
        self.has_kept = False

    def __call__(self, trainer: "Descent") -> None:
        """Write the checkpoint of a later run, if it is due."""
        from ..neural.recurrent.checkpoint import write_checkpoint

        is_between_epochs = trainer.tally.n_steps == 0
        started = time.monotonic()
        if not is_between_epochs and started < self._next_at:
            return
        step = self._step

        def fill(writer: BundleWriter) -> None:
            step.write_vocabularies(writer)
            write_checkpoint(trainer, writer)

        workspace = step.pipeline.workspace
        workspace.make(step.state_name, step.state_kind, step.settings, step.inputs, fill)
        now = time.monotonic()
        self._next_at = now + max(_SECONDS_BETWEEN_STATES, (now - started) / _MOST_OF_TIME)
        self.has_kept = True
