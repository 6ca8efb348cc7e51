import json
import shutil

import pytest

from wordvec_toolkit.cli.shared.progress import TerminalProgress

SMALL = ("--min-count", 1, "--dim", 10, "--epochs", 1)


@pytest.fixture(autouse=True)
def text(tmp_path, harbour):
    shutil.copy(harbour, tmp_path)


def test_the_tour(run):
    result = run("build-word2vec", "harbour.txt", *SMALL)
    assert "10 dimensions, 1 epoch, loss " in result.stdout
    assert "wvt neighbors harbour.wvt/sgns" in result.stderr
    assert len(run("neighbors", "harbour.wvt", "sea").stdout.splitlines()) == 11
    result = run("build-fasttext", "harbour.wvt", "--dim", 10, "--epochs", 2, "--threads", 2)
    assert "2 epochs (gensim's fastText reports no loss), not reproducible" in result.stdout
    assert "2 threads race" in result.stderr
    done = run("build-word2vec", "harbour.wvt", "--method", "cbow", "--dim", 10, "--json")
    steps = json.loads(done.stdout)["steps"]
    assert [step["name"] for step in steps] == ["corpus", "cbow"]
    assert len(steps[1]["facts"]["loss_per_word"]) == 5
    assert run("info", "harbour.wvt").stdout.count("\n") == 5
    assert run("verify", "harbour.wvt").stdout.count("good") == 4


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["build-word2vec", "missing.txt"], 1, "no file or folder missing.txt"),
        (["build-word2vec", "harbour.txt", "--epochs", "0"], 2, "epochs is 0"),
        (["build-word2vec", "harbour.txt", "--dim", "0"], 2, "dim is 0"),
        (["build-word2vec", "harbour.txt", "--negative", "0", "--layer", "sum"], 2, "hierarchical"),
        (["build-word2vec", "one.txt", "--min-count", "1"], 1, "no two words"),
        (["build-fasttext", "harbour.txt", "--max-n", "2"], 2, "below min_n"),
        (["build-fasttext", "harbour.txt", "--name", "a/b"], 2, "name is 'a/b'"),
    ],
)
def test_errors_are_sentences(run, tmp_path, arguments, status, message):
    (tmp_path / "one.txt").write_text("word\n")
    assert message in run(*arguments, status=status).stderr
    assert not list(tmp_path.glob("*.wvt/sgns"))


def test_an_interrupt_leaves_nothing_half_written(run, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    run("build-word2vec", "harbour.txt", *SMALL)
    monkeypatch.setattr(TerminalProgress, "advance", interrupt)
    result = run("build-word2vec", "harbour.wvt", "--dim", 11, "--workers", 2, status=130)
    assert "interrupted" in result.stderr
    names = [path.name for path in (tmp_path / "harbour.wvt").iterdir()]
    assert sorted(name for name in names if name[0] != ".") == ["corpus", "sgns"]
    assert not [name for name in names if name.startswith(".wvt-new-")]
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert "loss" in run("build-word2vec", "harbour.wvt", "--dim", 11, "--epochs", 1).stdout
