"""Tokenizers written in Python are called one call at a time, in the order of the text."""

import functools
import threading
import time

import numpy as np
import pytest

from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.estimators import CooccurrenceVectorizer
from wordvec_toolkit.text import blocks
from wordvec_toolkit.text.encoding import encode_corpus, encode_documents
from wordvec_toolkit.text.streams import encode_stream

LINES = ["바다 위 배 가 간다", "すもも も もも の うち", "the sea and the ship", "눈 이 온다"]


class Analyser:
    """Keeps its line in an object, as the bindings of many analysers do."""

    def __init__(self):
        self.lines = []
        self.threads = set()
        self.inside = 0

    def __call__(self, line):
        self.threads.add(threading.get_ident())
        self.lines.append(line)
        self.inside += 1
        for token in line.split():
            time.sleep(0)
            assert self.inside == 1
            yield token
        self.inside -= 1


@pytest.fixture
def text(write, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 400)
    lines = [f"{LINES[i % 4]} {i % 17}" for i in range(400)]
    return write("text.txt", "\n".join(lines))


def as_bytes(corpus):
    return corpus.ids.tobytes(), corpus.sentences.tobytes(), corpus.vocabulary.words


def test_calls_come_one_at_a_time_in_order_and_from_one_thread(text):
    one, two = Analyser(), Analyser()
    first = encode_corpus(text, tokenizer=one, min_count=1, threads=1)
    second = encode_corpus(text, tokenizer=two, min_count=1, threads=4)
    assert as_bytes(first) == as_bytes(second)
    assert two.lines == one.lines
    assert two.threads == {threading.get_ident()}


def test_every_way_to_read_calls_one_at_a_time(text):
    corpus = encode_corpus(text, tokenizer=Analyser(), min_count=1)
    analyser = Analyser()
    stream = encode_stream(text, corpus.vocabulary, analyser, threads=4)
    assert len(stream.unknown_places) == 0
    encode_documents(LINES * 200, tokenizer=analyser, min_count=1, threads=4)
    CooccurrenceVectorizer(tokenizer=analyser, min_count=1, threads=4).fit_transform(LINES * 200)
    assert analyser.threads == {threading.get_ident()}


def test_threads_of_the_user_take_turns(text):
    analyser = Analyser()
    found = []

    def read():
        found.append(as_bytes(encode_corpus(text, tokenizer=analyser, min_count=1)))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3 and len(set(found)) == 1


def test_an_analyser_may_take_many_lines_or_give_each_thread_its_own(text):
    expected = as_bytes(encode_corpus(text, tokenizer=str.split, min_count=1))

    def by_lines(line):
        raise AssertionError("lines are given together")

    by_lines.tokenize_lines = lambda lines: [line.split() for line in lines]

    def copied(line):
        raise AssertionError("each thread has its own")

    made = []
    copied.for_thread = lambda: made.append(functools.partial(str.split)) or made[-1]
    for tokenizer in (by_lines, copied):
        for threads in (1, 4):
            corpus = encode_corpus(text, tokenizer=tokenizer, min_count=1, threads=threads)
            assert as_bytes(corpus) == expected
    assert len(made) == 5
    by_lines.tokenize_lines = lambda lines: [["too"], ["few"]]
    with pytest.raises(WordvecError, match="2 lists for"):
        encode_corpus(text, tokenizer=by_lines, min_count=1)


def mecab():
    module = pytest.importorskip("MeCab")
    pytest.importorskip("unidic_lite")
    tagger = module.Tagger()

    def tokens(line):
        node = tagger.parseToNode(line)
        while node:
            if node.surface:
                yield node.surface
            node = node.next

    return tokens


def fugashi():
    pytest.importorskip("unidic_lite")
    tagger = pytest.importorskip("fugashi").Tagger()
    return lambda line: (word.surface for word in tagger(line))


def sudachi():
    pytest.importorskip("sudachidict_core")
    tokenizer = pytest.importorskip("sudachipy").Dictionary().create()
    return lambda line: [morpheme.surface() for morpheme in tokenizer.tokenize(line)]


def kiwi():
    analyser = pytest.importorskip("kiwipiepy").Kiwi()
    return lambda line: [token.form for token in analyser.tokenize(line)]


@pytest.mark.slow
@pytest.mark.parametrize("make", [mecab, fugashi, sudachi, kiwi])
def test_analysers_give_the_same_bytes_in_ten_runs_by_one_and_two_threads(make, text):
    tokenizer = make()
    found = {
        as_bytes(encode_corpus(text, tokenizer=tokenizer, min_count=1, threads=threads))
        for threads in (1, 2) * 5
    }
    assert len(found) == 1
    assert np.frombuffer(next(iter(found))[0], np.int32).min() >= 3
