"""ARPA files of other tools: heads that explain, other marks, slips, words in another order."""

import math

import numpy as np
import pytest

from wordvec_toolkit.errors import FormatError
from wordvec_toolkit.lm.arpa.file import check_arpa
from wordvec_toolkit.lm.arpa.marks import why_impossible
from wordvec_toolkit.lm.arpa.reading import read_arpa
from wordvec_toolkit.lm.mixed.mixture import Mixture, fit_mixture
from wordvec_toolkit.lm.ngram.reordering import reordered
from wordvec_toolkit.runtime.progress import Silent

BIGRAMS = """\\data\\
ngram 1=5
ngram 2=4

\\1-grams:
-1.0\t<unk>
-99\t<s>\t-0.3
-0.7\ta\t-0.2
-0.6\tb\t-0.1
-0.5\t</s>

\\2-grams:
-0.2\t<s> a
-0.3\ta b
-0.4\tb </s>
-0.9\tb a

\\end\\
"""


class Notes(Silent):
    def __init__(self):
        self.messages = []

    def note(self, message):
        self.messages.append(message)


@pytest.fixture
def read(tmp_path):
    def read(text, **how):
        path = tmp_path / "a.lm"
        path.write_text(text)
        notes = Notes()
        return read_arpa(path, progress=notes, **how), " ".join(notes.messages)

    return read


def log10_of(model, sentence):
    ids = [model.vocabulary.ids.get(word, 0) for word in [*sentence.split(), "</s>"]]
    return model.token_logprobs(np.array(ids, np.int32)) / math.log(10)


def test_a_head_may_explain_the_format(read):
    head = (
        "p(wd2|wd1)= bo_wt_1(wd1)*p_1(wd2)\n\nData formats:\n\nBeginning of data mark: \\data\\\n"
    )
    head += "ngram 1=nr\n\n\\1-grams:\np_1 wd_1 bo_wt_1\n\\2-grams:\np_2 wd_1 wd_2\n\n"
    head += "end of data mark: \\end\\\n\n"
    model, notes = read(head + BIGRAMS)
    plain, _ = read(BIGRAMS)
    assert notes == ""
    np.testing.assert_array_equal(log10_of(model, "a b"), log10_of(plain, "a b"))
    np.testing.assert_allclose(log10_of(model, "a b"), [-0.2, -0.3, -0.4])
    with pytest.raises(FormatError, match="before it"):
        read(BIGRAMS.replace("\\data\\\n", ""))


def test_marks_that_are_missing_are_named_with_what_looks_like_them(read):
    model, notes = read(BIGRAMS.replace("<s>", "<S>").replace("</s>", "!EXIT"))
    assert "no <s> (<S>, which looks like it" in notes
    assert "no </s> (!EXIT, which looks like it" in notes
    assert log10_of(model, "a")[-1] == -np.inf
    assert "ends of sentences have no probability" in why_impossible(model, "</s>")
    assert why_impossible(model, "a") == ""


@pytest.mark.parametrize("name", ["<UNK>", "!UNK", "<unknown>"])
def test_unknown_words_may_be_spelled_otherwise(read, name):
    model, notes = read(BIGRAMS.replace("<unk>", name))
    assert f"{name} is read as <unk>" in notes
    assert log10_of(model, "zzz")[0] == pytest.approx(-1.0 - 0.3)


def test_a_closed_model_says_why_a_word_is_impossible(read):
    model, notes = read(BIGRAMS.replace("-1.0\t<unk>\n", "").replace("1=5", "1=4"))
    assert "no <unk>: words that it does not know have no probability" in notes
    assert "no <unk>" in why_impossible(model, "zzz")
    assert why_impossible(model, "b") == ""


def test_slips_are_repaired_on_request_and_counted(read):
    trigrams = (
        BIGRAMS.replace("ngram 2=4", "ngram 2=4\nngram 3=2")
        .replace("\\end\\", "\\3-grams:\n0.00002\t<s> a b\n-0.1\tb b a\n\n\\end\\")
        .replace("<s> a\n", "<s> a\t-0.05\n")
    )
    with pytest.raises(
        FormatError, match=r"'0.00002', expected 0 or less; lenient=True .wvt convert.*--lenient"
    ):
        read(trigrams)
    with pytest.raises(FormatError, match=r"'b b' among the 2-grams.*--lenient"):
        read(trigrams.replace("0.00002", "-0.00002"))
    model, notes = read(trigrams, lenient=True)
    assert model.facts["n_rounded"] == 1 and model.facts["n_added"] == 1
    assert "1 log probabilities just above 0" in notes and "1 histories" in notes
    # p(b | <s> a) is 1; p(a | b b) is given; p(b | b) backs off: -0.1 - 0.6, as without "b b".
    np.testing.assert_allclose(log10_of(model, "a b"), [-0.2, 0, -0.4], atol=1e-12)
    np.testing.assert_allclose(log10_of(model, "b b a")[:3], [-0.9, -0.7, -0.1], atol=1e-12)
    with pytest.raises(FormatError, match="0 or less"):
        read(trigrams.replace("0.00002", "0.2"), lenient=True)


def test_models_with_words_in_another_order_are_mixed_by_word(read):
    first, _ = read(BIGRAMS)
    other, _ = read(
        BIGRAMS.replace("-0.7\ta\t-0.2\n-0.6\tb\t-0.1\n", "-0.6\tb\t-0.1\n-0.7\ta\t-0.2\n")
    )
    assert first.vocabulary.words != other.vocabulary.words
    for sentence in ("a b", "b a b", "zzz b b"):
        ids = np.array(
            [first.vocabulary.ids.get(w, 0) for w in [*sentence.split(), "</s>"]], np.int32
        )
        np.testing.assert_array_equal(
            reordered(other, first.vocabulary).token_logprobs(ids), first.token_logprobs(ids)
        )
        mixed = Mixture([first, other], np.array([[0.25, 0.75]]))
        np.testing.assert_allclose(mixed.token_logprobs(ids), first.token_logprobs(ids))
    found = fit_mixture([first, other], np.array([3, 4, 2], np.int32))
    assert found.facts["component_perplexities"][0] == found.facts["component_perplexities"][1]
    assert reordered(other, first.vocabulary).trie.is_sorted()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"mmap lm http://kheafield.com/code format version 5\n\0\0", "a binary file of KenLM"),
        (b"Trie Language Model\0\0", "a binary file of CMU Sphinx"),
        ("\\data\\\nngram 1=1\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_files_that_are_no_arpa_are_named(tmp_path, data, found):
    path = tmp_path / "a.lm"
    path.write_bytes(data)
    for refuse in (read_arpa, lambda path: check_arpa(path, "")):
        with pytest.raises(FormatError, match=found):
            refuse(path)
