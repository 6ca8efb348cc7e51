"""Patterns of files: those that may take for ever are told from those that cannot."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.text.patterns import can_run_away
from wordvec_toolkit.text.tokenizers import must_be_named, noted_tokenizer


@pytest.mark.parametrize(
    "pattern",
    [
        r"\w+",
        r"\w+|[^\w\s]",
        r"\w+(?:[-']\w+)*",
        r"[a-z]+('[a-z]+)?",
        r"\d+(?:\.\d+)*%?|\w+",
        r"(?:[A-Z]\.)+|\w+(?:-\w+)*|\$?\d+(?:\.\d+)?%?|\.\.\.",
        r"\b\w\w+\b",
        r"[\uac00-\ud7a3]+",
        r"\S+",
        r".",
        r"[^ ]{1,20}",
        r"a+?b",
        "",
    ],
)
def test_usual_patterns_are_used_unasked(pattern):
    re.compile(pattern)
    assert not can_run_away(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+b",
        r"(a*)*b",
        r"(a|a)*b",
        r"(a|ab|b)*c",
        r"(\w+\s?)*!",
        r"(\w|\d)+!",
        r"(?:a?){30}b",
        r"(a?|b?)(a?|b?)c",
        r"\w*\w*\w*!",
        r"(?:\w+-)*\w+!",
        r"([^-]+-?)+!",
        r"(.*?,){11}P",
        r"(x+x+)+y",
        r"a{1,9}a{1,9}b",
        r"((a{1,9}){1,9}){1,9}b",
        r"(a)\1*",
        r"(?i)a+",
        r"a(?=b)",
        r"(?P<x>a)",
        r"[",
        r"a)",
        r"(a",
        r"a++b",
        "(" * 5000 + "a" + ")" * 5000,
        "a" * 400,
    ],
)
def test_patterns_that_may_take_for_ever_are_not(pattern):
    assert can_run_away(pattern)


_LETTERS = st.sampled_from(["a", "b", "[ab]", "[^a]", r"\w", "."])
_PATTERNS = st.recursive(
    _LETTERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,3}"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        st.lists(inner, min_size=2, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(_PATTERNS)
def test_what_is_used_unasked_takes_linear_time(pattern):
    """Run against the clock on texts that send a matcher back: 2^40 steps would not end."""
    if can_run_away(pattern + "!"):
        return
    compiled = re.compile(pattern + "!")
    for text in ("a" * 40, "ab" * 20, "b" * 40 + "a" * 40):
        started = time.perf_counter()
        compiled.match(text)
        assert time.perf_counter() - started < 1


def test_what_a_file_names_is_asked_about():
    noted = {"tokenizer": "regex:(a+)+b", "lowercase": False, "normalize": "NFC"}
    with pytest.raises(SettingError, match=r"if you trust it.*--tokenizer 'regex:\(a\+\)\+b'"):
        noted_tokenizer(noted, "the model")
    assert noted_tokenizer(noted, "the model", "regex:(a+)+b").name == "regex:(a+)+b"
    assert noted_tokenizer({**noted, "tokenizer": r"regex:\w+"}, "the model").function is not None
    assert must_be_named("os:system") and not must_be_named("words")
