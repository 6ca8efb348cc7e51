import subprocess
import sys

import pytest
from language_models import bigrams

PROGRAM = """
import sys
import numba
import numpy as np
from wordvec_toolkit.cli.main import main

sys.argv = ["wvt", "next-word", "ab", "a"]
try:
    main()
except SystemExit as stop:
    assert stop.code == 0
assert "scipy.linalg" not in sys.modules
import scipy.linalg.cython_blas
assert (numba.njit(lambda a: a @ a)(np.eye(2)) == np.eye(2)).all()
assert numba.njit(lambda a: np.convolve(a, a))(np.ones(2)).tolist() == [1, 2, 1]
"""


@pytest.mark.slow
def test_a_command_does_not_wait_for_blas_and_others_still_find_it(tmp_path):
    bigrams().save(tmp_path / "ab")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rank")


HELP = """
import sys
from wordvec_toolkit.cli.main import COMMANDS, wvt

for name in set(COMMANDS) - {"info", "verify", "build-ngram-lm"}:
    wvt([name, "--help"], standalone_mode=False)
heavy = "numpy,scipy,numba,gensim,nltk,torch,sklearn,rich,matplotlib,pandas"
sys.exit(", ".join(set(heavy.split(",")) & set(sys.modules)) or 0)
"""


def test_help_of_commands_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
