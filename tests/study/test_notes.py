"""Notes that depend on what was missing."""

import random

import numpy as np
import pytest
from sample_reports import full_report

from wordvec_toolkit.study.findings import Findings
from wordvec_toolkit.study.folder import StudyFolder
from wordvec_toolkit.study.notes import notes_of, warnings_of
from wordvec_toolkit.study.running import Outcome
from wordvec_toolkit.study.settings import StudySettings
from wordvec_toolkit.study.steps import Step, Steps, Texts
from wordvec_toolkit.study.words import sample_words
from wordvec_toolkit.text.corpus import EncodedCorpus
from wordvec_toolkit.text.encoding import encode_text
from wordvec_toolkit.text.function_words import are_function_words, evenness


def notes(found=None, outcomes=(), models=(), level="standard"):
    settings = StudySettings(("x.txt",), level, models=models)
    steps = Steps(settings, StudyFolder("x.study"), Texts(("x.txt",), test="t.txt"))
    by_name = {each.step.name: each for each in outcomes}
    return notes_of(settings, steps, found or Findings(), by_name, {})


def warnings(found=None, outcomes=(), level="standard"):
    by_name = {each.step.name: each for each in outcomes}
    return warnings_of(StudySettings(("x.txt",), level), found or Findings(), by_name)


def test_a_quick_study_is_not_to_be_quoted():
    (said,) = warnings(level="quick")
    assert "Do not quote it" in said
    assert warnings() == ()
    assert not any("quote" in note for note in notes(level="quick"))


def test_a_test_set_in_another_language_is_named_with_what_to_do():
    step = Step("similarity-1", "eval-similarity", ("eval-similarity",))
    said = warnings(outcomes=[Outcome(step, "failed", "0 of the 353 pairs are in the vocabulary")])
    assert len(said) == 1 and "--similarity FILE" in said[0]
    assert not any("--similarity" in note for note in warnings())


def test_a_perplexity_of_unknown_words_is_warned_of():
    (one, *_) = full_report().perplexities
    for n_oov, is_warned in ((71, True), (20, False)):
        few = Findings(perplexities=(one.replaced(n_tokens=100, n_oov=n_oov),))
        assert any(note.startswith("71% of the tokens") for note in warnings(few)) is is_warned


def test_only_models_that_are_there_are_spoken_of():
    every = notes()
    assert any("GloVe" in note for note in every) and any("fastText" in note for note in every)
    assert any(
        note.endswith(
            "PPMI-SVD reuses the counts of PPMI; caches are added to the n-grams; the ensemble "
            "takes "
            "models that are built before."
        )
        for note in every
    )
    assert notes(models=("ngram",)) == ()
    assert any("with seed 0: another seed moves" in note for note in every)
    assert not any("skip-grams" in note for note in every)
    full = notes(models=("ngram", "cache"), level="full")
    assert "The model with caches has skip-grams and n-grams of classes, too." in full
    assert not any("same items" in note for note in every)
    compared = notes(Findings(comparisons=full_report().differences), models=("ngram",))
    assert len(compared) == 1 and "found on the same items" in compared[0]


@pytest.mark.parametrize("word", ["<unk>", "cat"])
def test_a_mark_that_was_cut_to_a_word_is_told(word, monkeypatch):
    vocabulary = encode_text(f"the {word} sat\n" * 9, min_count=1).vocabulary
    monkeypatch.setattr("wordvec_toolkit.study.notes.vocabulary_of", lambda _: vocabulary)
    assert any("33.3% of the words are “unk”" in note for note in notes()) is (word == "<unk>")


def test_no_word_is_taken_for_an_option():
    corpus = encode_text("--json - , a\n" * 9, min_count=1, tokenizer="whitespace")
    assert sample_words(corpus) == (",", "a")


def test_sample_words_are_content_words_of_any_language():
    """Words of one part of the text are taken, words of all its parts and numbers are not."""
    draw = random.Random(1)
    even = ["the", "of", "also", "however", "because", "1999"]
    topics = [[f"{sign}{letter * 4}" for letter in "abcd"] for sign in ("ш", "한국", "word", "été")]
    sentences = [
        " ".join(draw.choices(even, k=12) + draw.choices(topics[n // 100], k=6)) for n in range(400)
    ]
    corpus = encode_text("\n".join(sentences), min_count=1)
    chosen = sample_words(corpus, 4)
    assert len(chosen) == 4 and not set(chosen) & set(even)
    function = are_function_words(corpus)
    known = {corpus.vocabulary.word(n) for n in np.flatnonzero(function)}
    assert known == {*even, "<unk>", "<s>", "</s>"}


def test_evenness_is_what_chance_gives_or_less():
    ids = np.repeat(np.arange(4), 250)  # four pieces, a word in each
    words = encode_text("a b c d", min_count=1).vocabulary
    corpus = EncodedCorpus(
        words, (ids + 3).astype(np.int32), np.array([0, 1000]), np.array([0, 1000])
    )
    assert evenness(corpus)[3:] == pytest.approx(1 / (4 * (1 - 0.75**250)))
    assert np.isnan(evenness(corpus)[:3]).all()
    spread = np.tile(np.arange(4), 250) + 3
    even = EncodedCorpus(words, spread.astype(np.int32), corpus.sentences, corpus.documents)
    assert evenness(even)[3:] == pytest.approx(4 / (4 * (1 - 0.75**250)))
