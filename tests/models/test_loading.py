import pytest
from language_models import bigrams

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import FormatError
from wordvec_toolkit.lm.ngram.model import NgramModel

ARPA = r"""
\data\
ngram 1=5
ngram 2=2

\1-grams:
-1	<unk>	0
0	<s>	-0.0791812460476248
-0.698970004336019	</s>	0
-0.397940008672038	a	-0.2430380486862944
-0.522878745280338	b	0

\2-grams:
-0.301029995663981	<s> a
-0.221848749616356	a b

\end\
"""


def test_language_models_by_path_and_workspace(tmp_path):
    bigrams().save(tmp_path / "ab.wvt" / "ngram")
    for path in (tmp_path / "ab.wvt", tmp_path / "ab.wvt" / "ngram"):
        for found in (wvt.load(path), wvt.load_language_model(path)):
            assert isinstance(found, NgramModel)
            assert found.vocabulary.words == ("<unk>", "<s>", "</s>", "a", "b")


def test_what_is_no_language_model(tmp_path, write):
    for path, message in (
        (write("vectors.txt", "a 1 2\nb 3 4\n"), r"without \\data\\"),
        (tmp_path, "no language model"),
        (tmp_path / "nothing", "found nothing"),
    ):
        with pytest.raises(FormatError, match=message):
            wvt.load_language_model(path)
    with pytest.raises(FormatError, match="no word vectors"):
        wvt.load(tmp_path)


def test_binary_files_of_kenlm_are_named(tmp_path):
    path = tmp_path / "model.binary"
    path.write_bytes(b"mmap lm http://kheafield.com/code format version 5\n\0" + bytes(200))
    for load in (wvt.load, wvt.load_language_model):
        with pytest.raises(FormatError, match="binary file of KenLM.*; give the ARPA file itself"):
            load(path)


def test_an_arpa_file_is_known_by_its_content(write):
    path = write("model", ARPA)
    model = wvt.load(path)
    assert model.order == 2
    text = write("text", "a b z\nb\n")
    expected = wvt.evaluate_perplexity(bigrams(), text).perplexity
    assert wvt.evaluate_perplexity(model, text).perplexity == pytest.approx(expected, rel=1e-6)


def test_perplexities_are_those_of_kenlm(write):
    kenlm = pytest.importorskip("kenlm")
    path = write("model.arpa", ARPA)
    peer = kenlm.Model(path)
    lines = ["a b z", "b", "a a b", "z z", "b a b a"]
    result = wvt.evaluate_perplexity(bigrams(), write("text", "\n".join(lines)))
    totals = [peer.score(line) for line in lines]
    assert result.sentence_logprobs / 2.302585092994046 == pytest.approx(totals, abs=1e-5)
    n = sum(len(line.split()) + 1 for line in lines)
    assert result.perplexity == pytest.approx(10 ** (-sum(totals) / n), rel=1e-5)
    scored = [item for line in lines for item in peer.full_scores(line)]
    known = [log10 for log10, _, is_oov in scored if not is_oov]
    assert result.perplexity_without_oov == pytest.approx(
        10 ** (-sum(known) / len(known)), rel=1e-5
    )
    assert result.n_oov == sum(is_oov for *_, is_oov in scored)
    orders = [order for _, order, _ in scored]
    assert [max(1, order) for order in orders] == result.orders.tolist()
