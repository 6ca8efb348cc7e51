"""Numbers are read and written to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow

from wordvec_toolkit._kernels.numbers import NUMBER_SIZE, format_rows, parse_rows
from wordvec_toolkit._kernels.records import split_records


def parse(lines: list[bytes], dim: int) -> tuple[np.ndarray, list[bytes], np.ndarray]:
    data = b"".join(line + b"\n" for line in lines)
    text = np.frombuffer(data, np.uint8)
    ends = np.cumsum([len(line) + 1 for line in lines]) - 1
    starts = np.concatenate(([0], ends[:-1] + 1))
    values = np.zeros((len(lines), dim), np.float32)
    word_ends = np.empty(len(lines), np.int64)
    good = np.empty(len(lines), np.bool_)
    parse_rows(text, starts, ends, values, word_ends, good)
    return values, [data[a:b] for a, b in zip(starts, word_ends)], good


def write(values: np.ndarray, precision: int = 0) -> list[bytes]:
    out = np.empty(values.size * NUMBER_SIZE, np.uint8)
    ends = np.empty(len(values), np.int64)
    format_rows(values, ord(" "), precision, out, ends)
    assert (ends > 0).all()
    return [out[a:b].tobytes() for a, b in zip([0, *ends[:-1]], ends)]


def assert_same_bits(tokens: list[bytes]) -> int:
    values, _, good = parse([b"w " + token for token in tokens], 1)
    expected = np.array([float(token) for token in tokens]).astype(np.float32)
    same = values[:, 0].view(np.uint32) == expected.view(np.uint32)
    assert same[good].all(), [t for t, s, g in zip(tokens, same, good) if g and not s][:3]
    return int((~good).sum())


@pytest.mark.kernel
def test_lines_agree_with_the_slow_twin():
    rng = np.random.default_rng(0)
    lines = [
        f"wörd{i}".encode()
        + b"".join(b" " + repr(float(x)).encode() for x in rng.normal(0, 0.1, 7))
        for i in range(50)
    ]
    lines[3] += b"  \r"
    lines[4] = lines[4].replace(b" ", b"\t")
    lines[5] = lines[5].replace(b" ", b"   ")
    values, words, good = parse(lines, 7)
    assert good.all()
    for line, word, row in zip(lines, words, values):
        expected_word, expected = slow.vector_line(line, 7)
        assert word == expected_word
        assert row.tobytes() == np.array(expected).astype(np.float32).tobytes()


@pytest.mark.kernel
def test_records_agree_with_the_slow_twin():
    rng = np.random.default_rng(0)
    records = [(f"w{i}".encode() * (i + 1), rng.bytes(12), b"\n" * (i % 3)) for i in range(20)]
    data = b"".join(word + b" " + row + end for word, row, end in records)
    whole = np.frombuffer(data, np.uint8)
    starts, ends = np.empty(30, np.int64), np.empty(30, np.int64)
    rows = np.empty((30, 12), np.uint8)
    n, position = split_records(whole, 12, starts, ends, rows)
    found = [(data[a:b], row.tobytes()) for a, b, row in zip(starts[:n], ends[:n], rows)]
    assert found == slow.binary_records(data, 3)
    assert data[position:].strip(b"\n") == b""
    for cut in range(len(data)):
        n, position = split_records(whole[:cut], 12, starts, ends, rows)
        assert position <= cut
        assert [data[a:b] for a, b in zip(starts[:n], ends[:n])] == [w for w, _, _ in records[:n]]


def test_numbers_of_every_kind():
    rng = np.random.default_rng(1)
    normal = rng.normal(0, 0.1, 20_000)
    bits = rng.integers(0, 2**32, 20_000, dtype=np.uint32).view(np.float32)
    bits = bits[np.isfinite(bits)]
    assert assert_same_bits([str(x).encode() for x in normal.astype(np.float32)]) == 0
    assert assert_same_bits([b"%.18e" % x for x in normal]) == 0
    assert assert_same_bits([b"%.40f" % x for x in normal]) == 0
    assert assert_same_bits([str(x).encode() for x in bits]) == 0
    assert assert_same_bits([repr(float(x)).encode() for x in bits]) == 0
    # Half-way between two float32: here the last bit depends on every digit.
    above = np.nextafter(normal.astype(np.float32), np.float32(9)).astype(np.float64)
    middle = (normal.astype(np.float32).astype(np.float64) + above) / 2
    tokens = [b"%.60f" % x for x in middle]
    tokens += [token[:-1] + b"1" for token in tokens] + [b"%.17g" % x for x in middle]
    assert assert_same_bits(tokens) > 0


decimals = st.from_regex(
    rb"[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?", fullmatch=True
)


@given(st.lists(decimals, min_size=1, max_size=20))
def test_any_decimal_is_right_or_left_to_python(tokens):
    with np.errstate(over="ignore"):
        assert_same_bits(tokens)


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b".",
        b"-",
        b"+-1",
        b"1e",
        b"1e+",
        b"1_0",
        b"0x1p3",
        b"1.2.3",
        b"--1",
        b"nan",
        b"inf",
        b"1e400",
        b"1,5",
        b"3.5e38",
        "½".encode(),
        "１".encode(),
    ],
)
def test_what_is_no_finite_number_is_not_good(token):
    _, _, good = parse([b"w 1 " + token, b"w 1 1 1", b"w 1", b"w", b"", b" 1 1"], 2)
    assert not good.any()


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_written_numbers_read_the_same_bits(numbers):
    values = np.array(numbers, np.float32).reshape(-1, 1)
    for line, value in zip(write(values), values[:, 0]):
        assert np.float32(float(line)).tobytes() == value.tobytes()


def test_written_numbers_look_as_they_should():
    values = np.array([[0, -0.0, 1, -10, 100.5, 123456, 1e8, 1e9, 0.1, 1e-5, 1.5e-6]], np.float32)
    assert write(values)[0].split() == [
        b"0",
        b"-0",
        b"1",
        b"-10",
        b"100.5",
        b"123456",
        b"100000000",
        b"1e+09",
        b"0.1",
        b"0.00001",
        b"1.5e-06",
    ]
    rng = np.random.default_rng(0)
    for value in rng.normal(0, 1, 300).astype(np.float32):
        for precision in (1, 4, 9):
            text = write(value.reshape(1, 1), precision)[0]
            assert float(text) == pytest.approx(float(f"{value:.{precision}g}"), rel=1e-12)
