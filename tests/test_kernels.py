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
PLAIN = [
    "text/test_tokenizers.py",
    "text/test_encoding.py::test_sentences_and_documents_agree_with_the_slow_twin",
    "text/test_encoding.py::test_tables_grow",
    "text/test_streams.py::test_matched_words_agree_with_the_slow_twin",
    "text/test_sharing.py::test_the_kernels_agree_with_the_slow_twins",
    "counts/test_counting.py::test_counts_agree_exactly_with_the_slow_twin",
    "counts/test_counting.py::test_subsampling_drops_what_the_generator_says",
    "counts/test_ngrams.py::test_counts_agree_with_the_slow_twin",
    "counts/test_trie.py",
    "lm/test_kneser_ney.py::test_models_agree_with_the_equations",
    "lm/test_kneser_ney.py::test_adjusted_counts_agree_with_the_slow_twin",
    "lm/test_ngram_model.py::test_scores_agree_with_a_slow_lookup",
    "lm/test_pruning.py::test_pruning_by_count_agrees_with_the_equations",
    "lm/test_pruning.py::test_entropy_pruning_agrees_with_its_definition",
    "lm/test_smoothing.py::test_stupid_backoff_agrees_with_its_equation",
    "lm/test_smoothing.py::test_em_agrees_with_the_slow_twin",
    "embeddings/test_ppmi.py::test_ppmi_agrees_exactly_with_the_slow_twin",
    "embeddings/test_ppmi.py::test_smoothing_agrees_with_the_slow_twin_of_smoothed_counts",
    "embeddings/test_svd.py::test_the_sparse_product_agrees_with_scipy",
    "embeddings/test_glove.py::test_training_agrees_with_the_slow_twin",
    "evaluation/test_analogy.py::test_the_kernel_agrees_with_the_slow_twin",
    "evaluation/test_evaluation.py::test_analogies_by_hand",
    "lm/test_mixtures.py::test_caches_agree_with_the_slow_twin",
    "lm/test_mixtures.py::test_factored_models_agree_with_the_slow_twin",
    "lm/test_classes.py::test_exchange_agrees_with_the_slow_twin",
    "lm/test_mixtures.py::test_soft_bigrams_agree_with_the_slow_twin",
    "lm/test_mixtures.py::test_adaptation_agrees_with_the_slow_twin",
    "neural/test_bfloat16_kernels.py",
    "formats/test_numbers.py::test_lines_agree_with_the_slow_twin",
    "formats/test_numbers.py::test_records_agree_with_the_slow_twin",
    "lm/test_arpa.py::test_what_is_read_is_what_the_slow_twin_reads",
    "lm/test_arpa.py::test_lines_agree_with_the_slow_twin",
]


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
            *PLAIN,
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


def test_damaged_caches_are_made_again(tmp_path):
    assert _call(tmp_path, "here").stderr == ""
    index, data = (
        sorted(tmp_path.rglob(f"*fading_counts*.{ending}"))[0] for ending in ("nbi", "nbc")
    )
    whole = {path: path.read_bytes() for path in (index, data)}
    for path in (index, data):
        for content in (b"", whole[path][:20], whole[path][:-30], b"nonsense"):
            path.write_bytes(content)
            done = _call(tmp_path, "here")
            assert (done.returncode, done.stderr) == (0, ""), path
            assert path.stat().st_size > 100
