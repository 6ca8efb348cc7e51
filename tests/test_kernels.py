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
