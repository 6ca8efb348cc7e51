"""Text, tokens and ids give a language model the same prompt."""

import numpy as np
import pytest
from language_models import bigrams, trained

from wordvec_toolkit import next_words, sample
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm.prompts import joined, read_prompt


@pytest.fixture(scope="module")
def model(harbour):
    return trained(harbour, "words", 3)


@pytest.fixture(scope="module")
def characters(harbour):
    return trained(harbour, "chars", 3)


def test_text_tokens_and_ids_are_the_same_prompt(model):
    tokens = ["the", "sea", "</s>", "the", "boats"]
    ids = [model.vocabulary.ids[token] for token in tokens]
    text = "The sea\nthe boats"  # the model's tokenizer lower-cases
    same = [text, tokens, tuple(tokens), ids, np.array(ids), read_prompt(model, text)]
    for prompt in same:
        read = read_prompt(model, prompt)
        assert read.ids.tolist() == ids
        assert read.words == tuple(tokens)
        assert read.unknown_words == ()
        assert read.text == "the boats"
        assert next_words(model, prompt) == next_words(model, ids)
        drawn = sample(model, 2, seed=5, prompt=prompt)
        assert [item.words for item in drawn] == [
            item.words for item in sample(model, 2, seed=5, prompt=ids)
        ]
        assert drawn[0].text == " ".join(["the boats", *drawn[0].words])


def test_no_prompt_is_the_beginning_of_a_sentence(model):
    for prompt in ("", " ", [], (), np.array([], np.int32)):
        assert read_prompt(model, prompt).ids.tolist() == []
        assert next_words(model, prompt, 3) == next_words(model, n=3)
    assert read_prompt(model, "the sea\n").words == ("the", "sea", "</s>")
    assert read_prompt(model, "the sea\n").text == ""


def test_unknown_words_are_named(model):
    for prompt in ("the zyx sea zyx", ["the", "zyx", "sea", "zyx"]):
        read = read_prompt(model, prompt)
        assert read.unknown_words == ("zyx",)
        assert read.words == ("the", "zyx", "sea", "zyx")
        assert read.ids.tolist().count(0) == 2
    assert read_prompt(model, ["<s>", "the"]).ids.tolist()[0] == 0


def test_another_tokenizer(model):
    assert read_prompt(model, "a-b c", "regex:[a-z]").words == ("a", "b", "c")


def test_text_in_characters_is_continued_without_spaces(characters):
    drawn = sample(characters, 1, prompt="the s", max_tokens=5)[0]
    assert drawn.text == "the s" + joined(drawn.words, "chars")
    assert read_prompt(characters, "a ").words == ("a", "▁")
    assert read_prompt(characters, ["a", "▁", "b"]).text == "a b"


@pytest.mark.parametrize("prompt", [["the", 3], [1.5], [None], np.ones(3)])
def test_what_is_no_prompt_is_refused(prompt):
    with pytest.raises(SettingError, match=r"the prompt holds .*; expected text"):
        read_prompt(bigrams(), prompt)


def test_ids_outside_of_the_vocabulary_are_refused():
    with pytest.raises(SettingError, match="encode the text with it"):
        read_prompt(bigrams(), [99])
