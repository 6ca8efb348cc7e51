"""Vector files of other tools: text is text, whatever its numbers look like."""

import numpy as np
import pytest

from wordvec_toolkit.errors import FormatError, WordvecError
from wordvec_toolkit.formats.catalogue import recognise
from wordvec_toolkit.models.derived import check_output, save_derived
from wordvec_toolkit.models.vector_files import read_vectors


@pytest.fixture
def write(tmp_path):
    def write(text, name="a.txt"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "2 3\nthe 0,1 0,2 0,3\ncat 0,3 0,2 0,1\n",
            r"line 2: found '0,1' as number 1.*decimal commas",
        ),
        ("the 0,1 0,2\ncat 0,3 0,2\n", r"line 1.*decimal commas"),
        ("2 2\nthe 0.1 0,2\ncat 0.3 0.4\n", r"line 2: found '0,2' as number 2"),
        ("word,d0,d1\nthe,0.1,0.2\ncat,0.3,0.4\n", r"line 1.*commas between them"),
        ("2 3\nthe,0.1,0.2,0.5\ncat,0.3,0.4,0.5\n", r"line 2.*commas between them"),
        ("word\td0\td1\nthe\t0.1\t0.2\ncat\t0.3\t0.4\n", r"line 1: found 'd0' as number 1"),
    ],
)
def test_numbers_written_otherwise_are_refused_by_line_and_token(write, text, found):
    with pytest.raises(FormatError, match=found):
        read_vectors(write(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 5\nsea 1:0.5 3:1.25\nboat 0:2\nlamp\nx 4:-1e-3\n", None),
        ("sea 1:0.5 3:1.25\nboat 0:2\nlamp\nx 4:-1e-3\n", None),
        ("4 5\nsea 2:0.5 4:1.25\nboat 1:2\nlamp\nx 5:-1e-3\n", None),  # indices from 1
    ],
)
def test_sparse_rows_are_read(write, text, expected):
    path = write(text)
    vectors = read_vectors(path)
    assert recognise(path) == "sparse" and vectors.is_sparse
    assert vectors.words == ("sea", "boat", "lamp", "x")
    expected = [[0, 0.5, 0, 1.25, 0], [2, 0, 0, 0, 0], [0] * 5, [0, 0, 0, 0, -1e-3]]
    np.testing.assert_array_equal(vectors.matrix.toarray(), np.array(expected, np.float32))
    assert read_vectors(path, among=2).words == ("sea", "boat")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a 1:1 2:2\nb 1:1 1:2\n", "line 2: found '1:2', expected index:value, each index once"),
        ("2 3\na 1:1 7:2\nb 1:1\n", "line 2: found '7:2'"),
        ("3 3\na 1:1\nb 2:1\n", "3 as the header says"),
        ("2 3\na 3:1\nb 0:1\n", "the indices 0 and 3|found"),
        ("a 1:1\n" + "b 1:1\n" * 30 + "c x\n", "line 32: found 'x'"),
        ("a 1:1\n" + "b 1:1\n" * 30 + "c 1:nan\n", "line 32: found '1:nan'"),
    ],
)
def test_damaged_sparse_rows_are_refused(write, text, found):
    with pytest.raises(FormatError, match=found):
        read_vectors(write(text))


def test_derived_vectors_go_to_a_file_where_the_name_is_one(write, tmp_path):
    vectors = read_vectors(write("2 2\na 1 0.5\nb 0 1\n", "one.vec"))
    output = tmp_path / "two.vec"
    save_derived(vectors, output, [])
    assert output.read_text() == "2 2\na 1 0.5\nb 0 1\n"
    with pytest.raises(WordvecError, match="exists"):
        check_output(output, [])
    save_derived(vectors, tmp_path / "three", [])
    assert (tmp_path / "three" / "manifest.json").is_file()
