import numpy as np
import pytest

from wordvec_toolkit.counts.counting import count_cooccurrences
from wordvec_toolkit.embeddings.glove import train_glove
from wordvec_toolkit.embeddings.weighted import weighted_vectors
from wordvec_toolkit.errors import ExhaustedError, SettingError
from wordvec_toolkit.runtime.memory import (
    check_room,
    memory_budget,
    parse_memory,
    release,
    spool_folder,
    within_memory,
)
from wordvec_toolkit.text.encoding import encode_text


@pytest.mark.parametrize(
    ("text", "n_bytes"),
    [
        ("4G", 4 << 30),
        ("512MiB", 512 << 20),
        ("1.5g", 3 << 29),
        (1 << 30, 1 << 30),
        ("1 TB", 1 << 40),
    ],
)
def test_sizes_of_memory(text, n_bytes):
    assert parse_memory(text) == n_bytes


@pytest.mark.parametrize("text", ["", "4X", "G", "-4G", "1e9", "100M", 5])
def test_sizes_that_make_no_sense(text):
    with pytest.raises(SettingError, match="expected 256M or more, such as 4G"):
        parse_memory(text)


def test_a_budget_holds_within_its_block(tmp_path):
    before = memory_budget()
    with within_memory("300M", tmp_path):
        assert memory_budget() == 300 << 20
        with within_memory(None):
            assert memory_budget() == 300 << 20
            assert spool_folder() == tmp_path
        check_room(200e6, "this", "try less")
        with pytest.raises(ExhaustedError, match="this needs about 400.0 MB.*314.6 MB.*try less"):
            check_room(400e6, "this", "try less")
    assert spool_folder() is None
    assert memory_budget() > 300 << 20 or before <= 300 << 20


def test_released_arrays_can_be_read_on(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(10_000))
    array = np.load(tmp_path / "a.npy", mmap_mode="r")
    release(array, array[5:], array[::-1], array[:0], np.asarray(array)[7:9], np.arange(3))
    assert int(array[5000:].sum()) == sum(range(5000, 10_000))


@pytest.mark.parametrize("mode", ["c", "r+"])
def test_what_was_written_stays(tmp_path, mode):
    np.save(tmp_path / "a.npy", np.zeros(10_000))
    array = np.load(tmp_path / "a.npy", mmap_mode=mode)
    array[:] = 1
    release(array, array[5:], np.asarray(array))
    assert array.sum() == 10_000


def test_glove_and_the_weighted_factorisation_keep_the_budget():
    counts = count_cooccurrences(encode_text("a b c a\nb a c", "whitespace"))
    with within_memory("256M"):
        for train, dim in ((train_glove, 20_000_000), (weighted_vectors, 20_000_000)):
            with pytest.raises(ExhaustedError, match="of 3 words needs about .*smaller dim"):
                train(counts, dim=dim)
