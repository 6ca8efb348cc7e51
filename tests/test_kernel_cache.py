"""Kernels give the same bits in the process that compiles them and in those that load them."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import hashlib
import numpy as np
import wordvec_toolkit as wvt
from wordvec_toolkit._kernels import lstm, memory, softmax_loss
from wordvec_toolkit.embeddings import weighted_vectors

draw = np.random.default_rng(0)
made = []

def numbers(*shape):
    made.append(draw.standard_normal(shape).astype(np.float32))
    return made[-1]

def bits(*shape):
    made.append((numbers(*shape).view(np.uint32) >> 16).astype(np.uint16))
    return made[-1]

counts = wvt.count_cooccurrences(wvt.encode_corpus("lee", min_count=8))
made.append(weighted_vectors(counts, dim=20, threads=1).matrix)
before, cell, bias, gates = numbers(4, 20), numbers(4, 20), numbers(80), bits(4, 80)
lstm.step_forward(gates, bits(4, 80), bias, before, cell, bits(4, 20))
lstm.step_backward(gates, before, cell, bits(4, 20), bits(4, 20), numbers(4, 20), numbers(80))
asked, looks, kept, read = numbers(3, 92), numbers(2, 3, 30), numbers(2, 3, 4, 30), numbers(3, 20)
before, old, new = np.abs(numbers(2, 3, 30)), numbers(3, 20, 30), numbers(3, 20, 30)
memory.step_forward(asked, before, old, new, kept, looks, read)
memory.step_backward(
    *(asked, before, old, new, kept, looks, numbers(2, 3, 30), numbers(3, 20, 30)),
    *(numbers(3, 20), numbers(3, 92), numbers(2, 3, 30)),
)
targets = np.array([3, 5], np.int32)
softmax_loss.loss_and_gradient(bits(2, 50), numbers(50), targets, 0.1, numbers(50), numbers(50))
print(hashlib.sha256(b"".join(array.tobytes() for array in made)).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="nothing is compiled")
def test_compiled_and_loaded_kernels_agree(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    found = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True
        )
        for _ in range(2)
    ]
    assert [run.returncode for run in found] == [0, 0], found[0].stderr
    assert found[0].stdout == found[1].stdout != ""
