import bz2
import gzip
import json
import lzma
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow

from wordvec_toolkit.errors import (
    EmptyResultError,
    ExhaustedError,
    FormatError,
    SettingError,
    WordvecError,
)
from wordvec_toolkit.runtime.memory import within_memory
from wordvec_toolkit.text import blocks, wordtable
from wordvec_toolkit.text.encoding import encode_corpus, encode_text
from wordvec_toolkit.text.vocabulary import SPECIALS

LINES = st.text("ab c\n", max_size=60)


def documents_of(corpus):
    """Documents of sentences of words, read back from the offsets."""
    words = corpus.words()
    cuts = corpus.sentences.tolist()
    sentences = list(zip(cuts[:-1], cuts[1:]))
    return [
        [words[i:j] for i, j in sentences if first <= i and j <= last]
        for first, last in zip(corpus.documents[:-1].tolist(), corpus.documents[1:].tolist())
    ]


@pytest.mark.kernel
@given(LINES, st.sampled_from(["sentences", "documents", "paragraphs"]))
def test_sentences_and_documents_agree_with_the_slow_twin(text, layout):
    expected = slow.sentences(text, layout)
    if not expected:
        with pytest.raises(EmptyResultError):
            encode_text(text, "whitespace", layout)
        return
    corpus = encode_text(text, "whitespace", layout)
    if layout == "paragraphs":
        expected = [[sum(document, [])] for document in expected]
    assert documents_of(corpus) == expected


def test_ids_follow_count_then_code_point():
    corpus = encode_text("b a c b ü z a b", "whitespace")
    assert corpus.vocabulary.words == (*SPECIALS, "b", "a", "c", "z", "ü")
    assert corpus.vocabulary.counts.tolist() == [0, 0, 0, 3, 2, 1, 1, 1]
    assert corpus.words() == ["b", "a", "c", "b", "ü", "z", "a", "b"]


def test_rare_words_become_unk_and_are_counted():
    corpus = encode_text("a a b c c", "whitespace", min_count=2)
    assert corpus.words() == ["a", "a", "<unk>", "c", "c"]
    assert corpus.vocabulary.counts[0] == 1


def test_max_size_keeps_the_most_frequent_and_keep_keeps_more():
    corpus = encode_text("a a a b b c d", "whitespace", max_size=1, keep=["d", "nowhere"])
    assert corpus.vocabulary.words[3:] == ("a", "d")


def test_specials_written_in_the_text_are_unknown_words():
    corpus = encode_text("the <unk> of <s> the", "whitespace")  # words that nothing knows
    assert corpus.ids.tolist()[1] == 0
    assert corpus.vocabulary.counts[:3].tolist() == [2, 0, 0]


@pytest.mark.parametrize("block_size", [16, 23, 64])
def test_the_result_does_not_depend_on_block_size_or_threads(write, monkeypatch, block_size):
    text = "한국어 text with words\nand lines\n\nüber a-b don't 漢字\r\nend é" * 3
    path = write("a.txt", text)
    whole = encode_corpus(path, min_count=1)
    monkeypatch.setattr(blocks, "BLOCK_SIZE", block_size)  # more than any word has bytes
    for threads in (1, 2, 3):
        cut = encode_corpus(path, min_count=1, threads=threads)
        assert cut.vocabulary == whole.vocabulary
        assert np.array_equal(cut.ids, whole.ids)
        assert np.array_equal(cut.sentences, whole.sentences)
        assert np.array_equal(cut.documents, whole.documents)


def test_one_long_line_is_read_in_pieces(write, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 100)
    path = write("a.txt", "one two three " * 500)
    corpus = encode_corpus(path, min_count=1)
    assert len(corpus) == 1500
    assert corpus.n_sentences == corpus.n_documents == 1


@pytest.mark.kernel
def test_tables_grow(monkeypatch, write):
    monkeypatch.setattr(wordtable, "FIRST_WORDS", 4)
    monkeypatch.setattr(wordtable, "FIRST_BYTES", 8)
    text = " ".join(f"word{i}" for i in range(1000)) + " " + "x" * 5000
    corpus = encode_text(text, "whitespace")
    assert corpus.words() == text.split()
    words = text.split()[:-1]
    path = write("a.txt", "\n".join(words))
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 50)
    assert encode_corpus(path, min_count=1, threads=3).words() == words


@pytest.mark.parametrize(
    ("suffix", "compress"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), ("", bytes)],
)
def test_compression_is_known_by_content(write, suffix, compress):
    path = write("any.name" + suffix, compress(b"one two one"))
    assert encode_corpus(path, min_count=1).words() == ["one", "two", "one"]


def test_zstandard(write):
    zstandard = pytest.importorskip("zstandard")
    frames = zstandard.compress(b"one two ") + zstandard.compress(b"one\n")
    assert encode_corpus(write("a.zst", frames), min_count=1).words() == ["one", "two", "one"]


def _zstd(data):
    zstandard = pytest.importorskip("zstandard")
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress, _zstd])
def test_truncated_and_damaged_compression_is_refused(write, compress):
    data = compress(" ".join(str(i * 7919 % 10007) for i in range(4000)).encode())
    with pytest.raises(FormatError, match="end early or are damaged"):
        encode_corpus(write("cut", data[: len(data) // 2]))
    broken = data[:30] + bytes(b ^ 0x55 for b in data[30:40]) + data[40:]
    with pytest.raises(FormatError):
        encode_corpus(write("broken", broken))


def test_folders_and_globs_in_sorted_order(write, tmp_path):
    write("d/b.txt", "b")
    write("d/a.txt", "a")
    write("d/sub/c.txt", "c")
    write("d/.hidden", "h")
    assert encode_corpus(str(tmp_path / "d"), min_count=1).words() == ["a", "b", "c"]
    assert encode_corpus(str(tmp_path / "d" / "*.txt"), min_count=1).words() == ["a", "b"]
    assert encode_corpus(str(tmp_path / "d"), min_count=1).n_documents == 3
    with pytest.raises(WordvecError, match="no file matches"):
        encode_corpus(str(tmp_path / "*.none"))


def test_a_line_of_json_that_is_too_long_is_refused(write, monkeypatch):
    monkeypatch.setattr(blocks, "LONGEST", 1 << 20)
    text = '{"text": "a"}\n'
    assert len(encode_corpus(write("a.jsonl", text + f'{{"text": "{"b " * 1000}"}}'), min_count=1))
    with pytest.raises(FormatError, match="line 2: found more than 1 MiB"):
        encode_corpus(write("b.jsonl", text + f'{{"text": "{"b " * (3 << 20)}"}}'))


def test_jsonl(write):
    lines = [{"text": "one\n\ntwo", "n": 1}, {"text": "three \ud800"}]
    path = write("a.jsonl", "\n".join(json.dumps(line) for line in lines) + "\n\n")
    corpus = encode_corpus(path, tokenizer="whitespace", min_count=1)
    assert documents_of(corpus)[0] == [["one"], ["two"]]
    assert corpus.n_documents == 2
    with pytest.raises(FormatError, match="line 1.*'body'.*text, n"):
        encode_corpus(path, jsonl_field="body")
    with pytest.raises(FormatError, match="line 2"):
        encode_corpus(write("bad.jsonl", '{"text": "a"}\nnot json\n'))


def test_invalid_utf8_is_replaced_counted_or_refused(write):
    path = write("a.txt", b"good\nb\xffad \xc3\xa9 \xed\xa0\x80x\n" + b"\n" * 500)
    corpus = encode_corpus(path, min_count=1)
    assert corpus.facts["n_invalid_sequences"] == 4
    ignored = encode_corpus(path, min_count=1, errors="ignore")
    assert ignored.words() == ["good", "bad", "é", "x"]
    with pytest.raises(FormatError, match="line 2"):
        encode_corpus(path, errors="strict")


def test_nul_bytes_and_utf16_are_refused_with_a_way_out(write):
    path = write("a.txt", b"one\n\0two")
    with pytest.raises(FormatError, match="line 2: found a NUL byte"):
        encode_corpus(path)
    assert encode_corpus(path, errors="ignore", min_count=1).words() == ["one", "two"]
    with pytest.raises(FormatError, match="UTF-16"):
        encode_corpus(write("b.txt", "text".encode("utf-16")))


def test_bom_and_line_ends(write):
    corpus = encode_corpus(
        write("a.txt", b"\xef\xbb\xbfone\r\ntwo\rthree\r\n\r\nfour"), min_count=1
    )
    assert corpus.words() == ["one", "two", "three", "four"]
    assert (corpus.n_sentences, corpus.n_documents) == (4, 2)


def test_control_characters_of_the_text_are_white_space(write):
    corpus = encode_corpus(write("a.txt", "a\x1eb\x1fc"), tokenizer="whitespace", min_count=1)
    assert corpus.words() == ["a", "b", "c"]
    assert corpus.n_documents == 1


def test_chars_of_a_file(write):
    for text in ("ab ", "ab \n", " ab", "ab"):
        assert encode_corpus(write("a.txt", text), tokenizer="chars", min_count=1).words() == [
            "a",
            "b",
        ]
    spaces = encode_corpus(
        write("b.txt", "a" + " " * 200_000 + "b"), tokenizer="chars", min_count=1
    )
    assert spaces.words() == ["a", "▁", "b"]


def test_a_little_zstandard_can_be_a_lot_of_text(write):
    zstandard = pytest.importorskip("zstandard")
    path = write("a.zst", zstandard.compress(b"word " * 4_000_000))
    assert len(encode_corpus(path)) == 4_000_000


def test_empty_and_missing(write, tmp_path):
    with pytest.raises(EmptyResultError, match="no tokens"):
        encode_corpus(write("empty.txt", ""))
    with pytest.raises(EmptyResultError, match="--min-count 1"):
        encode_corpus(write("few.txt", "a b c"), min_count=2)
    with pytest.raises(WordvecError, match="no file or folder"):
        encode_corpus(str(tmp_path / "missing"))
    with pytest.raises(EmptyResultError, match="holds no text files"):
        (tmp_path / "nothing").mkdir()
        encode_corpus(str(tmp_path / "nothing"))


@pytest.mark.parametrize(
    "bad", [{"min_count": 0}, {"max_size": 0}, {"layout": "lines"}, {"errors": "x"}]
)
def test_settings_are_checked(write, bad):
    with pytest.raises(SettingError):
        encode_corpus(write("a.txt", "a b"), **bad)


@pytest.mark.parametrize("corpus", [3, None, (line for line in ["a"])])
def test_a_corpus_that_is_no_list_is_refused(corpus):
    with pytest.raises(SettingError, match="expected a path, a list of paths"):
        encode_corpus(corpus)


def test_the_lee_corpus_of_gensim_by_name():
    corpus = encode_corpus("lee")
    path = Path(corpus.facts["sources"][0]["name"])
    assert path.name == "lee_background.cor"
    # Counted with str.lower and a regular expression, see the slow twin.
    assert corpus.facts["n_tokens"] == 60005


@pytest.mark.slow
def test_real_wikipedia(real_data):
    corpus = encode_corpus(
        str(real_data / "corpora" / "enwiki-17m.txt.xz"), tokenizer="whitespace", min_count=10
    )
    assert len(corpus) == 17_000_107
    assert len(corpus.vocabulary.without_specials()) == 54_825
    assert corpus.n_sentences == 357_383


@pytest.mark.parametrize("threads", [1, 2])
def test_more_words_than_the_budget_holds_are_refused_in_a_sentence(threads, monkeypatch):
    monkeypatch.setattr("wordvec_toolkit.runtime.memory._OWN", (1 << 28) - (16 << 20))
    text = [[f"word{i}" for i in range(400_000)]]
    with (
        within_memory("256M"),
        pytest.raises(ExhaustedError, match="with .* different ones so far.*raise the budget"),
    ):
        encode_corpus(text, threads=threads)
