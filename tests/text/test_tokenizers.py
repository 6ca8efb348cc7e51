import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow

from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.text.encoding import tokenize
from wordvec_toolkit.text.tokenizers import make_tokenizer, must_be_named

pytestmark = pytest.mark.kernel

# Text with joiners, marks, CJK, Hangul and odd spaces more often than chance would have them.
TEXT = st.text(
    st.one_of(
        st.sampled_from("ab'-’‐\xad· \t漢字かカナ한글ée\u0301नमस्\u200dते_0９.\n々〇ー"),
        st.characters(codec="utf-8", exclude_characters="\x1e\x1f\r\0"),
    ),
    max_size=40,
)


@given(TEXT)
def test_words_agree_with_the_slow_twin(text):
    assert tokenize(text) == slow.words(text)


@given(TEXT)
def test_whitespace_agrees_with_str_split(text):
    assert tokenize(text, make_tokenizer("whitespace", normalize="none")) == text.split()


@given(st.text("ab é漢", max_size=20))
def test_chars_are_characters(text):
    expected = list(text.strip().replace(" ", "▁"))  # spaces at the ends of lines are none
    while "▁▁" in (joined := "".join(expected)):
        expected = list(joined.replace("▁▁", "▁"))
    assert tokenize(text, "chars") == expected


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Don’t stop!", ["don't", "stop"]),
        (
            "well-known, co--op, -x- 'tis rock'n'roll",
            ["well-known", "co", "op", "x", "tis", "rock'n'roll"],
        ),
        ("Die Großmutter fährt U-Bahn.", ["die", "großmutter", "fährt", "u-bahn"]),
        ("대통령은 서울에서", ["대통령은", "서울에서"]),
        ("汉字abc漢", ["汉", "字", "abc", "漢"]),
        ("ひらカタカナ", ["ひ", "ら", "カタカナ"]),
        ("col·lecció नमस्ते می‌خواهم", ["col·lecció", "नमस्ते", "می‌خواهم"]),
        ("İSTANBUL", ["i\u0307stanbul"]),
        ("I ❤\ufe0f you", ["i", "you"]),
        ("in 1942, 3.14 new_york", ["in", "1942", "3", "14", "new_york"]),
    ],
)
def test_words_by_example(text, tokens):
    assert tokenize(text) == tokens


def test_decomposed_text_is_the_same_word():
    assert tokenize("e\u0301te\u0301") == tokenize("été")
    assert tokenize("\u1112\u1161\u11ab") == ["한"]


def test_nfkc_unifies_full_width_letters():
    assert tokenize("ＡＢＣ", make_tokenizer("words", normalize="NFKC")) == ["abc"]


def test_case_is_kept_on_request_and_by_other_tokenizers():
    assert tokenize("The End", make_tokenizer("words", lowercase=False)) == ["The", "End"]
    assert tokenize("The End", "whitespace") == ["The", "End"]
    assert tokenize("The End", make_tokenizer("whitespace", lowercase=True)) == ["the", "end"]


def test_regex_takes_the_group_and_may_hold_spaces():
    assert tokenize("a b, c d", r"regex:\w \w") == ["a b", "c d"]
    assert tokenize("x1 y2", r"regex:(\w)\d") == ["x", "y"]


def test_nltk_cuts_as_the_treebank_does():
    assert tokenize("They can't.", "nltk") == ["They", "ca", "n't", "."]


def test_function_of_a_module():
    assert tokenize("b a", "builtins:sorted") == [" ", "a", "b"]


def test_a_generator_will_do_and_a_failure_is_named(tmp_path, monkeypatch):
    (tmp_path / "cutters.py").write_text(
        "def lazily(line):\n    yield from line.split()\n"
        "def fails(line):\n    raise OSError(28, 'No space left on device')\n"
        "def leaves(line):\n    raise SystemExit(3)\n"
    )
    monkeypatch.chdir(tmp_path)
    assert tokenize("a b", "cutters:lazily") == ["a", "b"]
    for name in ("fails", "leaves"):
        with pytest.raises(WordvecError, match=f"cutters:{name} failed on 'a b'"):
            tokenize("a b", f"cutters:{name}")


@pytest.mark.parametrize(
    "name",
    [
        ":f",
        "regex:a{99999999999999999999}",
        "wrods",
        "regex:(",
        "regex:(a)(b)",
        "no.such:thing",
        "math:no",
        "math:pi",
    ],
)
def test_unusable_tokenizers_are_refused(name):
    with pytest.raises(SettingError):
        make_tokenizer(name)


def test_a_function_that_returns_no_list_is_refused():
    with pytest.raises(WordvecError, match="a list of str"):
        tokenize("a b", "builtins:str")


def test_turkish_has_two_letters_i():
    assert tokenize("ISPARTA İstanbul", "words:tr") == ["ısparta", "istanbul"]
    assert tokenize("ISPARTA", "words") == ["isparta"]
    assert not must_be_named("words:tr")
