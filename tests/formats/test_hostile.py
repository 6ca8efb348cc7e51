"""Whatever a file holds, only errors of ours come out, and no more memory goes in than it has."""

import gzip
import json
import random
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.text.vocabulary import Vocabulary

FORMATS = ("word2vec", "glove", "word2vec-binary", "safetensors", "projector")
READ = (*FORMATS, "fasttext", None)
FIXED = 24 << 20  # bytes: blocks and what imports leave behind
PER_BYTE = 40


def read(path, format=None):
    """Read, or be refused; returns the vectors or None, and checks the memory that it took."""
    n_bytes = path.stat().st_size
    tracemalloc.start()
    try:
        vectors = wvt.read_vectors(path, format, nonfinite="keep", threads=1)
    except WordvecError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 1000
        return None
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < FIXED + PER_BYTE * n_bytes
    assert len(set(vectors.words)) == len(vectors) == len(vectors.matrix)
    assert vectors.matrix.dtype == np.float32
    return vectors


@pytest.fixture(scope="module")
def valid(tmp_path_factory):
    """One small file of each format."""
    rng = np.random.default_rng(0)
    words = [f"w{i} x"[: 2 + i % 3].strip() + str(i) for i in range(12)]
    words = [word.replace(" ", "_") for word in words]
    vectors = WordVectors(
        Vocabulary(words, np.arange(12, 0, -1)), rng.normal(0, 1, (12, 5)).astype(np.float32)
    )
    folder = tmp_path_factory.mktemp("valid")
    contents = {}
    for format in FORMATS:
        wvt.write_vectors(vectors, folder / f"{format}.tsv", format)
        contents[format] = (folder / f"{format}.tsv").read_bytes()
    contents["fasttext"] = fasttext_model()
    read_once = folder / "all"  # imports and compiles whatever there is
    for format, content in contents.items():
        read_once.write_bytes(content)
        (folder / "all.metadata.tsv").write_bytes((folder / "projector.metadata.tsv").read_bytes())
        assert wvt.read_vectors(read_once, threads=1) is not None, format
    return contents


def fasttext_model(n_words=3, **claims) -> bytes:
    """A model as fastText writes it; `claims` replace what its header says."""
    n_rows, n_columns = n_words + 7, 4
    says = {
        "magic": 793712314,
        "version": 12,
        "dim": n_columns,
        "model": 2,
        "bucket": 7,
        "min_n": 3,
        "max_n": 4,
        "entries": n_words,
        "words": n_words,
        "labels": 0,
        "pruned": -1,
        "quantized": 0,
        "rows": n_rows,
        "columns": n_columns,
        **claims,
    }
    rng = np.random.default_rng(0)
    header = struct.pack("<2i", says["magic"], says["version"])
    header += struct.pack(
        "<12i",
        says["dim"],
        5,
        5,
        1,
        5,
        1,
        2,
        says["model"],
        says["bucket"],
        says["min_n"],
        says["max_n"],
        100,
    )
    header += struct.pack(
        "<d3iqq", 1e-4, says["entries"], says["words"], says["labels"], 99, says["pruned"]
    )
    words = b"".join(b"word%d\0" % i + struct.pack("<qb", 9 - i, 0) for i in range(n_words))
    matrix = struct.pack("<B2q", says["quantized"], says["rows"], says["columns"])
    values = rng.normal(0, 1, (n_rows, n_columns)).astype("<f4").tobytes()
    output = struct.pack("<B2q", 0, n_words, n_columns)
    output += rng.normal(0, 1, (n_words, n_columns)).astype("<f4").tobytes()
    return header + words + matrix + values + output


@pytest.mark.parametrize("format", [*FORMATS, "fasttext"])
def test_cut_off_anywhere(valid, tmp_path, format):
    path = tmp_path / "v.tsv"
    (tmp_path / "v.metadata.tsv").write_text("".join(f"w{i}\n" for i in range(12)))
    content = valid[format]
    unread = {"fasttext": 16 * 3 + 17, "word2vec-binary": 1}  # its output weights, the newline
    whole = len(content) - unread.get(format, 0)
    step = 7
    for cut in range(0, len(content), step):
        path.write_bytes(content[:cut])
        vectors = read(path)
        if format not in ("glove", "projector", "word2vec") and cut < whole:
            assert vectors is None, cut  # of text the last number can lose digits


@pytest.mark.parametrize("format", [*FORMATS, "fasttext"])
def test_damaged_anywhere(valid, tmp_path, format):
    random.seed(format)
    path = tmp_path / "v.tsv"
    (tmp_path / "v.metadata.tsv").write_text("".join(f"w{i}\n" for i in range(12)))
    for round_ in range(150):
        content = bytearray(valid[format])
        for _ in range(random.choice((1, 1, 2, 8))):
            place = random.randrange(min(len(content), random.choice((16, 64, 400, 10**6))))
            kind = random.randrange(4)
            if kind == 0:
                content[place] = random.choice(
                    b"\0\xff\n 09.e-\x80" + bytes([random.randrange(256)])
                )
            elif kind == 1:
                content[place:place] = random.choice(
                    (b"\n", b" ", b"9" * 20, b"\0" * 8, b"\xff" * 8)
                )
            elif kind == 2:
                del content[place : place + random.choice((1, 3, 40))]
            else:
                content[place : place + 8] = struct.pack(
                    "<q", random.choice((2**62, -1, 2**31, 10**12))
                )
            content = content or bytearray(b" ")
        path.write_bytes(gzip.compress(content) if round_ % 5 == 0 else content)
        read(path, random.choice((format, None)))


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from(READ))
def test_any_bytes(tmp_path_factory, content, format):
    path = tmp_path_factory.mktemp("any") / "v"
    path.write_bytes(content)
    read(path, format)


@settings(max_examples=150)
@given(
    st.text("ab 0123456789.-+eE\n\t\r", max_size=80), st.sampled_from(("word2vec", "glove", None))
)
def test_any_lines(tmp_path_factory, content, format):
    path = tmp_path_factory.mktemp("any") / "v"
    path.write_text(content, newline="")
    read(path, format)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "content",
    [
        b"1000000000000 300\na 1 2\n",
        b"3 1000000000000\na 1 2\n",
        b"999999999999999999 999999999999999999\na 1\n",
        b"1000000000000 300\na \0\0\0\0",
        b"1 16777216\na \0\0\0\0",
        b"70000 16777216\n" + b"a 1\n" * 70000,
        b"3 16777216\na" + b" 1" * 1000 + b"\n" * 100_000,
        b"a" + b" 1" * 3000 + b"\n" * 300_000 + b"b\n",
        b"2 2\nabc" + b"x" * 200_000,
        struct.pack("<Q", 10**12) + b'{"vectors": 1}',
        struct.pack("<Q", 99_999_999) + b'{"vectors": 1}',
        struct.pack("<Q", 40_000) + b'{"a":' * 8_000,
    ],
)
def test_claims_allocate_nothing(tmp_path, content, packed):
    path = tmp_path / "v"
    path.write_bytes(gzip.compress(content) if packed else content)
    tracemalloc.start()
    with pytest.raises(WordvecError):
        wvt.read_vectors(path, threads=1)
    assert tracemalloc.get_traced_memory()[1] < FIXED + PER_BYTE * len(content)
    tracemalloc.stop()


def safetensors(**changes) -> bytes:
    header = {
        "vectors": {"dtype": "F32", "shape": [2, 2], "data_offsets": [16, 32]},
        "word_ends": {"dtype": "I64", "shape": [2], "data_offsets": [0, 16]},
        "words": {"dtype": "U8", "shape": [2], "data_offsets": [32, 34]},
    }
    for key, value in changes.items():
        name, _, part = key.partition("__")
        if part:
            header[name][part] = value
        else:
            header[name] = value
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + struct.pack("<2q4f", 1, 2, 1, 2, 3, 4) + b"ab"


def test_safetensors_headers(tmp_path):
    path = tmp_path / "v"
    path.write_bytes(safetensors())
    assert read(path).words == ("a", "b")
    for changes in (
        {"vectors__shape": [10**12, 10**12]},
        {"vectors__shape": [2, 2**62]},
        {"vectors__shape": [-2, -2]},
        {"vectors__shape": [2.0, 2]},
        {"vectors__shape": [4]},
        {"vectors__shape": [True, 4]},
        {"vectors__shape": None},
        {"vectors__data_offsets": [16, 10**12]},
        {"vectors__data_offsets": [-16, 0]},
        {"vectors__data_offsets": [32, 16]},
        {"vectors__data_offsets": [28, 44]},
        {"vectors__dtype": "BF16"},
        {"vectors__dtype": ["F32"]},
        {"vectors__dtype": "U8"},
        {"vectors": 3},
        {"vectors": None},
        {"words__shape": [1]},
        {"words": {}},
        {"counts": []},
        {"word_ends__data_offsets": [16, 32]},
        {"word_ends__shape": [1]},
        {"vectors__shape": [0, 2], "vectors__data_offsets": [0, 0]},
        {"counts": {"dtype": "I64", "shape": [2], "data_offsets": [26, 42]}},
    ):
        path.write_bytes(safetensors(**changes))
        assert read(path) is None, changes


@pytest.mark.parametrize(
    "claims",
    [
        {"version": 99},
        {"dim": 10**9},
        {"dim": 5},
        {"dim": -1},
        {"model": 3},
        {"bucket": 2**31 - 1},
        {"bucket": -7},
        {"bucket": 8},
        {"entries": 2**31 - 1},
        {"words": 2**31 - 1},
        {"entries": 2**31 - 1, "words": 2**31 - 1},
        {"entries": 4, "words": 4},
        {"entries": 0, "words": 0},
        {"labels": 5},
        {"quantized": 1},
        {"pruned": 3},
        {"rows": 2**40},
        {"columns": 2**40},
        {"rows": 2**62, "columns": 4},
        {"rows": -10},
        {"max_n": 2**31 - 1},
        {"min_n": -1},
        {"bucket": 10**8, "rows": 10**8 + 3},
    ],
)
def test_fasttext_headers(valid, tmp_path, claims):
    path = tmp_path / "v.bin"
    path.write_bytes(fasttext_model(**claims))
    assert read(path) is None
    assert read(path, "fasttext") is None
