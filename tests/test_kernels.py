"""The kernels run as plain Python too, and give the same there."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from reference import slow

from wordvec_toolkit._kernels import windows

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="this is the inner run")
def test_the_kernels_agree_with_their_twins_as_plain_python():
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-x",
            "-W",
            "ignore::RuntimeWarning",
            "-m",
            "kernel",
        ],
        cwd=HERE,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_generator_is_splitmix64():
    for seed in (0, 1, 2**63 - 1):
        for position in (0, 1, 12345, 10**12):
            expected = slow.splitmix_unit(seed, position)
            with np.errstate(over="ignore"):
                assert windows.random_unit(seed, position) == expected


_CALL = """
import sys, warnings
import numba.core.caching as caching
if sys.argv[1] == "nowhere":
    caching.FunctionCache._impl_class._locator_classes = []
warnings.simplefilter("always")
import numpy as np
from wordvec_toolkit._kernels import caches
of_event, of_history = np.zeros(2), np.zeros(2)
caches.fading_counts(np.zeros(2, np.int64), np.zeros(2, np.int64), 1, 1, 5.0, of_event, of_history)
assert of_event[1] > 0
"""


def _call(folder, where):
    return subprocess.run(
        [sys.executable, "-c", _CALL, where],
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder), "NUMBA_DISABLE_JIT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_kernels_run_where_nothing_can_be_cached(tmp_path):
    done = _call(tmp_path, "nowhere")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("KernelCacheWarning: compiled kernels cannot be kept") == 1
    assert "NUMBA_CACHE_DIR" in done.stderr


@pytest.mark.slow
def test_damaged_caches_are_made_again(tmp_path):
    assert _call(tmp_path, "here").stderr == ""
    index, data = (
        sorted(tmp_path.rglob(f"*fading_counts*.{ending}"))[0] for ending in ("nbi", "nbc")
    )
    whole = {path: path.read_bytes() for path in (index, data)}
    for path, content in (
        (index, b""),
        (index, whole[index][:-30]),
        (data, whole[data][:20]),
        (data, b"nonsense"),
    ):
        path.write_bytes(content)
        done = _call(tmp_path, "here")
        assert (done.returncode, done.stderr) == (0, ""), path
        assert path.stat().st_size > 100
