"""These tests need the extra ``neural``; torch computes on one thread, as the models are tiny."""

import importlib.util

import pytest
from recurrent_models import talk

from wordvec_toolkit.lm.streams import corpus_stream

if importlib.util.find_spec("torch") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(autouse=True)
def _one_thread():
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def corpus():
    return talk()


@pytest.fixture(scope="session")
def ids():
    """A text that models of `corpus` have not seen."""
    return corpus_stream(talk(30, seed=6))
