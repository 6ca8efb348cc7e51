import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow
from scipy.sparse import csr_array

from wordvec_toolkit.bundles.writing import recover
from wordvec_toolkit.counts import runs, storage
from wordvec_toolkit.counts.counting import Counting, count_cooccurrences, count_part
from wordvec_toolkit.counts.runs import Cells, MatrixRows, Run, add_all, add_rows, new_run
from wordvec_toolkit.counts.settings import CountingSettings
from wordvec_toolkit.counts.storage import CellWriter
from wordvec_toolkit.errors import FormatError, WordvecError
from wordvec_toolkit.runtime.memory import within_memory
from wordvec_toolkit.text.encoding import encode_text
from wordvec_toolkit.workspace.folder import Workspace

N_ROWS, N_COLUMNS = 4, 70  # more columns than a word of the bitmap
PARTS = st.lists(
    st.dictionaries(
        st.tuples(st.integers(0, N_ROWS - 1), st.integers(0, N_COLUMNS - 1)),
        st.sampled_from([1, 2, 2**31 - 1, 2**40]),
        max_size=8,
    ),
    min_size=1,
    max_size=4,
)


def matrix_of(cells):
    rows, columns = ([cell[axis] for cell in sorted(cells)] for axis in (0, 1))
    values = np.array([cells[cell] for cell in sorted(cells)], np.int64)
    return csr_array((values, (rows, columns)), shape=(N_ROWS, N_COLUMNS))


def write_run(path, matrix):
    with new_run(path, matrix.shape, matrix.dtype) as append:
        for row in range(matrix.shape[0]):
            cells = slice(matrix.indptr[row], matrix.indptr[row + 1])
            lengths = np.diff(matrix.indptr[row : row + 2])
            append(Cells(lengths, matrix.indices[cells], matrix.data[cells]))
    return Run.open(path)


@pytest.mark.kernel
@given(PARTS, st.integers(0, N_ROWS - 1), st.integers(1, N_ROWS), st.booleans())
def test_sums_of_rows_agree_with_the_slow_twin(tmp_path_factory, parts, first, n, subtract):
    folder, last = tmp_path_factory.mktemp("runs"), min(first + n, N_ROWS)
    matrices = [matrix_of(part) for part in parts]
    addends = [write_run(folder / f"{at}.run", matrix) for at, matrix in enumerate(matrices)]
    signed = list(parts)
    if subtract:
        addends.append(MatrixRows(matrices[0], -1))
        signed.append({cell: -value for cell, value in parts[0].items()})
    row_cells, indices, values = add_rows(addends, N_COLUMNS, first, last)
    rows = np.repeat(np.arange(first, last), row_cells)
    found = dict(zip(zip(rows.tolist(), indices.tolist()), values.tolist()))
    wanted = slow.sum_of_rows(signed)
    assert list(found.items()) == [(c, v) for c, v in wanted.items() if first <= c[0] < last]


@given(PARTS, st.booleans(), st.integers(1, 3))
def test_sums_are_as_narrow_as_they_can_be(tmp_path_factory, parts, in_files, threads):
    folder = tmp_path_factory.mktemp("runs")
    addends = [write_run(folder / f"{at}.run", matrix_of(p)) for at, p in enumerate(parts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_FEWEST", 2)
        patch.setattr(storage, "_WRITTEN_AT_ONCE", 2)
        if in_files:
            for module in (storage, runs):
                patch.setattr(module, "memory_budget", lambda: 0)
        total = add_all(addends, N_COLUMNS, sum(run.n_cells for run in addends), threads)
    cells = total.tocoo()
    found = dict(zip(zip(cells.row.tolist(), cells.col.tolist()), cells.data.tolist()))
    wanted = slow.sum_of_rows(parts)
    assert found == wanted
    assert total.dtype == (np.int64 if max(wanted.values(), default=0) >= 2**31 else np.int32)


@pytest.mark.parametrize("budget", [0, 1 << 30])
def test_wide_values_that_turn_out_small_are_narrowed_in_their_place(monkeypatch, budget):
    monkeypatch.setattr(storage, "memory_budget", lambda: budget)
    monkeypatch.setattr(storage, "_WRITTEN_AT_ONCE", 3)
    writer = CellWriter(np.int64, 20)
    writer.append(np.array([4, 0, 3]), np.arange(7), np.arange(7) + 5)
    matrix = writer.matrix(7)
    assert matrix.dtype == np.int32 and matrix.shape == (3, 7)
    assert matrix.data.tolist() == list(range(5, 12))


def test_parts_are_counted_apart_in_any_order(tmp_path):
    corpus = encode_text("a b c a d\nb a c\n\nc c b a", "whitespace")
    chosen = CountingSettings(window=3, weighting="harmonic", within="document", oov="keep")
    parts = [(5, 9), (0, 5), (9, 12)]
    for part in parts:
        count_part(Counting(corpus, chosen), *part, tmp_path / f"{part[0]}.run")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0.run", "5.run", "9.run"]
    found = [Run.open(tmp_path / f"{first}.run") for first, _ in parts]
    total = add_all(found, 4, 100, 1)
    whole = count_cooccurrences(corpus, **chosen.keywords())
    assert (total != whole.matrix).nnz == 0


def test_a_run_is_whole_or_not_there(tmp_path):
    path = tmp_path / "part.run"
    with pytest.raises(ZeroDivisionError), new_run(path, (2, 3), np.dtype(np.int32)):
        1 / 0  # noqa: B018
    assert list(tmp_path.iterdir()) == []
    matrix = csr_array(np.array([[0, 1, 2], [3, 0, 0]], np.int32))
    run = write_run(path, matrix)
    assert (run.shape, run.n_cells, run.largest) == ((2, 3), 3, 3)
    whole = path.read_bytes()
    for damaged in (b"", whole[:-1], b"x" + whole[1:], whole + b"x"):
        path.write_bytes(damaged)
        with pytest.raises(FormatError, match="count again"):
            Run.open(path)
    offsets = np.array([0, -1, 3]).tobytes()
    path.write_bytes(whole[:48] + offsets + whole[72:])
    with pytest.raises(FormatError, match="count again"):
        run.rows(0, 2)
    path.write_bytes(whole[:72] + np.array([3], np.int32).tobytes() + whole[76:])
    with pytest.raises(WordvecError, match="count again"):
        add_rows([run], 3, 0, 2)


def test_runs_of_a_killed_count_are_cleared(tmp_path):
    workspace = Workspace(tmp_path / "x.wvt")
    with workspace.lock(), within_memory(None, workspace.path), runs.runs_folder() as folder:
        assert folder.parent == workspace.path
        (folder / "0-5.run").write_bytes(b"")
        killed = workspace.path / (folder.name[:-8] + "01234567")  # as another process left it
        killed.mkdir()
        (killed / "0-5.run").write_bytes(b"")
        recover(workspace.path)
        assert (folder / "0-5.run").exists() and not killed.exists()
    assert not folder.exists()
