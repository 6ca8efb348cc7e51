"""Tasks that need a memory (Graves et al. 2014, "Neural Turing machines", section 4)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .settings import MemorySettings, Task

_ITEM = 3  # vectors of an item of associative recall


@dataclass(frozen=True)
class Sequences:
    """Sequences of one length side by side.

    Attributes
    ----------
    inputs : float32 array (T, B, channels)
    targets : float32 array (T, B, outputs)
        Of 0 and 1.
    first : int
        The step from which outputs are asked for, up to the last.
    """

    inputs: np.ndarray
    targets: np.ndarray
    first: int


def channels(task: Task, bits: int) -> tuple[int, int]:
    """Return the numbers of input and output channels of a task."""
    return bits + (1 if task == "copy" else 2), bits + (1 if task == "repeat-copy" else 0)


def make_sequences(
    task: Task, how: MemorySettings, n: int, draw: np.random.Generator, length: int | None = None
) -> Sequences:
    """Draw `n` sequences of a task, of one length (in training drawn as well).

    copy: vectors, an end mark, then the vectors again.  repeat-copy: vectors, an end mark with the
    number of repeats over the most of training, then the vectors that often, and an end mark.
    associative-recall: items of three vectors, each after a mark, then one of them after a query
    mark; the item that follows it is the answer.
    """
    return _TASKS[task](how, n, draw, length)


def _bits(draw: np.random.Generator, *shape: int) -> np.ndarray:
    return draw.integers(0, 2, shape).astype(np.float32)


def _copied(
    how: MemorySettings, n: int, draw: np.random.Generator, length: int | None
) -> Sequences:
    length = length or int(draw.integers(1, how.longest + 1))
    data = _bits(draw, length, n, how.bits)
    inputs = np.zeros((2 * length + 1, n, how.bits + 1), np.float32)
    targets = np.zeros((2 * length + 1, n, how.bits), np.float32)
    inputs[:length, :, :-1] = data
    inputs[length, :, -1] = 1
    targets[length + 1 :] = data
    return Sequences(inputs, targets, length + 1)


def _repeated(
    how: MemorySettings, n: int, draw: np.random.Generator, length: int | None
) -> Sequences:
    n_repeats = int(draw.integers(1, how.most_repeats + 1))
    length = length or int(draw.integers(1, how.longest + 1))
    data = _bits(draw, length, n, how.bits)
    n_steps = length + 1 + n_repeats * length + 1
    inputs = np.zeros((n_steps, n, how.bits + 2), np.float32)
    targets = np.zeros((n_steps, n, how.bits + 1), np.float32)
    inputs[:length, :, :-2] = data
    inputs[length, :, -2] = 1
    inputs[length, :, -1] = n_repeats / how.most_repeats
    targets[length + 1 : -1, :, :-1] = np.tile(data, (n_repeats, 1, 1))
    targets[-1, :, -1] = 1
    return Sequences(inputs, targets, length + 1)


def _recalled(
    how: MemorySettings, n: int, draw: np.random.Generator, length: int | None
) -> Sequences:
    n_items = max(2, length or int(draw.integers(2, max(2, how.longest) + 1)))
    items = _bits(draw, n_items, _ITEM, n, how.bits)
    asked = draw.integers(0, n_items - 1, n)
    n_steps = n_items * (_ITEM + 1) + 1 + _ITEM + 1 + _ITEM
    inputs = np.zeros((n_steps, n, how.bits + 2), np.float32)
    targets = np.zeros((n_steps, n, how.bits), np.float32)
    for place in range(n_items):
        begin = place * (_ITEM + 1)
        inputs[begin, :, -2] = 1
        inputs[begin + 1 : begin + 1 + _ITEM, :, :-2] = items[place]
    begin = n_items * (_ITEM + 1)
    inputs[begin, :, -1] = 1
    columns = np.arange(n)
    inputs[begin + 1 : begin + 1 + _ITEM, :, :-2] = items[asked, :, columns].transpose(1, 0, 2)
    inputs[begin + 1 + _ITEM, :, -1] = 1
    targets[-_ITEM:] = items[asked + 1, :, columns].transpose(1, 0, 2)
    return Sequences(inputs, targets, n_steps - _ITEM)


_TASKS: dict[Task, Callable[..., Sequences]] = {
    "copy": _copied,
    "repeat-copy": _repeated,
    "associative-recall": _recalled,
}
