"""Kernels that may add in any order give the same bytes wherever their arrays are in memory."""

import os
from itertools import permutations

import numpy as np
import pytest

from wordvec_toolkit._kernels import glove, lstm, memory, products, softmax_loss, weighted

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="about machine code"),
]

_LINE = 64
_APART = 4096


def _numbers(draw, *shape):
    return draw.normal(size=shape).astype(np.float32)


def _bfloat16(draw, *shape):
    return (_numbers(draw, *shape).view(np.uint32) >> 16).astype(np.uint16)


def _empty(*shape):
    return np.zeros(shape, np.float32)


def _weighted(draw, width):
    observed = np.maximum(draw.integers(-3, 9, (2, 9)), 0)
    observed[0] = 1  # no empty column
    rows, columns = np.nonzero(observed)
    pointers = np.searchsorted(rows, np.arange(3)).astype(np.int64)
    cells = pointers, columns.astype(np.int32), observed[rows, columns].astype(np.int32)
    totals = observed.sum(1) + 0.5, observed.sum(0) + 0.5
    sides = (*(np.log(total) for total in totals), *(total**0.5 for total in totals))
    tables = draw.normal(size=4), abs(_numbers(draw, 4))
    other, own = _numbers(draw, 9, width), _numbers(draw, 2, width)
    return cells, sides, (1.0, 3.0, 0.5), tables, other, other.T @ other, own, np.zeros(2)


def short_rows(draw, width):
    *shared, own, losses = _weighted(draw, width)
    return weighted.solve_short_rows, (*shared, 3, 9, 0, 2, own, losses)


def long_rows(draw, width):
    *shared, own, losses = _weighted(draw, width)
    return weighted.solve_long_rows, (*shared, 3, 4, np.arange(2), own, losses)


def train_block(draw, width):
    cells = np.array([[0, 2], [2, 4]]), np.array([0, 1, 0, 1], np.int32), _numbers(draw, 4)
    sides = [
        (_numbers(draw, 2, width), 1 + _numbers(draw, 2, width) ** 2, _numbers(draw, 2), np.ones(2))
        for _ in range(2)
    ]
    sides = [(*side[:3], side[3].astype(np.float32)) for side in sides]
    scalars = np.float32(0.05), np.float32(0.5), np.float32(0.75)
    return glove.train_block, (cells, 0, 0, 1, *sides, *scalars)


def lstm_forward(draw, width):
    gates, recurrent = _bfloat16(draw, 1, 4 * width), _bfloat16(draw, 1, 4 * width)
    bias, before = _numbers(draw, 4 * width), _numbers(draw, 1, width)
    out = np.zeros((1, width), np.uint16)
    return lstm.step_forward, (gates, recurrent, bias, before, _empty(1, width), out)


def lstm_backward(draw, width):
    gates, above, after = (_bfloat16(draw, 1, n * width) for n in (4, 1, 1))
    before, cell, cell_slope = (_numbers(draw, 1, width) for _ in range(3))
    bias_slope = _numbers(draw, 4 * width)
    return lstm.step_backward, (gates, before, cell, above, after, cell_slope, bias_slope)


def _memory(draw, width):
    n_numbers = 4
    asked, memory = _numbers(draw, 1, 4 * n_numbers + 12), _numbers(draw, 1, n_numbers, width)
    before = abs(_numbers(draw, 2, 1, width))
    before /= before.sum(2, keepdims=True)
    return asked, before, memory, _empty(1, 4, width), _empty(2, 1, 4, width), _empty(2, 1, width)


def memory_forward(draw, width):
    return memory.step_forward, (*_memory(draw, width), _empty(1, 4))


def memory_backward(draw, width):
    filled = _memory(draw, width)
    memory.step_forward(*filled, _empty(1, 4))
    of_looks, of_after = _numbers(draw, 2, 1, width), _numbers(draw, 1, 4, width)
    slopes = of_looks, of_after, _numbers(draw, 1, 4), _empty(1, 28), _empty(2, 1, width)
    return memory.step_backward, (*filled, *slopes)


def _softmax(draw, width, smoothing):
    logits, bias, targets = _bfloat16(draw, 2, width), _numbers(draw, width), np.array([0, 2])
    bias[1] = -np.inf
    arrays = logits, bias, targets.astype(np.int32)
    return softmax_loss.loss_and_gradient, (
        *arrays,
        smoothing,
        _empty(width),
        _numbers(draw, width),
    )


def softmax(draw, width):
    return _softmax(draw, width, 0.0)


def smoothed_softmax(draw, width):
    return _softmax(draw, width, 0.1)


def sparse_product(draw, width):
    pointers, columns = np.array([0, 9, 11]), np.array([*range(9), 1, 3], np.int32)
    block, out = _numbers(draw, 9, width), _empty(9, width)
    return products.multiply_normal, (pointers, columns, _numbers(draw, 11), block, 0, 2, out)


def _arrays(value):
    if isinstance(value, np.ndarray):
        return [value]
    return [array for part in value for array in _arrays(part)] if isinstance(value, tuple) else []


def _with_arrays(value, arrays):
    """Return nested arguments with their arrays replaced by the next of an iterator."""
    if isinstance(value, tuple):
        return tuple(_with_arrays(part, arrays) for part in value)
    return next(arrays) if isinstance(value, np.ndarray) else value


def _apart(arrays):
    """Return offsets behind all that is packed, and the bytes of the whole arena."""
    sizes = [_APART + array.nbytes // _LINE * _LINE for array in arrays]
    return list(np.cumsum([sum(sizes), *sizes[:-1]])), 2 * sum(sizes)


def _packed(arrays, order, start):
    """Return the offset of each array when those of `order` follow one another, others apart."""
    offsets, _ = _apart(arrays)
    at = start
    for i in order:
        at += -at % arrays[i].itemsize
        offsets[i] = at
        at += arrays[i].nbytes
    return offsets


def _placements(arrays, draw):
    """Yield offsets: all apart, one moved, two next to each other, all packed in some orders."""
    n, apart = len(arrays), _packed(arrays, (), 0)
    yield apart
    for i, array in enumerate(arrays):
        for shift in range(array.itemsize, _LINE, array.itemsize):
            yield [place + shift * (i == j) for j, place in enumerate(apart)]
    for pair in permutations(range(n), 2):
        for start in (0, 40):
            yield _packed(arrays, pair, start)
    for order in (np.arange(n), np.arange(n)[::-1], *(draw.permutation(n) for _ in range(10))):
        for start in range(0, _LINE, 4):
            yield _packed(arrays, order, start)


def _placed(array, arena, offset):
    part = arena[offset : offset + array.nbytes].view(array.dtype).reshape(array.shape)
    part[:] = array
    return part


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("width", [3, 10, 20, 128])
@pytest.mark.parametrize(
    "case",
    [
        short_rows,
        long_rows,
        train_block,
        lstm_forward,
        lstm_backward,
        memory_forward,
        memory_backward,
        softmax,
        smoothed_softmax,
        sparse_product,
    ],
)
def test_the_same_bytes_wherever_arrays_are(case, width, seed):
    draw = np.random.default_rng(seed)
    kernel, arguments = case(draw, width)
    arrays = _arrays(arguments)
    arena = np.zeros(_apart(arrays)[1] + _LINE, np.uint8)
    arena = arena[-arena.ctypes.data % _LINE :]
    results = []
    for offsets in _placements(arrays, draw):
        placed = [_placed(array, arena, offset) for array, offset in zip(arrays, offsets)]
        value = kernel(*_with_arrays(arguments, iter(placed)))
        results.append(repr(value).encode() + b"".join(array.tobytes() for array in placed))
    different = sum(result != results[0] for result in results)
    assert not different, f"{different} of {len(results)} placements"
