"""Whatever an ARPA file holds, a model comes out or an error that names the line."""

import bz2
import gzip
import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import FormatError

GOOD = """\
some text before

\\data\\
ngram 1=5
ngram 2=4
ngram 3=2

\\1-grams:
-1.5\t<unk>
-99\t<s>\t-0.5
-1\t</s>
-0.7\tsea\t-0.25
-0.9\tfog\t-0.125

\\2-grams:
-0.5\t<s> sea\t-0.0625
-0.25\tsea fog\t-0.5
-0.75\tfog sea
-0.3\tfog </s>

\\3-grams:
-0.1\t<s> sea fog
-0.2\tsea fog </s>

\\end\\
"""


@pytest.fixture
def read(tmp_path):
    def read_text(text: str | bytes, threads: int = 2) -> wvt.lm.NgramModel:
        path = tmp_path / "m.arpa"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return wvt.lm.read_arpa(path, threads=threads)

    return read_text


def numbers(model: wvt.lm.NgramModel) -> list[list[float]]:
    assert model.trie.is_sorted()
    return [model.logprobs.tolist(), model.backoffs.tolist()]


def test_the_good_one(read):
    model = read(GOOD)
    assert model.vocabulary.words == ("<unk>", "<s>", "</s>", "sea", "fog")
    assert model.trie.ngrams(2).tolist() == [[1, 3], [3, 4], [4, 2], [4, 3]]
    assert model.trie.ngrams(3).tolist() == [[1, 3, 4], [3, 4, 2]]
    found = model.token_logprobs(np.array([3, 4, 2, 4, 0, 2], np.int32)) / np.log(10)
    expected = [-0.5, -0.1, -0.2, -0.5 - 0.9, -0.125 - 1.5, -1]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n", "\r\n"),
        ("\\data\\", "\\Data\\  "),
        ("some text before", "\ufeff\\not data\n# ngram 1=9"),
        ("\\2-grams:", "\n\n \t\n\\2-grams:\n\n"),
        ("\t", "  "),
        ("-0.25\tsea", " -0.25 \t sea"),
        ("-0.25\t", "-2.5e-1\t"),
        ("-0.25\t", "-.25\t"),
        ("-0.25\t", "-0.25000000000000000000000000000\t"),
        ("-99\t", "-inf\t"),
        ("-99\t", "0\t"),
        ("-99\t", "-1e300\t"),
        ("<unk>", "<UNK>"),
        ("sea fog </s>", "sea fog </s>\t0"),
        ("sea fog </s>", "sea fog </s>\t-1e-300"),
        ("ngram 2=4", "ngram  2 = 4"),
        ("\\end\\\n", "\\end\\"),
        ("\\end\\", "\\end\\\n\n  \n"),
        (
            "-0.5\t<s> sea\t-0.0625\n-0.25\tsea fog\t-0.5",
            "-0.25\tsea fog\t-0.5\n-0.5\t<s> sea\t-0.0625",
        ),
        ("-0.1\t<s> sea fog\n-0.2\tsea fog </s>", "-0.2\tsea fog </s>\n-0.1\t<s> sea fog"),
    ],
)
def test_habits_that_change_nothing(read, old, new):
    assert old in GOOD
    model = read(GOOD.replace(old, new))
    assert model.vocabulary == read(GOOD).vocabulary
    assert numbers(model) == numbers(read(GOOD))


def test_specials_that_are_missing_have_no_probability(read):
    text = GOOD.replace("-1.5\t<unk>\n", "").replace("1=5", "1=4")
    model = read(text)
    assert model.vocabulary == read(GOOD).vocabulary
    assert model.logprobs[0] == -np.inf
    assert numbers(model)[1] == numbers(read(GOOD))[1]
    with pytest.raises(FormatError, match="line 17: found the word '<unk>'"):
        read(text.replace("fog sea", "<unk> sea"))


def test_an_order_without_ngrams(read):
    text = "\\data\\\nngram 1=1\nngram 2=0\n\n\\1-grams:\n-1\ta\n\\2-grams:\n\\end\\\n"
    assert read(text).trie.sizes == [4, 0]
    assert read(text.replace("ngram 2=0\n", "").replace("\\2-grams:\n", "")).order == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("\\data\\", "data", 8, "1-grams:', expected \\data\\ before it"),
        ("\\data\\\nngram 1=5\nngram 2=4\nngram 3=2", "\\data\\", 5, "no counts of n-grams"),
        ("ngram 2=4", "ngram 3=4", 5, "expected ngram 2=COUNT"),
        ("ngram 2=4", "ngram 2=-4", 5, "expected ngram 2=COUNT"),
        ("ngram 2=4", "words 2=4", 5, "expected ngram 2=COUNT"),
        ("ngram 2=4", "ngram 2=5", 21, "found 4 2-grams, expected 5 as line 5 says"),
        ("ngram 2=4", "ngram 2=3", 19, "found another 2-gram, expected 3 as line 5 says"),
        ("ngram 2=4", "ngram 2=" + 18 * "9", 21, "found 4 2-grams, expected 999,"),
        ("ngram 2=4", "ngram 2=" + 19 * "9", 5, "expected ngram 2=COUNT"),
        ("ngram 1=5", "ngram 1=4", 13, "another 1-gram"),
        ("\\2-grams:", "\\3-grams:", 15, "expected \\2-grams:"),
        ("\\2-grams:\n", "", 15, "expected a log10 probability, 1 word,"),
        ("-0.25\tsea", "nan\tsea", 17, "found 'nan', expected a log10 probability"),
        ("-0.25\tsea", "inf\tsea", 17, "found 'inf'"),
        ("-0.25\tsea", "0.25\tsea", 17, "found the log10 probability '0.25', expected 0 or less"),
        ("-0.25\tsea", "-0_25\tsea", 17, "found '-0_25'"),
        ("-0.25\tsea", "-0x1\tsea", 17, "found '-0x1'"),
        ("-0.25\tsea", "-٣\tsea", 17, "expected a log10 probability"),
        ("-0.25\tsea", "-0.25e\tsea", 17, "found '-0.25e'"),
        ("-0.25\tsea fog\t-0.5", "-0.25\tsea", 17, "a log10 probability, 2 words"),
        ("-0.25\tsea fog\t-0.5", "-0.25\tsea fog sea\t-0.5", 17, "a log10 probability, 2 words"),
        ("-0.25\tsea fog\t-0.5", "-0.25\tsea fog sea", 17, "'sea', expected a log10 back-off"),
        ("-0.25\tsea fog\t-0.5", "-0.25\tsea fog\tnan", 17, "'nan', expected a log10 back-off"),
        ("-0.25\tsea fog\t-0.5", "-0.25\tsea fog\t1e999", 17, "expected a log10 back-off"),
        ("-0.25\tsea fog", "-0.25\tsea frog", 17, "found the word 'frog'"),
        ("-0.2\tsea fog </s>", "-0.2\tsea fog </s>\t-1", 23, "a back-off weight, expected none"),
        ("-0.2\tsea fog </s>", "-0.2\tfog fog </s>", 23, "'fog fog' among the 2-grams"),
        ("-0.75\tfog sea", "-0.75\tsea fog", 18, "an n-gram that another line has"),
        ("-0.9\tfog\t", "-0.9\tsea\t", 13, "a word that another line has"),
        ("-0.9\tfog\t", "-0.9\t</s>\t", 13, "a word that another line has"),
        ("-0.9\tfog\t", "-0.9\t", 17, "found the word 'fog'"),
        ("-0.9\tfog\t", "-0.9 f og\t", 13, "a log10 probability, 1 word,"),
        ("\\end\\\n", "", 24, "found the end of the file, expected \\end\\; the file is cut off"),
        ("\\end\\\n", "\\4-grams:\n", 25, "expected \\end\\"),
        ("\\end\\\n", "\\end\\\n\nmore", 27, "found 'more', expected nothing after"),
        ("\\end\\\n", "\\end\\\n\n\\data\\\n", 27, "expected nothing after"),
    ],
)
@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_wrong_is_named_with_its_line(read, old, new, line, message, threads):
    assert GOOD.count(old) == 1
    with pytest.raises(FormatError) as caught:
        read(GOOD.replace(old, new), threads)
    assert message in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_a_word_that_is_not_utf8(read):
    for raw in (b"f\xf6g", b"\xff"):
        with pytest.raises(FormatError, match="line 13: found a word that is not UTF-8"):
            read(GOOD.encode().replace(b"fog", raw))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found no line"),
        (b"\0" * 5000, "found no line"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (b"mmap lm http://kheafield.com/code format version 5\n\0", "a binary file of KenLM"),
        (b"blmt 3 1 2 3\n", "a binary file of IRSTLM"),
        (b"iARPA\n" + GOOD.encode(), "an iARPA file"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-9], "end early or are damaged"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-4] + b"oops", "end early or are damaged"),
        (bz2.compress(GOOD.encode())[:-20], "end early or are damaged"),
        (gzip.compress(GOOD.encode()[:-7], mtime=0), "the file is cut off"),
        (b"\\data\\\nngram 1=0\n\n\\1-grams:\n\n\\end\\\n", "no words"),
        (b"\\data\\\n" + b"".join(b"ngram %d=1\n" % i for i in range(1, 102)), "orders up to 100"),
    ],
    ids=range(12),
)
def test_other_things_than_arpa_files(read, content, message):
    with pytest.raises(FormatError) as caught:
        read(content)
    assert message in str(caught.value)


def test_what_is_claimed_takes_no_memory(read):
    read(GOOD)
    tracemalloc.start()
    try:
        with pytest.raises(FormatError):
            read(GOOD.replace("2=4", "2=999999999999"))
        with pytest.raises(FormatError):
            read("\\data\\\nngram 1=9999999999\n\\1-grams:\n" + "\n" * 4_000_000)
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


@given(st.integers(0, 2**32))
def test_any_damage_gives_a_model_or_an_error(tmp_path_factory, seed):
    rng = random.Random(seed)
    data = bytearray(GOOD.encode())
    for _ in range(rng.choice((1, 1, 3))):
        place = rng.randrange(len(data))
        what = rng.randrange(4)
        if what == 0:
            data[place] = rng.choice((rng.randrange(256), *b"\t \n\r\\0-9.e<"))
        elif what == 1:
            del data[place : place + rng.choice((1, 1, 9))]
        elif what == 2:
            data.insert(place, rng.choice((rng.randrange(256), *b"\t \n\\-")))
        else:
            begin = rng.randrange(len(data))
            data[place:place] = data[begin : begin + 30]
    path = tmp_path_factory.mktemp("hostile") / "m.arpa"
    path.write_bytes(data)
    try:
        model = wvt.lm.read_arpa(path, threads=1)
    except FormatError as error:
        assert "\n" not in str(error)
        return
    assert model.trie.is_sorted()
    assert not np.isnan(model.logprobs).any()
    assert (model.logprobs <= 0).all()
    assert (model.backoffs < np.inf).all()
    model.token_logprobs(np.array([3, 2, 0, len(model.vocabulary) - 1], np.int32))
