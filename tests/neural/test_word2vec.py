"""gensim itself is the oracle: fed with the same text, it must give the same bits."""

import os
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

from wordvec_toolkit.errors import EmptyResultError, SettingError, WordvecError
from wordvec_toolkit.neural.word_vectors import token_lists as sentences_module
from wordvec_toolkit.neural.word_vectors import word2vec
from wordvec_toolkit.neural.word_vectors.fasttext import train_fasttext
from wordvec_toolkit.neural.word_vectors.token_lists import WordLists
from wordvec_toolkit.neural.word_vectors.word2vec import train_word2vec
from wordvec_toolkit.runtime.extras import gensim_data
from wordvec_toolkit.text.corpus import EncodedCorpus
from wordvec_toolkit.text.encoding import encode_corpus, encode_text
from wordvec_toolkit.text.vocabulary import Vocabulary

SMALL = {"dim": 20, "epochs": 2, "seed": 3}
TALK = "the cat sat on the mat\nthe dog sat on the log\n" * 20


@pytest.fixture(scope="module")
def lee():
    return gensim_data("lee_background.cor")


def encoded(lines, words):
    """Encode lists of words over `words` in their order, as no tokenizer had a say."""
    ids = {word: place for place, word in enumerate(words, 3)}
    flat = np.array([ids.get(word, 0) for line in lines for word in line], np.int32)
    ends = np.cumsum([0, *map(len, lines)])
    counts = np.bincount(flat, minlength=len(words) + 3)
    vocabulary = Vocabulary(["<unk>", "<s>", "</s>", *words], counts, 3)
    return EncodedCorpus(vocabulary, flat, ends, ends[[0, -1]])


def beside(peer, lines, train, **settings):
    """Train on the words of `peer`, a model of gensim's, and compare all bits."""
    vectors = train(encoded(lines, peer.wv.index_to_key), **SMALL, **settings)
    assert list(vectors.words) == peer.wv.index_to_key
    return vectors


@pytest.mark.parametrize("method", ["skip-gram", "cbow"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {}),
        ({"negative": 0}, {"negative": 0, "hs": 1}),
        ({"weighting": "flat", "window": 2}, {"shrink_windows": False, "window": 2}),
        (
            {"subsample": 0, "negative": 2, "ns_exponent": 0.5},
            {"sample": 0, "negative": 2, "ns_exponent": 0.5},
        ),
        ({"learning_rate": 0.1, "final_learning_rate": 0.05}, {"alpha": 0.1, "min_alpha": 0.05}),
    ],
)
def test_the_same_bits_as_gensim_on_a_text_file(lee, method, ours, theirs):
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    peer = Word2Vec(
        LineSentence(str(lee)),
        vector_size=20,
        epochs=2,
        seed=3,
        workers=1,
        sg=int(method == "skip-gram"),
        **theirs,
    )
    lines = [line.split() for line in lee.read_text().splitlines()]
    vectors = beside(peer, lines, train_word2vec, method=method, **ours)
    assert vectors.matrix.tobytes() == peer.wv.vectors.tobytes()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"bucket": 50_000}, {"bucket": 50_000, "sg": 1}),
        ({"method": "cbow", "bucket": 500}, {"bucket": 500}),
        ({"min_n": 5, "max_n": 5, "bucket": 100}, {"min_n": 5, "max_n": 5, "bucket": 100, "sg": 1}),
        ({"max_n": 0}, {"max_n": 0, "sg": 1}),
        ({"negative": 0, "bucket": 500}, {"negative": 0, "hs": 1, "bucket": 500, "sg": 1}),
    ],
)
def test_the_same_bits_as_gensim_fasttext(lee, ours, theirs):
    from gensim.models import FastText
    from gensim.models.word2vec import LineSentence

    lines = [line.split() for line in lee.read_text().splitlines()]
    peer = FastText(LineSentence(str(lee)), vector_size=20, epochs=2, seed=3, workers=1, **theirs)
    vectors = beside(peer, lines, train_fasttext, **ours)
    assert vectors.matrix.tobytes() == peer.wv.vectors.tobytes()


@pytest.mark.parametrize("length", [13, 12_000])  # gensim, too, cuts lines at 10,000 words
def test_a_text_file_from_end_to_end(tmp_path, length):
    """Where no two counts are equal, gensim's own vocabulary has our order."""
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    words = [f"word{i}" for i in range(120) for _ in range(3 * i + 1)]
    shuffled = np.random.default_rng(0).permutation(words).tolist()
    lines = [" ".join(shuffled[at : at + length]) for at in range(0, len(words), length)]
    path = tmp_path / "text.txt"
    path.write_text("\n".join(lines) + "\n")
    peer = Word2Vec(
        LineSentence(str(path)), vector_size=20, epochs=2, seed=3, min_count=50, workers=1, sg=1
    )
    vectors = train_word2vec(encode_corpus(str(path), "whitespace", min_count=50), **SMALL)
    assert list(vectors.words) == peer.wv.index_to_key
    assert vectors.matrix.tobytes() == peer.wv.vectors.tobytes()


@pytest.mark.parametrize("layer", ["output", "sum"])
def test_other_layers(lee, layer):
    from gensim.models import Word2Vec

    lines = [line.split() for line in lee.read_text().splitlines()]
    peer = Word2Vec(lines, vector_size=20, epochs=2, seed=3, workers=1, sg=1)
    expected = peer.syn1neg + (peer.wv.vectors if layer == "sum" else 0)
    vectors = beside(peer, lines, train_word2vec, layer=layer)
    np.testing.assert_array_equal(vectors.matrix, expected)


def test_the_loss_is_gensims_where_that_is_exact(lee):
    """One epoch of few tokens: there gensim's float32 sum is good to some digits."""
    from gensim.models import Word2Vec

    lines = [line.split() for line in lee.read_text().splitlines()[:50]]
    peer = Word2Vec(lines, vector_size=20, epochs=1, seed=3, workers=1, sg=1, compute_loss=True)
    corpus = encoded(lines, peer.wv.index_to_key)
    vectors = train_word2vec(corpus, dim=20, epochs=1, seed=3)
    (loss,), (words,) = vectors.facts["loss_per_word"], vectors.facts["trained_words"]
    assert loss * words == pytest.approx(peer.get_latest_training_loss(), rel=1e-4)


def test_the_loss_of_each_epoch_falls_and_does_not_pile_up():
    corpus = encode_text(TALK * 20)
    facts = train_word2vec(corpus, dim=10, epochs=4, learning_rate=0.1, subsample=0).facts
    losses = facts["loss_per_word"]
    assert len(losses) == 4
    assert losses[0] > losses[3] > losses[0] / 4
    assert facts["trained_words"] == [len(corpus)] * 4
    with_two = train_word2vec(corpus, dim=10, epochs=4, learning_rate=0.1, subsample=0, threads=2)
    assert with_two.facts["loss_per_word"] == pytest.approx(losses, rel=0.2)
    assert not with_two.facts["reproducible"]


@pytest.mark.parametrize("method", ["skip-gram", "cbow"])
@pytest.mark.parametrize(("negative", "sigmoids"), [(3, 1 + 3 / 2), (0, 1)])
def test_untrained_loss_is_that_of_guessing(method, negative, sigmoids):
    """A sigmoid of zero is a half, which costs log 2.

    There are 1 + 3 of them a pair, but for the noise words that are the word itself, which
    word2vec passes over; or one for each node above the word in the tree.
    """
    corpus = encode_text("a b\n" * 200)
    facts = train_word2vec(
        corpus,
        method,
        dim=4,
        epochs=2,
        learning_rate=1e-9,
        final_learning_rate=0,
        subsample=0,
        negative=negative,
    ).facts
    assert facts["loss_per_word"] == pytest.approx([sigmoids * np.log(2)] * 2, rel=0.1)


def test_fasttext_has_no_loss():
    assert train_fasttext(encode_text(TALK), dim=4).facts["loss_per_word"] is None


@pytest.mark.slow
def test_one_worker_gives_the_same_bits_in_any_process(harbour):
    code = (
        "import sys, wordvec_toolkit as wvt; "
        f"corpus = wvt.encode_corpus({str(harbour)!r}, min_count=2); "
        "vectors = [train(corpus, dim=16, epochs=2).matrix for train in "
        "(wvt.neural.train_word2vec, wvt.neural.train_fasttext)]; "
        "sys.stdout.buffer.write(b''.join(map(bytes, vectors)))"
    )
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
        for hash_seed in ("1", "77")
    ]
    (first, said), (second, _) = (run.communicate() for run in runs)
    assert said == b""
    assert len(first) > 16 * 4 * 2
    assert first == second


def test_words_come_in_pieces_and_unknown_ones_as_none(monkeypatch):
    monkeypatch.setattr(sentences_module, "LONGEST", 4)
    monkeypatch.setattr(sentences_module, "_BLOCK", 5)
    corpus = encode_text("a b a b c a b a b\na b\nd\na b a b\n", min_count=2)
    lists = WordLists(corpus)
    expected = [
        ["a", "b", "a", "b"],
        [None, "a", "b", "a"],
        ["b"],
        ["a", "b"],
        [None],
        ["a", "b", "a", "b"],
    ]
    assert list(lists) == list(lists) == expected
    assert (lists.n_pieces, lists.n_cut) == (6, 1)
    whole = WordLists(corpus, "document")
    assert [word for words in whole for word in words] == [w for words in expected for w in words]
    assert whole.n_pieces == 4


def test_a_sentence_longer_than_gensim_takes_is_trained_whole():
    corpus = encode_text(" ".join(["a", "b", "c"] * 9000))
    talk = Talk()
    facts = train_word2vec(corpus, dim=4, epochs=1, subsample=0, progress=talk).facts
    assert "1 of the sentences have more than 10,000 tokens" in talk.heard[0]
    assert facts["trained_words"] == [27_000]
    assert facts["sentences_cut"] == 1


def test_words_that_do_not_occur_have_zero_vectors():
    full = encode_text(TALK + "bird fish\n")
    part = encode_text(TALK, vocabulary=full.vocabulary)
    vectors = train_word2vec(part, dim=4)
    assert vectors.words == full.vocabulary.words[3:]
    assert not vectors["bird"].any()
    assert vectors["cat"].any()
    alone = train_word2vec(encode_text(TALK), dim=4)
    assert vectors["cat"].tobytes() == alone["cat"].tobytes()


def test_documents_are_wider_than_sentences():
    corpus = encode_text("a b\nc d\n" * 40)
    near = train_word2vec(corpus, dim=4, epochs=1).facts
    wide = train_word2vec(corpus, dim=4, epochs=1, within="document").facts
    assert wide["loss_per_word"][0] > 2 * near["loss_per_word"][0]  # more pairs a word


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dim": 0}, "dim is 0"),
        ({"epochs": 0}, "epochs is 0"),
        ({"window": 0}, "window is 0"),
        ({"negative": -1}, "negative is -1"),
        ({"threads": 0}, "threads is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**32}, "seed is 4294967296"),
        ({"subsample": 1}, "subsample is 1"),
        ({"subsample": float("nan")}, "subsample is nan"),
        ({"ns_exponent": float("inf")}, "ns_exponent is inf"),
        ({"learning_rate": 0}, "learning rate goes from 0"),
        ({"learning_rate": 0.01, "final_learning_rate": 0.02}, "from 0.01 to 0.02"),
        ({"method": "glove"}, "method is 'glove'"),
        ({"within": "page"}, "within is 'page'"),
        ({"layer": "both"}, "layer is 'both'"),
        ({"layer": "sum", "negative": 0}, "hierarchical softmax"),
    ],
)
def test_settings_are_checked(settings, message):
    with pytest.raises(SettingError, match=message):
        train_word2vec(encode_text(TALK), **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"min_n": 0}, "min_n is 0"),
        ({"min_n": 4, "max_n": 3}, "max_n is 3, below min_n"),
        ({"bucket": 0}, "bucket is 0"),
    ],
)
def test_settings_of_fasttext_are_checked(settings, message):
    with pytest.raises(SettingError, match=message):
        train_fasttext(encode_text(TALK), **settings)


@pytest.mark.parametrize("train", [train_word2vec, train_fasttext])
def test_nothing_to_train_on(train):
    with pytest.raises(EmptyResultError, match="in one sentence"):
        train(encode_text("a\nb\na\nb\n"), dim=4)
    with pytest.raises(EmptyResultError, match="in one sentence"):
        train(encode_text("a a a"), dim=4, negative=0)
    with pytest.raises(EmptyResultError, match="in one sentence"):
        train(encode_text("x y z", vocabulary=encode_text("a b").vocabulary), dim=4)


def test_divergence_is_said(monkeypatch):
    monkeypatch.setattr(word2vec, "_taken", lambda *_: np.full((6, 4), np.nan, np.float32))
    with pytest.raises(WordvecError, match="diverged at learning rate 0.5"):
        train_word2vec(encode_text(TALK), dim=4, learning_rate=0.5)


class Talk:
    """A `Progress` that keeps what it is told, and calls back."""

    def __init__(self, on_advance=None):
        self.heard, self.tokens, self.on_advance = [], 0, on_advance

    def start(self, task, total, unit):
        self.heard.append((task, total, unit))

    def advance(self, amount):
        self.tokens += amount
        if self.on_advance:
            self.on_advance()

    def finish(self, result):
        self.heard.append(result)

    def note(self, message):
        self.heard.append(message)


def test_progress_counts_every_token_of_every_epoch():
    talk = Talk()
    corpus = encode_text(TALK)
    train_word2vec(corpus, dim=4, epochs=3, method="cbow", progress=talk)
    assert talk.tokens == 3 * len(corpus)
    assert talk.heard[0] == ("cbow, epoch 1/3", len(corpus), "tokens")
    assert "loss" in talk.heard[1]


@pytest.mark.parametrize("threads", [1, 3])
def test_an_interrupt_leaves_no_thread_behind(threads):
    def interrupt():
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        train_word2vec(
            encode_text(TALK * 200), dim=4, epochs=1000, threads=threads, progress=Talk(interrupt)
        )
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before


@pytest.mark.parametrize("where", ["_pieces", "kernel"])
def test_what_fails_in_a_thread_is_raised_here(monkeypatch, where):
    """Unchanged, gensim would wait for ever."""
    from gensim.models import Word2Vec

    def fail(*_):
        raise MemoryError("no room")

    if where == "kernel":
        monkeypatch.setattr(Word2Vec, "_do_train_job", fail)
    else:
        monkeypatch.setattr(WordLists, "has_pairs", lambda _: True)
        monkeypatch.setattr(WordLists, "_pieces", fail)
    with pytest.raises(MemoryError, match="no room"):
        train_word2vec(encode_text(TALK), dim=4, threads=2)


def test_gensim_keeps_its_warnings_to_itself(capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for settings in ({"negative": 0}, {"method": "cbow", "negative": 1}, {}):
            train_word2vec(encode_text("a b"), dim=1, subsample=0, **settings)
        train_fasttext(encode_text("a b"), dim=1, subsample=0, min_n=50, max_n=60)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("train", [train_word2vec, train_fasttext])
def test_too_much_subsampling_is_said(train):
    with pytest.raises(EmptyResultError, match="raise subsample"):
        train(encode_text("a b"), dim=4, subsample=1e-9)


@pytest.mark.parametrize(
    ("train", "settings"),
    [
        (train_word2vec, {}),
        (train_word2vec, {"method": "cbow", "negative": 0}),
        (train_word2vec, {"layer": "sum"}),
        (train_fasttext, {"min_n": 1}),
    ],
)
def test_planted_topics_are_found(planted, train, settings):
    model = planted.TopicModel(n_topics=4, n_function=20, n_content=20)
    corpus = encode_text("".join(planted.topic_text(30_000, model=model)), "whitespace")
    vectors = train(corpus, dim=20, learning_rate=0.1, **settings)
    for topic in range(4):
        near = vectors.nearest(f"t{topic}w0", 10)
        assert {item.word[:3] for item in near} == {f"t{topic}w"}
