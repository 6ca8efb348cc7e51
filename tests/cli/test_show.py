"""``wvt show`` as users call it."""

import json

import pytest

TOY = "you say goodbye and i say hello ."
BUILD = ("--tokenizer", "whitespace", "--min-count", 1, "--window", 1, "--weighting", "flat")


@pytest.fixture
def toy(run, write):
    run("build-ppmi", write("toy.txt", TOY + "\n"), "-o", "toy.wvt", *BUILD)
    return run


def test_a_matrix_is_printed_as_tabs_into_a_pipe(toy):
    said = toy("show", "toy.wvt", "--words", "you,say", "--contexts", "say,goodbye")
    assert said.stdout == "word\tsay\tgoodbye\nyou\t1\t0\nsay\t0\t1\n"
    assert said.stderr == "using toy.wvt/counts\n"
    how = ("--words", "you", "--contexts", "say,i", "--values", "ppmi", "--log", 2)
    assert toy("show", "toy.wvt/counts", *how).stdout == "word\tsay\ti\nyou\t1.807\t0.000\n"
    assert toy("show", "toy.wvt/ppmi", *how[:4], "--log", 2).stdout.endswith("you\t1.807\t0.000\n")
    lines = toy("show", "toy.wvt/svd", "-n", 2).stdout.splitlines()
    assert lines[0] == "word\t1\t2"
    assert len(lines) == 3


def test_json_has_all_digits(toy):
    how = ("--words", "you", "--contexts", "say", "--values", "pmi", "--json")
    assert json.loads(toy("show", "toy.wvt", *how).stdout) == {
        "values": "pmi",
        "words": ["you"],
        "contexts": ["say"],
        "cells": [[pytest.approx(1.252762968495368)]],
        "log": None,
    }


def test_a_wide_matrix_is_shown_in_panels_on_a_terminal(toy, monkeypatch):
    from wordvec_toolkit.cli.commands import show

    monkeypatch.setattr(show, "is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "24")
    panels = toy("show", "toy.wvt").stdout.split("\n\n")
    assert [panel.splitlines()[0].split("\t") for panel in panels] == [
        ["word", "say", ".", "and"],
        ["word", "goodbye", "hello"],
        ["word", "i", "you"],
    ]


def test_what_has_no_matrix_is_refused(toy):
    toy("build-ngram-lm", "toy.wvt", "--order", 2, "--smoothing", "witten-bell")
    refused = toy("show", "toy.wvt/ngram", status=1)
    assert "expected co-occurrence counts, vectors or text" in refused.stderr
    assert "'yo' is not in the vocabulary" in toy("show", "toy.wvt", "--words=yo", status=1).stderr
    assert "log is the base of pmi" in toy("show", "toy.wvt", "--log", 2, status=2).stderr


def test_a_table_that_just_fits_is_not_turned():
    from wordvec_toolkit.cli.shared.output import _kept_whole

    assert _kept_whole([5, 6, 6, 6], 5 + 3 * (2 + 6)) == {0, 1, 2, 3}
    assert len(_kept_whole([5, 6, 6, 6], 5 + 3 * (2 + 6) - 1)) < 4


def test_documents_of_a_corpus_are_listed_with_their_names(run, write):
    lines = "".join(f'{{"id": "d{n}", "text": "the sea {n}"}}\n' for n in range(3))
    run("build-ppmi", write("a.jsonl", lines), "-o", "a.wvt", "--min-count", 1, "--dim", 1)
    assert run("show", "a.wvt/corpus", "-n", 2).stdout.splitlines() == [
        "document\tname\tsentences\ttokens\tbeginning",
        "1\td0\t1\t3\tthe sea 0",
        "2\td1\t1\t3\tthe sea 1",
    ]
    assert [one["name"] for one in json.loads(run("show", "a.wvt/corpus", "--json").stdout)] == [
        "d0",
        "d1",
        "d2",
    ]
    assert "only -n" in run("show", "a.wvt/corpus", "--log", 2, status=2).stderr
