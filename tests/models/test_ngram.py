import pytest

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm import KneserNey, NgramModel
from wordvec_toolkit.lm.ngram.discounts import FALLBACK
from wordvec_toolkit.models.ngram import build_ngram_lm
from wordvec_toolkit.models.ngram_mixture import build_ngram_mixture

FITTED = {"order": 2, "smoothing": "jelinek-mercer"}


@pytest.fixture
def text(harbour, tmp_path):
    (tmp_path / "text.txt").write_bytes(harbour.read_bytes())
    return str(tmp_path / "text.txt")


@pytest.fixture
def kept(write):
    return lambda text: str(write("kept.txt", text))


def reused(pipeline):
    return [step.reused for step in pipeline.steps]


def test_a_model_knows_how_its_text_was_read_and_is_reused(text, tmp_path):
    training = {"order": 2, "smoothing": KneserNey(discount_fallback=FALLBACK)}
    pipeline = build_ngram_lm(text, lowercase=True, **training)
    assert [step.name for step in pipeline.steps] == ["corpus", "ngram"]
    model = NgramModel.load(tmp_path / "text.wvt" / "ngram")
    assert model.settings["text"] == {
        "tokenizer": "whitespace",
        "lowercase": True,
        "normalize": "NFC",
        "layout": "sentences",
    }
    again = build_ngram_lm(str(tmp_path / "text.wvt"), **training)
    assert reused(again) == [True, True]
    wider = build_ngram_lm(str(tmp_path / "text.wvt"), **{**training, "order": 3})
    assert reused(wider) == [True, False]


def test_a_model_depends_on_the_held_out_text_that_it_is_fitted_to(text, kept):
    first = build_ngram_lm(text, **FITTED, held_out=kept("The ship came in .\n"))
    assert first.steps[-1].bundle.settings["held_out"].startswith("6 tokens")
    assert reused(build_ngram_lm(text, **FITTED, held_out=kept("The ship came in .\n")))[1]
    assert not reused(build_ngram_lm(text, **FITTED, held_out=kept("The ship .\n")))[1]


def test_held_out_text_that_nothing_is_fitted_to_is_refused(text, kept):
    with pytest.raises(SettingError, match="witten-bell fits nothing"):
        build_ngram_lm(text, smoothing="witten-bell", held_out=kept("The ship\n"))


def test_the_held_out_text_of_a_mixture_is_nothing_to_its_ngrams(text, kept):
    for held_out, expected in (("The ship came .\n", False), ("The old ship\n", True)):
        pipeline = build_ngram_mixture(
            text, cache=True, held_out=kept(held_out), order=2, smoothing="witten-bell"
        )
        steps = {step.name: step for step in pipeline.steps}
        assert steps["ngram"].reused is expected and not steps["mixture"].reused
        assert "held_out" not in steps["ngram"].bundle.settings
