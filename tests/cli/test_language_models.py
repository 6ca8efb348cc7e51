"""eval-perplexity, generate and next-word."""

import gzip
import json
import shutil
import subprocess
import sys

import pytest
from language_models import bigrams, trained

WVT = [sys.executable, "-m", "wordvec_toolkit.cli"]
TEXT = "a b z\nb\n\na a b\nb a\n"


@pytest.fixture
def model(tmp_path):
    """The bigrams of the words a and b."""
    bigrams().save(tmp_path / "ab.wvt" / "ngram")
    return tmp_path / "ab.wvt"


@pytest.fixture
def harbour_model(run, harbour, tmp_path):
    shutil.copy(harbour, tmp_path / "harbour.txt")
    trained("harbour.txt", "words", 3).save("harbour.wvt/ngram")
    return tmp_path / "harbour.wvt"


def test_the_tour(run, harbour_model):
    result = run(
        "eval-perplexity", harbour_model, "--dataset", "harbour.txt", "--by-order", "--signature"
    )
    scores, orders = result.stdout.split("\n\n")
    assert scores.splitlines()[0].split("\t")[:4] == [
        "model",
        "text",
        "perplexity",
        "95 % interval",
    ]
    assert scores.splitlines()[1].startswith(f"{harbour_model}/ngram\tharbour.txt\t")
    assert "\tharbour.txt\t3\t" in orders
    assert "perplexity|ngram|order:3|" in result.stderr
    assert "|ci:t|of:" in result.stderr
    lines = run("generate", harbour_model, "the sea", "-n", 3, "--top-k", 20).stdout.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("the sea") for line in lines)
    table = run("next-word", harbour_model, "the sea", "-n", 4).stdout.splitlines()
    assert table[0] == "rank\tword\tprobability\tlog10 prob\tcumulative\torder"
    assert len(table) == 6
    assert table[-1].split("\t")[4] == "1.0000"
    info = run("info", harbour_model / "ngram").stdout
    assert "kind\tngram" in info
    assert "settings.text.tokenizer\twords\n" in info
    assert "\nfacts.discounts.3\t[0.5, 1.0, 1.5]\n" in info
    assert "null" not in info


def test_text_from_anywhere_gives_the_same(run, model, write):
    write("text.txt", TEXT)
    write("text.gz", gzip.compress(TEXT.encode()))
    expected = run("eval-perplexity", model, "--dataset", "text.txt").stdout
    for stdin, arguments in (
        (None, ["--dataset", "text.gz"]),
        (TEXT, []),
        (TEXT, ["--dataset", "-"]),
    ):
        found = run("eval-perplexity", model, *arguments, stdin=stdin).stdout
        name = "text.gz" if stdin is None else "standard input"
        assert found == expected.replace("text.txt", name)
    both = run("eval-perplexity", model, "--dataset", "text.txt", "--dataset", "text.gz")
    assert both.stdout.count("\n") == 3


def test_sentences_and_tokens(run, model, write):
    write("text.txt", TEXT)
    how = ("eval-perplexity", model, "--dataset", "text.txt")
    sentences = run(*how, "--per-sentence").stdout.splitlines()
    assert sentences[0] == "sentence\ttokens\toov\tlog10_prob\tperplexity"
    assert sentences[1].split("\t")[:3] == ["1", "4", "1"]
    assert float(sentences[1].split("\t")[3]) == pytest.approx(-2.2218487, abs=1e-6)
    assert len(sentences) == 5
    tokens = run(*how, "--per-token").stdout.splitlines()
    assert tokens[:5] == [
        "word\tlog10_prob\torder",
        "a\t-0.30103\t2",
        "b\t-0.2218487\t2",
        "z\t-1\t1",
        "</s>\t-0.69897\t1",
    ]
    found = json.loads(run(*how, "--per-token", "--json").stdout)
    assert found[2] == {"word": "z", "log10_prob": pytest.approx(-1), "order": 1}
    assert json.loads(run(*how, "--per-sentence", "--json").stdout)[1]["tokens"] == 2


def test_json(run, model, write):
    write("text.txt", TEXT)
    found = json.loads(run("eval-perplexity", model, "--dataset", "text.txt", "--json").stdout)
    (score,) = found["scores"]
    assert (score["n_tokens"], score["n_oov"], score["n_sentences"]) == (13, 1, 4)
    assert score["by_order"][0]["order"] == 1
    assert "logprobs" not in score
    found = json.loads(run("generate", model, "a", "-n", 2, "--json").stdout)
    assert found[0]["text"].startswith("a")
    found = json.loads(run("next-word", model, "a q", "--json").stdout)
    assert found["unknown"] == ["q"]
    total = sum(word["probability"] for word in found["words"]) + found["probability_of_others"]
    assert total == pytest.approx(1)


def test_models_are_compared(run, model, write, tmp_path):
    write("text.txt", TEXT)
    bigrams().save(tmp_path / "other")
    how = ("--resamples", 200, "--signature")
    result = run("eval-perplexity", model, "other", "--dataset", "text.txt", *how)
    assert "set\tmeasure\tA\tB\tA - B" in result.stdout
    assert "difference:bits-per-token|text:text.txt|shared:12|left-out-oov:1|" in result.stderr
    bigrams({"tokenizer": "chars"}).save(tmp_path / "chars")
    result = run("eval-perplexity", model, "chars", "--dataset", "text.txt")
    assert "set\tmeasure" not in result.stdout
    assert "bits per character" in result.stderr


def test_sampling_repeats(run, model):
    how = ("generate", model, "-n", 8)
    assert run(*how, "--seed", 1).stdout == run(*how, "--seed", 1).stdout
    assert run(*how, "--seed", 1).stdout != run(*how, "--seed", 2).stdout
    assert run(*how, "--temperature", 0, "--max-tokens", 2).stdout == "a b ...\n" * 8
    assert "<unk>" not in run(*how).stdout
    assert "<unk>" in run(*how, "--unk", "--temperature", 50).stdout
    assert run("generate", model, "a\n", "-n", 1, "--temperature", 0).stdout.startswith("a b")


def test_characters(run, write):
    write("text.txt", "the sea the ship the fog\nthe horn of the ship\n" * 9)
    trained("text.txt", "chars", 3).save("text.wvt/ngram")
    result = run("eval-perplexity", "text.wvt", "--dataset", "text.txt", "--json")
    (score,) = json.loads(result.stdout)["scores"]
    assert score["bits_per_character"] == score["bits_per_byte"] == score["bits_per_token"]
    assert "\tbits/byte\t" in run("eval-perplexity", "text.wvt", "--dataset", "text.txt").stdout
    assert score["bits_per_word"] > 2 * score["bits_per_token"]
    line = run("generate", "text.wvt", "the s", "-n", 1).stdout
    assert line.startswith("the s")
    assert "▁" not in line


def test_unknown_words_are_named(run, model):
    assert "read as <unk>: q, r" in run("next-word", model, "q a r").stderr
    assert "read as <unk>: q" in run("generate", model, "q").stderr
    result = run("eval-perplexity", model, stdin="a <unk>\nz\n")
    assert "1 of the 2 unknown words are written <unk>" in result.stderr


def test_an_infinite_perplexity_is_said(run, write, tmp_path):
    closed = bigrams()
    closed.logprobs[0] = float("-inf")
    closed.save(tmp_path / "closed")
    result = run("eval-perplexity", "closed", stdin="a z\nq\n")
    assert "gives 2 of 5 tokens no probability, the first is 'z'" in result.stderr
    assert "\tinf\t" in result.stdout
    found = json.loads(run("eval-perplexity", "closed", "--json", stdin="a z\n").stdout)
    assert found["scores"][0]["perplexity"] is None


def test_scores_that_are_no_probabilities_are_called_so(run, model, tmp_path):
    stupid = bigrams()
    stupid.facts.update({"normalized": False, "unseen_backoff": 0.4})
    stupid.backoffs[3] = 0.0
    stupid.save(tmp_path / "stupid")
    result = run("eval-perplexity", "stupid", stdin="a b\n")
    assert "do not sum to 1" in result.stderr
    (tmp_path / "text").write_text("a b\n" * 9)
    result = run("eval-perplexity", "stupid", model, "--dataset", "text")
    assert "difference" not in result.stdout
    assert "add up to" in run("next-word", "stupid", "a").stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["eval-perplexity", "missing"], 1, "wvt build-ngram-lm"),
        (["eval-perplexity", "text.txt"], 1, "text to score goes behind --dataset"),
        (["eval-perplexity", "empty"], 1, "ARPA"),
        (["eval-perplexity", "harbour.wvt"], 1, "no language model"),
        (["eval-perplexity", "harbour.wvt/svd"], 1, "a bundle of svd"),
        (["eval-perplexity", "ab.wvt", "--dataset", "missing.txt"], 1, "no file or folder"),
        (["eval-perplexity", "ab.wvt", "--dataset", "binary"], 1, "a NUL byte"),
        (["eval-perplexity", "ab.wvt", "--dataset", "empty"], 1, "empty holds no tokens"),
        (["eval-perplexity", "ab.wvt"], 1, "standard input holds no tokens"),
        (["eval-perplexity", "ab.wvt", "--tokenizer", "x"], 2, "no tokenizer 'x'"),
        (["eval-perplexity", "ab.wvt", "ab.wvt/ngram", "--per-token"], 2, "one model"),
        (["eval-perplexity", "ab.wvt", "--per-token", "--per-sentence"], 2, "choose one"),
        (["eval-perplexity", "ab.wvt", "harbour.wvt"], 2, "only once"),
        (["eval-perplexity", "ab.wvt", "--dataset", "-", "--dataset", "-"], 2, "only once"),
        (["eval-perplexity", "ab.wvt", "--dataset", "text.txt", "--resamples", 1], 2, "resamples"),
        (["eval-similarity", "ab.wvt"], 1, "no word vectors"),
        (["eval-similarity", "ab.wvt/ngram"], 1, "found a bundle of ngram"),
        (["neighbors", "ab.wvt/ngram", "a"], 1, "found a bundle of ngram"),
        (["generate", "harbour.wvt"], 1, "no language model"),
        (["generate", "ab.wvt", "--top-p", "2"], 2, "top_p is 2"),
        (["generate", "ab.wvt", "--temperature", "-1"], 2, "temperature is -1"),
        (["next-word", "text.txt"], 1, "ARPA"),
    ],
)
def test_errors_are_sentences(run, model, workspace, write, arguments, status, message):
    write("text.txt", TEXT)
    write("empty", "")
    write("binary", b"\0\1\2\n" * 50)
    assert message in run(*arguments, status=status, stdin="").stderr


def test_bytes_that_are_not_utf_8_are_counted(run, model, write):
    write("latin", ("a b\n" * 100 + "\xe9 a\n").encode("latin-1"))
    result = run("eval-perplexity", model, "--dataset", "latin")
    assert "1 byte sequences were not UTF-8" in result.stderr


def test_closed_streams(model):
    shell = " ".join([*WVT, "eval-perplexity", str(model), "<&-"])
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "standard input holds no tokens" in done.stderr
    shell = f"yes a b | head -30000 | {' '.join(WVT)} eval-perplexity {model} --per-token | head -1"
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == "word\tlog10_prob\torder\n"
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_mixture_from_the_command_line(run, harbour, tmp_path):
    shutil.copy(harbour, tmp_path / "harbour.txt")
    lines = harbour.read_text().splitlines()
    (tmp_path / "kept.txt").write_text("\n".join(lines[-20:]))
    ngram = ("build-ngram-lm", "harbour.txt", "--order", 3, "--discount-fallback", "default")
    run(*ngram)
    asked = ("--cache", "--skip", "--soft", "--classes", "4,7", "--adapt", "--held-out", "kept.txt")
    built = run(*ngram, *asked, "--arpa", "harbour.arpa")
    assert "mixture-static\tclass-targets-7\t" in built.stdout
    assert "mixture\tcache of order 3\t" in built.stdout
    assert "held-out tokens: " in built.stdout
    assert "ngram\torder 3" in built.stdout and built.stdout.count("reused") == 2
    steps = json.loads(run(*ngram, *asked, "--json").stdout)["steps"]
    assert all(step["reused"] for step in steps)
    scores = run("eval-perplexity", "harbour.wvt", "--dataset", "kept.txt").stdout
    assert scores.splitlines()[1].startswith("harbour.wvt/mixture\t")
    assert "\n1\t" in run("next-word", "harbour.wvt", "the sea").stdout
    assert run("generate", "harbour.wvt", "the sea", "--seed", 1).stdout.startswith("the sea")
    assert run("verify", "harbour.wvt/mixture").stdout.endswith("good\n")
    run("build-ngram-lm", "harbour.txt", "--order", 2, "--discount-fallback", "default")
    refused = run("eval-perplexity", "harbour.wvt", "--dataset", "kept.txt", status=1)
    assert "changed since" in refused.stderr or "built again since" in refused.stderr


def test_mixtures_that_make_no_sense_are_refused(run, harbour, tmp_path):
    shutil.copy(harbour, tmp_path / "harbour.txt")
    ngram = ("build-ngram-lm", "harbour.txt", "--discount-fallback", "default")
    assert "expected whole numbers" in run(*ngram, "--classes", "x", status=2).stderr
    assert "n_classes is 9" in run(*ngram, "--classes", "99999", status=2).stderr
    refused = run(
        "build-ngram-lm", "harbour.txt", "--smoothing", "stupid-backoff", "--cache", status=2
    )
    assert "no probabilities" in refused.stderr


def test_a_folder_of_many_texts_has_a_short_name(run, model, write):
    for number in range(5):
        write(f"texts/{number}.txt", TEXT)
    result = run("eval-perplexity", model, "--dataset", "texts")
    assert " tokens scored in " in result.stderr
    table = result.stdout
    assert table.splitlines()[1].split("\t")[1] == "0.txt, 1.txt, 2.txt and 2 more"


def test_ctrl_c_speaks_of_bundles_only_where_some_are_made(run, model, monkeypatch):
    def stop(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("wordvec_toolkit.lm.sampling.sample", stop)
    monkeypatch.setattr("wordvec_toolkit.models.ngram.build_ngram_lm", stop)
    stderr = run("generate", model, status=130).stderr
    assert stderr == f"using {model / 'ngram'}\n\ninterrupted\n"
    assert "finished bundles are kept" in run("build-ngram-lm", model, status=130).stderr
