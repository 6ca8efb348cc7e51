"""The weighted factorisation on engines makes the same bytes as on the machine of the command."""

import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.embeddings import solving, weighted_vectors
from wordvec_toolkit.engine import local
from wordvec_toolkit.engine.choosing import within_engine, within_store
from wordvec_toolkit.errors import WordvecError

#: Rows by the same words, by twice as many columns, and by fewer columns than rows.
WAYS = {"square": {}, "split": {"direction": "split"}, "tall": {"max_contexts": 300}}
SETTINGS = {"dim": 20, "seed": 3, "threads": 1, "unobserved_exponent": 0.5}


@pytest.fixture(scope="module", params=WAYS)
def counts(request):
    return wvt.count_cooccurrences(wvt.encode_corpus("lee", min_count=4), **WAYS[request.param])


@pytest.fixture
def alone(counts):
    return weighted_vectors(counts, **SETTINGS)


@pytest.fixture
def orders(functions, monkeypatch):
    monkeypatch.setattr(solving, "LEAST_CELLS", 1)
    return functions


def test_every_row_is_the_same(counts, alone, orders):
    with within_engine("threads:3"):
        there = weighted_vectors(counts, **SETTINGS)
    assert set(orders) == {"embeddings.solving:solve"}
    assert there.matrix.tobytes() == alone.matrix.tobytes()
    assert there.facts == alone.facts


def test_a_killed_process_is_replaced(counts, alone, orders, monkeypatch):
    answer, killed = local._answer, []

    def kill(worker, order):
        if len(killed) < 2:
            killed.append(order)
            worker.kill()
        return answer(worker, order)

    monkeypatch.setattr(local, "_answer", kill)
    with within_engine("processes:2"):
        there = weighted_vectors(counts, **SETTINGS)
    assert len(killed) == 2 and there.matrix.tobytes() == alone.matrix.tobytes()


def test_a_store_is_enough(counts, alone, orders, bucket):
    with within_store(f"file://{bucket}"), within_engine("threads:2"):
        there = weighted_vectors(counts, **SETTINGS)
    assert there.matrix.tobytes() == alone.matrix.tobytes()
    assert not list(bucket.iterdir())


def test_few_cells_stay_on_this_machine(counts, alone, orders, monkeypatch):
    monkeypatch.setattr(solving, "LEAST_CELLS", 5_000_000)
    with within_engine("threads:3"):
        weighted_vectors(counts, **SETTINGS)
    assert not orders


def test_damaged_cells_end_in_a_sentence(counts, orders, monkeypatch):
    make = solving.make_files

    def damage(engine, made, folder, *others):
        path = made[0].inputs[0]
        path.write_bytes(path.read_bytes()[:-4])
        return make(engine, made, folder, *others)

    monkeypatch.setattr(solving, "make_files", damage)
    with within_engine("threads:2"), pytest.raises(WordvecError, match="damaged file.*a run of"):
        weighted_vectors(counts, **SETTINGS)
