import hashlib
import io
import json
import os
import random
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec_toolkit import encode_corpus
from wordvec_toolkit.errors import EmptyResultError, FormatError, SettingError, WordvecError
from wordvec_toolkit.runtime.progress import Progress
from wordvec_toolkit.text import blocks, encode_text, split_corpus, splitting
from wordvec_toolkit.text.blocks import DOCUMENT_END
from wordvec_toolkit.text.files import STDIN
from wordvec_toolkit.text.splitting import PARTS, choose_parts, measure_units
from wordvec_toolkit.text.units import Pieces

SHARES = {"valid": 0.2, "test": 0.2}


class Notes(Progress):
    def __init__(self):
        self.notes = []

    def note(self, message):
        self.notes.append(message)


def documents(n, seed=0, sentences=3):
    rng = random.Random(seed)
    return [
        "\n".join(
            " ".join(f"w{rng.randrange(50)}" for _ in range(rng.randrange(1, 9)))
            for _ in range(rng.randrange(1, sentences + 1))
        )
        for _ in range(n)
    ]


def texts(split):
    return [open(part.path, encoding="utf-8").read() for part in split.parts]


def as_documents(corpus):
    """The words of each sentence of each document."""
    words = corpus.words()
    ends = corpus.sentences
    found = []
    for first, last in zip(corpus.documents[:-1], corpus.documents[1:]):
        inside = ends[(ends >= first) & (ends <= last)]
        found.append(tuple(tuple(words[a:b]) for a, b in zip(inside[:-1], inside[1:])))
    return found


@pytest.mark.parametrize("layout", ["sentences", "paragraphs", "documents"])
@pytest.mark.parametrize("tokenizer", ["words", "whitespace", "chars", "regex:[a-z]+"])
def test_the_parts_hold_the_documents_of_the_whole_in_their_order(
    write, tmp_path, layout, tokenizer
):
    text = "\n \n\n".join(documents(60)) + "\n\n  \n—\n"
    path = write("text", text)
    split = split_corpus(path, tmp_path / "split", layout=layout, **SHARES)

    def read(source):
        return as_documents(encode_corpus(source, tokenizer, layout, min_count=1))

    whole = read(path)
    parts = [read(part.path) for part in split.parts]
    assert sorted(sum(parts, [])) == sorted(whole)
    for part, found in zip(split.parts, parts):
        places = iter(whole)
        assert all(document in places for document in found)
        if tokenizer == "whitespace":
            assert part.n_documents == len(found)
            assert part.n_words == sum(len(line) for document in found for line in document)
    assert split.unit == "document"
    assert [part.name for part in split.parts] == list(PARTS)


def test_what_is_said_of_the_parts(write, tmp_path):
    found = documents(50)
    split = split_corpus(write("text", "\n\n".join([*found, found[3]])), tmp_path / "s", **SHARES)
    for part, text in zip(split.parts, texts(split)):
        assert part.n_words == len(text.split())
        assert part.n_lines == sum(bool(line.strip()) for line in text.split("\n"))
        assert part.n_documents == len([one for one in text.split("\n\n") if one.strip()])
        assert part.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert part.n_words <= 0.2 * sum(p.n_words for p in split.parts) or part.name == "train"
    assert (split.unit, split.n_units, split.n_duplicates) == ("document", 51, 1)
    assert split.signature == (
        "split|by:document|layout:sentences|valid:0.2|test:0.2|most:100000|seed:0"
    )
    assert split.facts["sources"][0]["name"] == "text"


def test_copies_go_to_one_side_however_they_are_spaced_and_order_does_not_matter(write, tmp_path):
    found = documents(80, sentences=1)
    spaced = [text.replace(" ", "  \t") + " " for text in found]
    texts_of = {}
    for name, order in (("ab", found + spaced), ("ba", (spaced + found)[::-1])):
        split = split_corpus(write(name, "\n\n".join(order)), tmp_path / f"{name}.split", **SHARES)
        texts_of[name] = [
            sorted(" ".join(one.split()) for one in text.split("\n\n")) for text in texts(split)
        ]
        assert split.n_duplicates == len(found + spaced) - len(set(found))
        for part in texts_of[name]:
            assert all(part.count(one) % 2 == 0 for one in part)
    assert texts_of["ab"] == texts_of["ba"]


def test_a_growing_text_hardly_changes_sides(write, tmp_path):
    found = list(dict.fromkeys(documents(3000, sentences=1)))
    sides = {}
    for n in (len(found) // 2, len(found)):
        split = split_corpus(write(f"{n}", "\n\n".join(found[:n])), tmp_path / f"{n}.split")
        for part, text in zip(PARTS, texts(split)):
            sides.update({(n, one.strip()): part for one in text.split("\n\n")})
    half = found[: len(found) // 2]
    moved = [
        (sides[len(half), one], sides[len(found), one])
        for one in half
        if sides[len(half), one] != sides[len(found), one]
    ]
    assert len(moved) < 0.03 * len(half)
    assert all("train" in pair for pair in moved)


def test_the_seed_decides(write, tmp_path):
    path = write("text", "\n\n".join(documents(200)))
    tests = [texts(split_corpus(path, tmp_path / f"{seed}", seed=seed))[2] for seed in (0, 1, 2)]
    assert len(set(tests)) == 3


def test_most_bounds_validation_and_test(write, tmp_path):
    split = split_corpus(write("text", "\n\n".join(documents(200))), tmp_path / "s", most=40)
    assert [20 < part.n_words <= 40 for part in split.parts] == [False, True, True]


def test_few_documents_are_split_by_line(write, tmp_path):
    lines = [f"w{i} and w{i * i}" for i in range(100)]
    path = write("text", "\n".join(lines[:50]) + "\n\n" + "\n".join(lines[50:]))
    split = split_corpus(path, tmp_path / "s", **SHARES)
    assert split.unit == "line"
    assert sorted("\n".join(texts(split)).split("\n"))[-100:] == sorted(lines)
    assert [part.n_documents for part in split.parts] == [2, 2, 2]  # their ends are kept
    assert "|by:line|" in split.signature
    with pytest.raises(WordvecError, match=r"different documents: 1 and lines: 19\).* at least 20"):
        split_corpus(write("few", "\n".join(lines[:19])), tmp_path / "none")
    with pytest.raises(WordvecError, match=r"different documents: 19\)"):
        split_corpus(write("few", "\n".join(lines[:19])), tmp_path / "none", layout="documents")
    assert not (tmp_path / "none").exists()


def test_long_documents_stay_in_training_or_lines_are_split(write, tmp_path):
    long = " ".join(["long"] * 5000)
    split = split_corpus(write("long", "\n\n".join([long, *documents(400)])), tmp_path / "a")
    assert split.unit == "document"
    assert long in texts(split)[0]
    equal = ["\n".join(f"{i} {j}" for j in range(40)) for i in range(25)]
    split = split_corpus(write("equal", "\n\n".join(equal)), tmp_path / "b", test=0.02, valid=0.02)
    assert split.unit == "line"


def test_json_lines_packed_text_and_standard_input(write, tmp_path, monkeypatch):
    found = documents(60)
    lines = "".join(json.dumps({"body": one, "text": "no"}) + "\n" for one in found)
    plain = split_corpus(write("text", "\n\n".join(found)), tmp_path / "plain", **SHARES)
    split = split_corpus(write("a.jsonl", lines), tmp_path / "json", jsonl_field="body", **SHARES)
    assert texts(split) == texts(plain)
    split = split_corpus(
        write("a.jsonl", lines), tmp_path / "line", layout="documents", jsonl_field="body", **SHARES
    )
    assert sorted("".join(texts(split)).splitlines()) == sorted(
        one.replace("\n", " ") for one in found
    )
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO("\n\n".join(found).encode()), "utf-8")
    )
    split = split_corpus(STDIN, tmp_path / "stdin", **SHARES)
    assert texts(split) == texts(plain)
    assert split.facts["sources"][0]["name"] == "standard input"
    for number, one in enumerate(found):
        write(f"folder/{number:03}", one)
    split = split_corpus(str(tmp_path / "folder"), tmp_path / "files", **SHARES)
    assert texts(split) == texts(plain)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipes(write, tmp_path):
    text = "\n\n".join(documents(60))
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_text(text))
    writer.start()
    split = split_corpus(str(tmp_path / "pipe"), tmp_path / "a", **SHARES)
    writer.join()
    assert texts(split) == texts(split_corpus(write("text", text), tmp_path / "b", **SHARES))


def test_damage_is_repaired_or_refused(write, tmp_path):
    path = write("text", "\n\n".join(documents(60)).encode() + b" \xff\xfe w\r\n\r\nx\ry\n")
    split = split_corpus(path, tmp_path / "a", **SHARES)
    assert split.facts["n_invalid_sequences"] == 2
    assert sum(text.count("\N{REPLACEMENT CHARACTER}") for text in texts(split)) == 2
    assert any("x\ny\n" in text for text in texts(split))
    split = split_corpus(path, tmp_path / "b", errors="ignore", **SHARES)
    assert not any("\N{REPLACEMENT CHARACTER}" in text for text in texts(split))
    with pytest.raises(FormatError, match="not UTF-8"):
        split_corpus(path, tmp_path / "c", errors="strict", **SHARES)
    assert not (tmp_path / "c").exists()


def test_a_mark_at_the_beginning_is_no_word_and_elsewhere_one(write, tmp_path):
    found = [f"\ufeffa{i}" for i in range(100)]
    split = split_corpus(write("text", "\ufeff" + "\n\n".join(found)), tmp_path / "s")
    words = [encode_corpus(part.path, "whitespace", min_count=1).words() for part in split.parts]
    assert sorted(sum(words, [])) == sorted(found)


def test_the_same_again_is_left_alone_and_other_files_are_in_the_way(write, tmp_path):
    found = documents(100)
    path, folder = write("text", "\n\n".join(found)), tmp_path / "s"
    first = split_corpus(path, folder)
    changed = (folder / "train.txt").stat().st_mtime_ns
    (folder / "test.txt").unlink()
    assert split_corpus(path, folder) == first
    assert (folder / "train.txt").stat().st_mtime_ns == changed
    with pytest.raises(WordvecError, match="exists; .*--force"):
        split_corpus(path, folder, seed=1)
    assert hashlib.sha256((folder / "test.txt").read_bytes()).hexdigest() == first.parts[2].sha256
    assert split_corpus(path, folder, seed=1, overwrite=True).parts != first.parts
    assert sorted(file.name for file in folder.iterdir()) == ["test.txt", "train.txt", "valid.txt"]
    with pytest.raises(WordvecError, match="is part of the text and would be written"):
        split_corpus(str(folder), folder, overwrite=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(WordvecError, match="cannot write"):
        split_corpus(path, tmp_path / "file")


def test_text_that_changes_meanwhile_is_noticed(write, tmp_path, monkeypatch):
    path = write("text", "\n\n".join(documents(100)))
    new_files = splitting.new_files

    def meddling(*arguments, **options):
        with open(path, "a") as file:
            file.write(more.pop())
        return new_files(*arguments, **options)

    monkeypatch.setattr(splitting, "new_files", meddling)
    more = [" w", "\n\nw\n"]
    while more:
        with pytest.raises(WordvecError, match="changed while it was read"):
            split_corpus(path, tmp_path / "s")
        assert not (tmp_path / "s").exists()


def test_a_sample_is_some_of_the_training_text(write, tmp_path):
    path = write("text", "\n\n".join(documents(200)))
    whole = split_corpus(path, tmp_path / "whole", **SHARES)
    assert [part.name for part in whole.parts] == list(PARTS)
    n_training = whole.parts[0].n_words
    split = split_corpus(path, tmp_path / "split", sample=n_training // 3, **SHARES)
    assert split.parts[:3] == tuple(
        replace(part, path=part.path.replace("whole", "split")) for part in whole.parts
    )
    sample = split.parts[3]
    assert sample.name == "sample" and 0.8 * (n_training // 3) < sample.n_words <= n_training // 3
    training = as_documents(encode_corpus(split.parts[0].path, "whitespace", min_count=1))
    drawn = as_documents(encode_corpus(sample.path, "whitespace", min_count=1))
    assert sample.n_documents == len(drawn) and set(drawn) <= set(training)
    left = iter(training)
    assert all(any(document == other for other in left) for document in drawn)  # their order
    enough = split_corpus(path, tmp_path / "enough", sample=n_training, **SHARES)
    assert len(enough.parts) == 3 and not (tmp_path / "enough" / "sample.txt").exists()


def test_the_sample_of_a_split_that_is_replaced_is_removed(write, tmp_path):
    path, folder = write("text", "\n\n".join(documents(200))), tmp_path / "split"
    split_corpus(path, folder, sample=100, **SHARES)
    told = Notes()
    split_corpus(path, folder, **SHARES, progress=told)  # the same texts, which are left alone
    assert (folder / "sample.txt").exists() and "left as it is" in told.notes[-1]
    split_corpus(path, folder, seed=3, overwrite=True, **SHARES, progress=told)
    assert sorted(os.listdir(folder)) == ["test.txt", "train.txt", "valid.txt"]
    assert "sample.txt belongs to another split and is removed" in told.notes[-1]
    split_corpus(path, folder, sample=100, seed=3, **SHARES)
    assert (folder / "sample.txt").exists()


def test_a_share_of_nothing_leaves_a_part_empty(write, tmp_path):
    path = write("text", "\n\n".join(documents(100)))
    split = split_corpus(path, tmp_path / "s", valid=0, test=0.2)
    assert split.parts[1].n_words == 0 and texts(split)[1] == ""
    assert split.parts[0].n_words + split.parts[2].n_words == len(texts(split)[0].split()) + len(
        texts(split)[2].split()
    )


def test_what_cannot_be_asked_for(write, tmp_path):
    path = write("text", "\n\n".join(documents(100)))
    for settings, message in (
        ({"valid": -0.1}, "valid is -0.1"),
        ({"sample": 0}, "sample is 0"),
        ({"test": 1.5}, "test is 1.5"),
        ({"test": float("nan")}, "test is nan"),
        ({"test": 0.5, "valid": 0.5}, "together"),
        ({"most": 0}, "most is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"layout": "verses"}, "layout is 'verses'"),
        ({"errors": "mend"}, "errors is 'mend'"),
    ):
        with pytest.raises(SettingError, match=message):
            split_corpus(path, tmp_path / "s", **settings)
    with pytest.raises(EmptyResultError, match="holds no words"):
        split_corpus(write("empty", " \n\n"), tmp_path / "s")
    assert not (tmp_path / "s").exists()


@given(st.text(alphabet="ab \t\n\x0c\xa0\u200b-", max_size=60), st.integers(1, 7))
@pytest.mark.parametrize("layout", ["sentences", "documents", "paragraphs"])
def test_documents_are_those_of_the_encoder_however_the_text_is_cut(layout, text, size):
    cutter, found = Pieces(layout), []
    whole = text + DOCUMENT_END
    for first in range(0, len(whole), size):
        found += cutter.cut(whole[first : first + size])
    by_document = {}
    for piece in found:
        by_document.setdefault(piece.document, []).append(piece.text + "\n" * piece.ends)
    pieces = ["".join(parts) for parts in by_document.values()]
    assert list(by_document) == list(range(len(pieces)))
    words = [one.split() for one in pieces]
    assert all(words)
    assert sum(words, []) == text.split()
    if text.split():
        corpus = encode_text(text, "whitespace", layout)
        assert [sum(map(len, document)) for document in as_documents(corpus)] == [
            len(document) for document in words
        ]
    for unit in ("document", "line"):
        whole_pieces = list(Pieces(layout).cut(whole))
        for one, other in zip(measure_units(found, unit, 0), measure_units(whole_pieces, unit, 0)):
            assert np.array_equal(one, other)


def test_lines_longer_than_a_block(write, tmp_path, monkeypatch):
    text = "\n\n".join(documents(60)) + "\n\n" + "x" * 100 + " y\n"
    path = write("text", text)
    whole = split_corpus(path, tmp_path / "a", **SHARES)
    monkeypatch.setattr(blocks, "BLOCK_SIZE", 7)
    monkeypatch.setattr(splitting, "_BUFFERED", 5)
    assert texts(split_corpus(path, tmp_path / "b", **SHARES)) == texts(whole)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30)), max_size=200))
def test_sides_agree_with_their_definition(units):
    digests = np.array([digest for digest, _ in units], np.uint64)
    n_words = np.array([1 + digest % 7 for digest, _ in units], np.int64)
    sides = choose_parts(digests, n_words, 0.1, 0.15, 60)
    weights = {}
    for digest, n in zip(digests.tolist(), n_words.tolist()):
        weights[digest] = weights.get(digest, 0) + n
    expected = dict.fromkeys(weights, 0)
    for side, share, order in ((2, 0.15, sorted(weights)), (1, 0.1, sorted(weights)[::-1])):
        limit, taken = min(share * sum(weights.values()), 60), 0
        for digest in order:
            if expected[digest] or weights[digest] > limit:
                continue
            if taken + weights[digest] > limit:
                break
            expected[digest] = side
            taken += weights[digest]
    if len(weights) < 20 or len(set(expected.values())) < 3:
        assert sides is None
    else:
        assert sides.tolist() == [expected[digest] for digest in digests.tolist()]


def test_a_text_of_ones_own_is_written_in_place_of_a_part(tmp_path):
    corpus, own = tmp_path / "corpus.txt", tmp_path / "own.txt"
    corpus.write_bytes("\n\n".join(f"Größe {n}" for n in range(40)).encode("latin-1"))
    own.write_bytes("Füße und\nmehr\n\n\nKäse\n".encode("latin-1"))
    how = {"encoding": "latin-1", "test": 0.25}
    split = split_corpus(corpus, tmp_path / "s", valid_text=own, **how)
    assert (tmp_path / "s" / "valid.txt").read_text() == "Füße und\nmehr\n\nKäse\n"
    valid, test = split.parts[1:]
    assert (valid.n_documents, valid.n_lines, valid.n_words) == (2, 3, 4)
    assert test.n_documents == 10
    assert [source["name"] for source in split.facts["sources"]] == ["corpus.txt", "own.txt"]
    with pytest.raises(WordvecError, match="would be written, too"):
        split_corpus(corpus, tmp_path / "s", test_text=tmp_path / "s" / "test.txt", **how)
