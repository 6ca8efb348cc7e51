"""``wvt convert``, and every command on every file."""

import json

import numpy as np
import pytest

import wordvec_toolkit as wvt

NAMES = ("v.txt", "v.vec", "v.bin.gz", "v.safetensors", "v.tsv", "v.wvt", "folder")


@pytest.fixture
def glove(write):
    rng = np.random.default_rng(0)
    words = ["sea", "ship", "fog", "horn", "bread", "baker"]
    return write(
        "glove.txt",
        "".join(
            f"{w} {x:.4f} {y:.4f} {z:.4f}\n"
            for w, (x, y, z) in zip(words, rng.normal(0, 1, (6, 3)))
        ),
    )


@pytest.mark.slow
def test_from_every_format_to_every_other(run, glove):
    expected = wvt.load(glove)
    previous = glove
    for name in NAMES:
        run("convert", previous, name)
        found = wvt.load(name)
        assert found.words == expected.words
        assert np.array_equal(found.matrix, expected.matrix)
        previous = name
    assert (
        "exists; choose another name, or overwrite it (overwrite=True, --force)"
        in run("convert", glove, "v.wvt", status=1).stderr
    )
    run("convert", glove, "v.wvt", "--force", "--among", 2)
    assert wvt.load("v.wvt").words == ("sea", "ship")
    run("convert", "v.safetensors", "few.vec", "--among", 2, "--precision", 2)
    assert (wvt.load("few.vec").words) == ("sea", "ship")
    assert json.loads(run("convert", glove, "j.tsv", "--json").stdout)["words"] == 6
    run("convert", glove, "again", "--format", "glove", "--from", "glove")
    assert wvt.load("again").words == expected.words


def test_every_command_takes_a_vector_file(run, glove, write):
    pairs = write("pairs", "sea\tship\t5\nbread\tbaker\t6\nfog\thorn\t7\n")
    questions = write("questions", "sea ship fog horn\n")
    for name in ("v.bin", "v.safetensors.xz", "v.wvt"):
        run("convert", glove, name)
        for arguments in (
            ["neighbors", "MODEL", "sea"],
            ["similarity", "MODEL", "sea", "ship"],
            ["analogy", "MODEL", "sea", "ship", "fog"],
            ["eval-similarity", "MODEL", "--dataset", pairs],
            ["eval-analogy", "MODEL", "--dataset", questions],
        ):
            of_text, of_other = (
                run(*(model if a == "MODEL" else a for a in arguments)).stdout.replace(
                    str(model), ""
                )
                for model in (glove, name)
            )
            assert of_text == of_other


def test_info_of_a_file(run, glove):
    assert "glove" in run("info", glove).stdout
    assert json.loads(run("info", glove, "--json").stdout)["format"] == "glove"


def test_a_workspace_and_sparse_vectors(run, harbour):
    run("build-ppmi", harbour, "-o", "h.wvt", "--min-count", 1, "--dim", 20)
    run("convert", "h.wvt", "svd.vec")
    assert np.array_equal(wvt.load("svd.vec").matrix, wvt.load("h.wvt").matrix)
    run("convert", "h.wvt", "svd.safetensors")
    assert wvt.load("svd.safetensors").vocabulary == wvt.load("h.wvt").vocabulary
    run("convert", "h.wvt/ppmi", "ppmi.txt", "--among", 9)
    assert np.array_equal(wvt.load("ppmi.txt").matrix, wvt.load("h.wvt/ppmi").matrix[:9].toarray())
    assert "one of word vectors" in run("convert", "h.wvt/counts", "c.txt", status=1).stderr
    assert (
        "holds files that wvt did not make"
        in run("convert", "svd.vec", "h.wvt", "--force", status=1).stderr
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["nothing", "x.wvt"], 1, "nothing"),
        (["glove.txt", "x.onnx"], 2, "no format goes with the name x.onnx"),
        (["glove.txt", "x.wvt", "--precision", "3"], 2, "precision"),
        (["glove.txt", "x.vec", "--from", "word2vec"], 1, "a header"),
        (["text.txt", "x.vec"], 1, "lines of a word and its numbers"),
        (["glove.txt", "glove.txt"], 1, "exists"),
        (["glove.txt", "glove.txt/x.vec"], 1, "cannot write"),
        (["."], 2, "Missing argument"),
    ],
)
def test_bad_use_gets_one_sentence(run, glove, write, tmp_path, arguments, status, message):
    write("text.txt", "some text\nand more\n")
    before = sorted(p.name for p in tmp_path.iterdir())
    result = run("convert", *arguments, status=status)
    assert message in result.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_force_spares_the_steps_of_a_workspace(run, harbour, glove):
    run("build-ppmi", harbour, "-o", "corpus.wvt", "--dim", 5)
    for step in ("counts", "svd"):
        result = run("convert", glove, f"corpus.wvt/{step}", "--force", status=2)
        assert "another command has made" in result.stderr
    run("verify", "corpus.wvt")
    assert wvt.load("corpus.wvt/counts").matrix.shape[0]
    run("convert", glove, "corpus.wvt/glove-6b")
    run("convert", glove, "corpus.wvt/glove-6b", "--force", "--among", 2)
    assert len(wvt.load("corpus.wvt/glove-6b")) == 2


def test_no_folder_is_called_minus(run, glove, tmp_path):
    assert "not to standard output" in run("convert", glove, "-", status=2).stderr
    assert not (tmp_path / "-").exists()
