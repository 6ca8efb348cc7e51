import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit._kernels import changing, words
from wordvec_toolkit.text.vocabulary import Vocabulary, rank_words
from wordvec_toolkit.text.wordlines import escape

WORDS = st.lists(st.text("aé한\t\\\n\r", min_size=1, max_size=3), unique=True, max_size=8)


@pytest.mark.kernel
@given(WORDS, st.data())
def test_words_are_ranked_and_written_as_bytes(chosen, data):
    counts = np.array(data.draw(st.lists(st.sampled_from([0, 7, 10, 10**17]), min_size=8)))
    counts = counts[: len(chosen)]
    utf8 = Vocabulary(chosen, counts).utf8()
    lines = "".join(f"{escape(word)}\t{n}\n" for word, n in zip(chosen, counts.tolist()))
    out = np.empty(len(lines.encode()), np.uint8)
    n = words.write_lines(utf8.text, utf8.firsts, utf8.lasts, counts, out)
    assert out[:n].tobytes().decode() == lines
    as_bytes = [word.encode() for word in chosen]
    order = rank_words(as_bytes, counts)
    is_one = np.array(data.draw(st.lists(st.booleans(), min_size=8, max_size=8)))[: len(order)]
    ranked = np.array(order, np.int64)
    merged = np.empty_like(ranked)
    words.merge_ranked(
        *(utf8.text, utf8.firsts, utf8.lasts, counts), ranked[is_one], ranked[~is_one], merged
    )
    assert merged.tolist() == order


@pytest.mark.kernel
@given(st.lists(st.lists(st.integers(0, 3), max_size=4), min_size=1, max_size=5), st.data())
def test_tokens_of_a_text_that_changes(documents, data):
    # Types 1 to 3 are known, 4 to 6 are outside.
    types = [[t or data.draw(st.integers(4, 6)) for t in document] for document in documents]
    flat = np.array(sum(types, []), np.int64)
    ids = np.where(flat < 4, flat, 0).astype(np.int32)
    rare = (flat[flat >= 4] - 4).astype(np.int32)
    units = np.cumsum([0, *map(len, types)])
    flags = st.lists(st.booleans(), min_size=7, max_size=7).map(np.array)
    removed, is_marked = data.draw(flags)[: len(types)], data.draw(flags)
    kept = [t for document, is_out in zip(types, removed) if not is_out for t in document]
    gone = np.empty(len(flat) - len(kept), np.int32)
    changing.take_types(ids, rare, 4, units, removed, gone)
    assert gone.tolist() == [t for doc, is_out in zip(types, removed) if is_out for t in doc]
    chosen = np.zeros(len(types), bool)
    changing.mark_units(ids, rare, 4, is_marked, units, chosen)
    assert chosen.tolist() == [any(is_marked[t] for t in document) for document in types]
    new_ids = np.array([0, 0, 9, 8, 7, 0, 0], np.int32)
    new_rare = np.array([-1, 5, -1, -1, -1, 6, 4], np.int32)
    found, cursors, n_rare = [], np.zeros(2, np.int64), 0
    rare_out, out = np.empty(len(flat), np.int32), np.empty(2, np.int32)
    for first in range(0, len(flat), 2):
        n, n_rare = changing.renumber_tokens(
            *(ids, rare, 4, first, min(first + 2, len(flat)), units, removed, new_ids, new_rare),
            *(cursors, out, rare_out, n_rare),
        )
        found += out[:n].tolist()
    assert found == [new_ids[t] for t in kept]
    assert rare_out[:n_rare].tolist() == [new_rare[t] for t in kept if new_ids[t] == 0]
