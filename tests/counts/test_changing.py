import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from wordvec_toolkit._kernels import sums as kernels

pytestmark = pytest.mark.kernel


def longest(values):
    """Length of a longest ascending subsequence, by comparing all pairs."""
    lengths = []
    for i, value in enumerate(values):
        before = [n for n, other in zip(lengths, values[:i]) if other < value]
        lengths.append(1 + max(before, default=0))
    return max(lengths, default=0)


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_the_columns_that_stream_are_a_longest_ascent(order, dropped):
    columns = np.array([-1 if i in dropped else n for i, n in enumerate(order)], np.int32)
    is_stream = np.zeros(8, bool)
    kernels.longest_ascent(columns, is_stream)
    streaming = columns[is_stream].tolist()
    assert streaming == sorted(streaming) and -1 not in streaming
    assert len(streaming) == longest([n for n in columns.tolist() if n >= 0])


def arrays(matrix):
    sparse = csr_array(matrix)
    return sparse.indptr.astype(np.int64), sparse.indices.astype(np.int32), sparse.data


@given(st.integers(0, 2**32 - 1))
def test_renumbered_rows_are_those_of_dense_matrices(seed):
    draw = np.random.default_rng(seed)
    n_old, n_new, old_width, new_width = draw.integers(1, 7, 4)
    old = draw.integers(0, 3, (n_old, old_width))
    minus = np.minimum(old, draw.integers(0, 3, old.shape))
    plus = draw.integers(0, 3, (n_new, new_width))
    rows = draw.permutation(np.r_[np.arange(n_old), np.full(n_new, -1)])[:n_new]
    columns = draw.permutation(np.r_[np.arange(new_width), np.full(old_width, -1)])[:old_width]
    expected = plus.copy()
    for row, source in enumerate(rows):
        for column, target in enumerate(columns):
            if source >= 0 and target >= 0:
                expected[row, target] += old[source, column] - minus[source, column]
    is_stream = np.zeros(old_width, bool)
    kernels.longest_ascent(columns, is_stream)
    row_cells = np.zeros(n_new, np.int64)
    indices, values = np.empty(expected.size, np.int32), np.empty(expected.size, np.int64)
    n, least, largest = kernels.renumber_rows(
        *(*arrays(old), *arrays(minus), *arrays(plus)),
        *(rows, columns.astype(np.int32), is_stream, 0, n_new),
        *(np.zeros(new_width, np.int64), np.zeros(1, np.uint64), np.zeros(1, np.uint64)),
        *(np.empty(new_width, np.int32), np.empty(new_width, np.int64)),
        *(row_cells, indices, values),
    )
    assert (least, largest) == (0, expected.max(initial=0))
    indptr = np.r_[0, np.cumsum(row_cells)]
    assert kernels.columns_ascend(indptr, indices, new_width, 0, n_new)
    assert (csr_array((values[:n], indices[:n], indptr), expected.shape) == expected).all()


def test_columns_that_do_not_ascend_or_exist_are_found():
    indptr = np.array([0, 2, 2, 4])

    def ascend(*columns):
        return kernels.columns_ascend(indptr, np.array(columns, np.int32), 5, 0, 3)

    assert ascend(0, 4, 0, 1) and ascend(3, 4, 2, 4)
    assert not ascend(1, 1, 0, 1) and not ascend(0, 5, 0, 1)
    assert not ascend(-1, 2, 0, 1) and not ascend(0, 1, 3, 2)
