import numpy as np
import pytest

from wordvec_toolkit import load_language_model
from wordvec_toolkit.errors import FormatError, SettingError
from wordvec_toolkit.lm.ngram.kneser_ney import FALLBACK, KneserNey
from wordvec_toolkit.models.ngram import build_ngram_lm
from wordvec_toolkit.models.ngram_mixture import build_ngram_mixture

SMOOTHING = KneserNey(discount_fallback=FALLBACK)
TRAINING = {"order": 3, "smoothing": SMOOTHING}
WHOLE = {"cache": True, "skip": True, "soft": True, "classes": (5, 9), "adapt": True}


def steps(pipeline):
    return {step.name: step.reused for step in pipeline.steps}


@pytest.fixture(scope="module")
def built(harbour, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixtures")
    lines = harbour.read_text().splitlines(keepends=True)
    (folder / "text.txt").write_text("".join(lines[: len(lines) * 4 // 5]))
    (folder / "kept.txt").write_text("".join(lines[len(lines) * 4 // 5 :]))
    pipeline = build_ngram_mixture(
        str(folder / "text.txt"), **WHOLE, held_out=str(folder / "kept.txt"), **TRAINING
    )
    return folder, pipeline


def test_every_model_is_a_bundle(built):
    folder, pipeline = built
    assert list(steps(pipeline)) == [
        "corpus",
        "ngram",
        "skip",
        "classes-5",
        "class-targets-5",
        "classes-9",
        "class-targets-9",
        "soft",
        "mixture-static",
        "adapted",
        "mixture",
    ]
    model = load_language_model(folder / "text.wvt" / "mixture")
    after = np.exp(model.next_logprobs(np.array([5, 9, 2, 7], np.int32)))
    assert after.sum() == pytest.approx(1, abs=1e-9)
    facts = pipeline.steps[-1].bundle.facts
    assert facts["held_out_tokens"] > 50
    again = build_ngram_mixture(
        str(folder / "text.wvt"), **WHOLE, held_out=str(folder / "kept.txt"), **TRAINING
    )
    assert all(steps(again).values())


def test_mixing_helps_on_the_held_out_text(built):
    folder, pipeline = built
    facts = {step.name: step.bundle.facts for step in pipeline.steps}
    fitted = [facts[name]["held_out_perplexity"] for name in ("mixture-static", "mixture")]
    assert fitted[1] < fitted[0]


def test_a_component_built_again_is_noticed(built):
    folder, _ = built
    other = folder / "other.wvt"
    kept = str(folder / "kept.txt")
    build_ngram_mixture(
        str(folder / "text.txt"), other, skip=True, cache=True, held_out=kept, **TRAINING
    )
    from wordvec_toolkit.models.ngram import build_ngram_lm

    build_ngram_lm(str(other), order=2, smoothing=SMOOTHING)
    with pytest.raises(FormatError, match="ngram built again since"):
        load_language_model(other / "mixture")


def test_without_held_out_text_some_is_kept_out(built):
    folder, _ = built
    pipeline = build_ngram_mixture(
        str(folder / "text.txt"),
        folder / "kept-out.wvt",
        cache=True,
        classes=(4,),
        adapt=True,
        held_out_share=0.1,
        order=2,
        smoothing=SMOOTHING,
    )
    facts = pipeline.steps[-1].bundle.facts
    assert 0 < facts["held_out_tokens"] < 3000
    assert pipeline.steps[-1].bundle.settings["held_out_share"] == 0.1
    again = build_ngram_mixture(
        str(folder / "kept-out.wvt"),
        cache=True,
        classes=(4,),
        adapt=True,
        held_out_share=0.1,
        order=2,
        smoothing=SMOOTHING,
    )
    assert all(steps(again).values())


def test_a_mixture_of_nothing_is_refused():
    with pytest.raises(SettingError, match="more than one model"):
        build_ngram_mixture("a.txt")


def test_a_function_that_only_a_workspace_names_is_not_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cutting.py").write_text("def cut(line):\n    return line.split()\n")
    (tmp_path / "a.txt").write_text("a b a c\nb a c a\n" * 40)
    (tmp_path / "b.txt").write_text("a b c a\n" * 20)
    training = {"order": 2, "smoothing": SMOOTHING}
    how = {**training, "cache": True, "held_out": "b.txt"}
    build_ngram_lm("a.txt", **training, tokenizer="cutting:cut")
    with pytest.raises(SettingError, match="name it with --tokenizer cutting:cut"):
        build_ngram_mixture("a.wvt", **how)
    build_ngram_mixture("a.wvt", **how, tokenizer="cutting:cut")
