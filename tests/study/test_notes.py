"""Notes that hang on what could not be had."""

import numpy as np
import pytest
from sample_reports import full_report

from wordvec_toolkit.study.findings import Findings
from wordvec_toolkit.study.folder import StudyFolder
from wordvec_toolkit.study.notes import notes_of
from wordvec_toolkit.study.running import Outcome
from wordvec_toolkit.study.settings import StudySettings
from wordvec_toolkit.study.steps import Step, Steps, Texts
from wordvec_toolkit.study.words import spread_words
from wordvec_toolkit.text.encoding import encode_text


def notes(found=None, outcomes=(), models=(), level="standard"):
    settings = StudySettings(("x.txt",), level, models=models)
    steps = Steps(settings, StudyFolder("x.study"), Texts(("x.txt",), test="t.txt"))
    by_name = {each.step.name: each for each in outcomes}
    return notes_of(settings, steps, found or Findings(), by_name, {})


def test_a_test_set_in_another_language_is_named_with_what_to_do():
    step = Step("similarity-1", "eval-similarity", ("eval-similarity",))
    said = notes(outcomes=[Outcome(step, "failed", "0 of the 353 pairs are in the vocabulary")])
    assert "similarity-1 failed: 0 of the 353 pairs are in the vocabulary" in said
    assert any("--similarity FILE" in note for note in said)
    assert not any("--similarity" in note for note in notes())


def test_a_perplexity_of_unknown_words_is_warned_of():
    (one, *_) = full_report().perplexities
    for n_oov, is_warned in ((71, True), (20, False)):
        few = Findings(perplexities=(one.replaced(n_tokens=100, n_oov=n_oov),))
        assert any(note.startswith("71% of the tokens") for note in notes(few)) is is_warned


def test_only_models_that_are_there_are_spoken_of():
    every = notes()
    assert any("GloVe" in note for note in every) and any("fastText" in note for note in every)
    assert any(
        note.endswith(
            "PPMI has counted; caches are added to the n-grams; the ensemble takes "
            "models that are built before."
        )
        for note in every
    )
    assert notes(models=("ngram",)) == ()
    assert any("with seed 0: another seed moves" in note for note in every)
    assert not any("skip-grams" in note for note in every)
    full = notes(models=("ngram", "cache"), level="full")
    assert "The model with caches has skip-grams and n-grams of classes, too." in full
    assert not any("picked" in note for note in every)
    compared = notes(Findings(comparisons=full_report().differences), models=("ngram",))
    assert len(compared) == 1 and "picked by the same items" in compared[0]


@pytest.mark.parametrize("word", ["<unk>", "cat"])
def test_a_mark_that_was_cut_to_a_word_is_told(word, monkeypatch):
    vocabulary = encode_text(f"the {word} sat\n" * 9, min_count=1).vocabulary
    monkeypatch.setattr("wordvec_toolkit.study.notes.vocabulary_of", lambda _: vocabulary)
    assert any("33.3% of the words are “unk”" in note for note in notes()) is (word == "<unk>")


def test_no_word_is_taken_for_an_option():
    words = ["--json", "-", ",", "a"]
    assert spread_words(words, np.array([9, 8, 7, 6])) == (",", "a")
