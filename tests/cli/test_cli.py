import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wordvec_toolkit.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent.parent
WVT = [sys.executable, "-m", "wordvec_toolkit.cli"]


def test_the_tour(run, workspace):
    assert "herring" in run("neighbors", workspace, "market", "-n", 300).stdout
    assert (
        run("similarity", workspace, "sea", "ship").stdout.splitlines()[1].startswith("sea\tship")
    )
    assert len(run("analogy", workspace, "sea", "ship", "fog").stdout.splitlines()) == 11
    assert run("info", workspace).stdout.count("\n") == 5
    assert "made_with" in run("info", workspace / "svd").stdout
    assert run("verify", workspace).stdout.count("good") == 4
    result = run("build-svd", workspace, "--dim", 5, "--name", "small")
    assert "svd-small" in result.stdout
    assert (workspace / "svd-small").is_dir()


def test_lee_and_the_test_sets_of_gensim(run):
    run("build-ppmi", "lee", "--dim", 50)
    assert "spearman|" not in run("eval-similarity", "lee.wvt").stderr
    result = run("eval-similarity", "lee.wvt", "--signature")
    assert re.search(r"wordsim353\t0?\.?-?\d", result.stdout)
    assert "spearman|set:wordsim353" in result.stderr
    result = run("eval-analogy", "lee.wvt", "--method", "3cosadd")
    assert "total" in result.stdout
    assert "semantic" in result.stdout
    result = run("eval-categories", "lee.wvt", "--n-init", 2, "--signature")
    assert result.stdout.splitlines()[1].startswith("lee.wvt/svd\teveryday\t")
    assert "purity|kmeans|unit-vectors|n-init:2|k:7|set:everyday" in result.stderr
    result = run("eval-odd-one-out", "lee.wvt", "--size", 3, "--signature")
    assert "everyday,known,size:3,per-category:10,seed:0" in result.stderr


def test_json_everywhere(run, workspace, write):
    pairs = write("pairs", "sea\tship\t5\nbread\tbaker\t6\nfog\thorn\t7\n")
    questions = write("questions", "sea ship fog horn\n")
    kinds = write("kinds", ": water\nsea ship fog\n: land\nbread baker\n")
    groups = write("groups", "sea ship bread\n")
    for arguments in (
        ["build-ppmi", "harbour.txt", "--min-count", 1, "--dim", 20],
        ["build-svd", workspace],
        ["neighbors", workspace, "sea"],
        ["neighbors", workspace, "sea", "fog", "--minus", "ship"],
        ["odd-one-out", workspace, "sea", "ship", "bread"],
        ["similarity", workspace, "sea", "ship"],
        ["analogy", workspace, "sea", "ship", "fog"],
        ["eval-similarity", workspace, "--dataset", pairs],
        ["eval-analogy", workspace, "--dataset", questions],
        ["eval-categories", workspace, "--dataset", kinds],
        ["eval-odd-one-out", workspace, "--dataset", groups, "--categories", kinds, "--size", 3],
        ["info", workspace],
        ["info", workspace / "svd"],
        ["verify", workspace],
    ):
        assert json.loads(run(*arguments, "--json").stdout)


def test_columns_of_a_test_set_are_said_and_chosen(run, workspace, write):
    run("build-ppmi", "harbour.txt", "--min-count", 1, "--dim", 20)
    pairs = write("raters.csv", "a,b,r1,r2\nsea,ship,5,4\nbread,baker,6,1\nfog,horn,7,2\n")
    arguments = ["eval-similarity", workspace, "--dataset", pairs]
    refused = run(*arguments, status=1)
    assert "--columns" in refused.stderr and "4: r2 (4)" in refused.stderr
    chosen = run(*arguments, "--columns", "a,b,r2", "--json")
    assert "raters.csv: words: columns 1 and 2 (a, b); score: column 4 (r2)" in chosen.stderr
    (score,) = json.loads(chosen.stdout)["scores"]
    assert score["ratings"] == [4, 1, 2]
    assert score["reading"] in chosen.stderr


def test_the_columns_of_known_sets_are_in_the_json_alone(run, write):
    vectors = write("v.vec", "tiger 1 0\ncat 0.9 0.2\ncomputer 0 1\nkeyboard 0.3 0.8\n")
    found = run("eval-similarity", vectors, "--dataset", "wordsim353", "--json")
    assert "column" not in found.stderr
    (score,) = json.loads(found.stdout)["scores"]
    assert score["reading"].startswith("words: columns 1 and 2")


def test_test_sets_of_one_name_are_distinguished(run, workspace, write):
    run("build-ppmi", "harbour.txt", "--min-count", 1, "--dim", 20)
    sets = [
        write(f"{f}/p.csv", f"sea,ship,5\nbread,baker,{n}\nfog,horn,7\n") for f, n in ("a3", "b9")
    ]
    options = [option for path in sets for option in ("--dataset", path)]
    found = run("eval-similarity", workspace, *options)
    assert "\ta/p.csv\t" in found.stdout and "\tb/p.csv\t" in found.stdout
    copies = [workspace.parent / folder / "w.wvt" for folder in "ab"]
    for copy in copies:
        shutil.copytree(workspace, copy)
        run("build-glove", copy, "--epochs", 2)
    curves = json.loads(run("plot", "curves", *copies, "--json").stdout)
    assert "a/w.wvt/glove" in str(curves) and "b/w.wvt/glove" in str(curves)


def test_two_models_are_compared(run, workspace, write):
    run("build-svd", workspace, "--dim", 5, "--name", "small")
    words = ["sea", "ship", "bread", "baker", "fog", "horn", "market", "fish", "boat", "harbour"]
    pairs = [f"{a}\t{b}\t{len(a) * 7 % 5 + i}" for i, a in enumerate(words) for b in words[:i]]
    whole, part = write("whole.txt", "\n".join(pairs)), write("part.txt", "\n".join(pairs[:20]))
    models = (workspace, workspace / "svd-small", workspace)
    sets = ("--dataset", whole, "--dataset", part, "--resamples", 200, "--signature")
    result = run("eval-similarity", *models, *sets, "--by-frequency")
    scores, bands, differences = result.stdout.split("\n\n")
    assert scores.count("\n") == 4
    assert bands.startswith("model\tset\trarest word")
    assert differences.splitlines()[1].startswith("whole.txt\tspearman\tsvd\tsvd-small\t")
    assert "note: part.txt: 20 of its 20 pairs are in whole.txt" in result.stderr
    assert "|resamples:200|seed:0|holm:2" in result.stderr
    assert "\n\n" not in run("eval-similarity", *models, *sets, "--no-compare").stdout
    found = json.loads(run("eval-similarity", *models, *sets, "--seed", 3, "--json").stdout)
    assert found["comparisons"][0]["signature"].endswith("seed:3|holm:2")
    assert found["overlaps"][0]["n_shared"] == 20
    questions = write(
        "q.txt", "\n".join(f"{a} {b} {b} {a}" for a in words for b in words if a != b)
    )
    options = ("--dataset", questions, "--resamples", 200, "--signature")
    result = run("eval-analogy", *models, *options, "--by-frequency", "--method", "3cosadd")
    assert "\nq.txt\t3cosadd\tsvd\tsvd-small\t" in result.stdout
    assert "of:word-pairs" in result.stderr
    assert "|ci:wilson-t|of:word-pairs" in result.stderr
    resampled = run("eval-analogy", *models, *options, "--interval", "bootstrap", "--json").stdout
    found = json.loads(resampled)
    assert [c["measure"] for c in found["comparisons"]] == ["3cosadd", "3cosmul"]
    assert "bootstrap-percentile|of:word-pairs" in found["comparisons"][0]["signature"]


def test_neighbors_of_many_words_and_among_some(run, workspace, write):
    def found(*arguments, **options):
        answers = json.loads(run("neighbors", workspace, *arguments, "--json", **options).stdout)
        return {asked: [item["word"] for item in items] for asked, items in answers.items()}

    both = found("sea", "ship", "-n", 3)
    assert both == found("-", "-n", 3, stdin="sea\nship sea\n")
    assert both["ship"] == found("ship", "-n", 3)["ship"]
    assert all(word.endswith("ing") for word in found("sea", "--match", "ing$")["sea"])
    words = write("words.txt", "ship\nbread\nunheard\nsea\n")
    assert set(found("sea", "--only", words)["sea"]) == {"ship", "bread"}
    assert list(found("sea", "fog", "--sum")) == ["sea fog"]
    assert len(run("odd-one-out", workspace, "sea", "ship", "bread").stdout.splitlines()) == 4
    assert (
        "regular expression" in run("neighbors", workspace, "sea", "--match", "(", status=2).stderr
    )
    assert "two words" in run("odd-one-out", workspace, "sea", status=2).stderr
    assert "standard input" in run("neighbors", workspace, "-", stdin=" ", status=2).stderr


def test_json_says_what_was_reused(run, workspace):
    again = json.loads(run("build-ppmi", workspace, "--dim", 20, "--json").stdout)
    assert [step["reused"] for step in again["steps"]] == [True] * 4


def test_fetch_lists_and_describes(run, tmp_path, monkeypatch):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    lines = run("fetch").stdout.splitlines()
    assert lines[0].split("\t") == ["name", "kind", "language", "size", "licence", "downloaded"]
    assert "men\tsimilarity\tEnglish\t53.6 kB\tCC BY 2.0\t" in lines
    assert any(line.startswith("lee\tcorpus") and line.endswith("\tyes") for line in lines)
    assert len(json.loads(run("fetch", "--json").stdout)) == len(lines) - 1
    described = run("fetch", "men", "--info").stdout
    assert "CC BY 2.0" in described
    assert "@article{bruni2014multimodal" in described
    assert json.loads(run("fetch", "men", "--info", "--json").stdout)["is_here"] is False
    assert Path(run("fetch", "lee").stdout.strip()).is_file()
    assert json.loads(run("fetch", "lee", "--json").stdout)["trust"] == "gensim"
    assert not (tmp_path / "cache").exists()


def test_fetch_says_what_is_wrong(run, tmp_path, monkeypatch):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    assert "did you mean" in run("fetch", "menn", status=1).stderr
    assert "catalog.ldc.upenn.edu" in run("fetch", "ptb", status=1).stderr
    assert "a name is missing" in run("fetch", "--info", status=2).stderr
    assert "not one of http" in run("fetch", "men", "--from", "file:///x", status=1).stderr


def test_what_was_fetched_is_used_by_its_name(run, workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    scores = ["eval-similarity", workspace, "--dataset"]
    assert "try: wvt fetch rg65" in run(*scores, "rg65", status=1).stderr
    assert "wvt fetch lists" in run(*scores, "nothing", status=1).stderr
    assert "try: wvt fetch text8" in run("build-ppmi", "text8", status=1).stderr
    for name, file, text in (
        ("rg65", "EN-RG-65.txt", "sea\tship\t5\nbread\tbaker\t6\nfog\thorn\t7\n"),
        ("text8", "text8", "the sea and the ship and the sea " * 9),
    ):
        folder = tmp_path / "cache" / name
        folder.mkdir(parents=True)
        (folder / file).write_text(text)
        (folder / "record.json").write_text(json.dumps({"bytes": len(text)}))
    assert "\trg65\t" in run(*scores, "rg65").stdout
    run("build-ppmi", "text8", "--dim", 2)
    assert "ship" in run("neighbors", "text8.wvt", "sea").stdout


def test_standard_input(run, harbour):
    text = harbour.read_text()
    run("build-ppmi", "-", "-o", "in.wvt", "--dim", 5, "--min-count", 2, stdin=text)
    assert "sea" in run("neighbors", "in.wvt", "ship", "-n", 500).stdout


def test_keep_list(run, harbour, write):
    words = write("keep.txt", "captain\nunheard\n")
    result = run(
        "build-ppmi", harbour, "-o", "k.wvt", "--min-count", 9, "--keep", words, "--dim", 0
    )
    assert "1 of the words to keep do not occur: unheard" in result.stderr
    assert "captain\t" in Path("k.wvt/ppmi/vocabulary.tsv").read_text()


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples(run, command):
    output = run(*([command] if command else []), "--help").output
    assert "Usage: wvt" in output
    if command:
        assert f"wvt {command} " in output.split("Examples:")[1]


def test_help_lists_every_command_once_on_a_line_of_its_own(run):
    lines = run("--help").output.splitlines()
    for command in COMMANDS:
        assert len([line for line in lines if line.split()[:1] == [command]]) == 1
    assert "Score:" in lines


def test_help_shows_the_defaults_of_the_library(run):
    output = " ".join(run("build-ppmi", "--help").output.split())
    assert re.search(r"--window INTEGER [^-]*\[default: 5\]", output)
    assert re.search(r"--weighting \S+ .*?\[default: dynamic\]", output)


def test_help_of_glove_names_its_own_bundles(run):
    text = " ".join(run("build-glove", "--help").stdout.split())
    assert "glove-NAME" in text
    assert "svd-NAME" not in text and "SVD" not in text
    assert "[default: yes]" in text and "True" not in text


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in set(COMMANDS) - {"completion"}:
        assert f"`{command}`" in readme or f"wvt {command}" in readme, command


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["build-ppmi", "missing.txt"], 1, "no file or folder missing.txt"),
        (["build-ppmi", "empty.txt"], 1, "no tokens"),
        (["build-ppmi", "one.txt", "--min-count", "1"], 1, "no two words"),
        (["build-ppmi", "few.txt", "--min-count", "9"], 1, "--min-count 1"),
        (["build-ppmi", "few.txt", "--min-count", "1", "--window", "0"], 2, "window is 0"),
        (["build-ppmi", "few.txt", "--min-count", "1", "--dim", "99"], 2, "only 3 words"),
        (["build-ppmi", "nul.txt"], 1, "NUL byte"),
        (["build-ppmi", "cut.gz"], 1, "end early or are damaged"),
        (["build-ppmi", "few.txt", "-o", "/proc/nowhere.wvt"], 1, "/proc/nowhere.wvt"),
        (["build-ppmi", "few.txt", "-o", "nul.txt", "--min-count", "1"], 1, "is a file"),
        (["build-ppmi", "few.txt", "--tokenizer", "spacy"], 2, "no tokenizer 'spacy'"),
        (["build-ppmi", "-"], 1, "-o"),
        (["build-ppmi"], 2, "Missing argument"),
        (["build-ppmi", "few.txt", "--cds", "2"], 2, "cds is 2"),
        (["neighbors", "nothing.wvt", "x"], 1, "wvt build-ppmi"),
        (["info", "few.txt"], 1, "lines of a word and its numbers"),
        (["verify", "nothing"], 1, "workspace or a bundle"),
        (["build-svd", "nothing"], 1, "nothing"),
        (["build-svd", "few.txt"], 2, "for text use wvt build-ppmi"),
        (["build-svd", "lee"], 2, "for text use wvt build-ppmi"),
        (["build-svd", "nothing", "--join", "before"], 2, "--join needs views"),
        (["similarity", "nothing", "a"], 2, "even number"),
        (["eval-categories", "nothing", "--dataset", "x"], 1, "everyday, google-categories"),
        (["eval-categories", "nothing", "--dataset", "few.txt"], 1, "columns='1,2' (--columns)"),
        (["eval-odd-one-out", "nothing", "--dataset", "one.txt"], 1, "three or more"),
        (["eval-similarity", "nothing", "--resamples", "many"], 2, "--resamples"),
    ],
)
def test_bad_input_gets_one_sentence(run, write, tmp_path, arguments, status, message):
    import gzip

    write("empty.txt", "")
    write("one.txt", "word\n")
    write("few.txt", "some few words\n")
    write("nul.txt", b"a\0b")
    write("cut.gz", gzip.compress(b"words " * 1000)[:30])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    result = run(*arguments, status=status)
    assert message in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) <= 4
    assert {p: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before
    assert not [p for p in tmp_path.iterdir() if p.is_dir() and not any(p.iterdir())]


def test_unknown_words_get_suggestions(run, workspace):
    result = run("neighbors", workspace, "harbor", status=1)
    assert "did you mean harbour" in result.stderr


def test_a_full_disk_keeps_the_finished_bundles(run, workspace, monkeypatch):
    import numpy as np

    from wordvec_toolkit.bundles import writing as bundle

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle.np.lib.format, "write_array_header_1_0", full)
    result = run("build-svd", workspace, "--dim", 5, status=1)
    assert "No space left on device" in result.stderr
    monkeypatch.undo()
    assert np.load(workspace / "svd" / "vectors.npy").shape[1] == 20
    assert not [p for p in workspace.iterdir() if p.name.startswith(".wvt-new")]


#: A token may hold a tab.
ODD = r"regex:\S\s\S|\S+"


def test_words_with_controls_do_not_break_the_table(run, tmp_path):
    (tmp_path / "odd.txt").write_text("a\tb \x1b]0;x a\tb \x1b]0;x\n" * 3)
    run(
        "build-ppmi",
        "odd.txt",
        "--format",
        "plain",
        "--tokenizer",
        ODD,
        "--min-count",
        1,
        "--dim",
        0,
    )
    output = run("neighbors", "odd.wvt", "a\tb").stdout
    assert all(line.count("\t") == 3 for line in output.splitlines())
    assert "\x1b" not in output


def test_info_shows_the_others_when_one_is_damaged(run, workspace):
    (workspace / "counts" / "manifest.json").write_text("{")
    output = run("info", workspace).stdout
    assert "damaged" in output
    assert "current" in output
    assert "damaged" in run("verify", workspace, status=1).stdout + "damaged"


def test_the_hint_after_a_variant_works(run, workspace):
    result = run("build-ppmi", workspace, "--window", 2, "--name", "narrow", "--dim", 9)
    assert f"wvt neighbors {workspace / 'svd-narrow'} " in result.stderr
    result = run("build-svd", workspace, "--name", "narrow", "--dim", 8)
    assert json.loads(run("info", workspace / "svd-narrow", "--json").stdout)["facts"]["dim"] == 8


def test_verify_finds_a_changed_byte(run, workspace):
    path = workspace / "svd" / "vectors.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    result = run("verify", workspace, status=1)
    assert "vectors.npy has changed" in result.stdout


def test_v_shows_the_traceback(tmp_path):
    done = subprocess.run(
        [*WVT, "-v", "info", "none"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("neighbours", "neighbors"),
        ("build_ppmi", "build-ppmi"),
        ("Build-PPMI", "build-ppmi"),
        ("neigbors", "neighbors"),
        ("perplexity", "eval-perplexity"),
        ("ngram-lm", "build-ngram-lm"),
        ("similarty", "similarity"),
        ("most-similar", "neighbors"),
    ],
)
def test_a_command_that_does_not_exist_suggests_what_is_meant(run, typed, meant):
    said = run(typed, "x.wvt", "sea", status=2).stderr
    assert f"there is no command '{typed}'; did you mean {meant}" in said


def test_a_command_like_none_points_to_help(run):
    assert "there is no command 'qqq'; wvt --help lists them" in run("qqq", status=2).stderr


def test_an_unknown_word_suggests_other_case_and_spelling(run, workspace, write):
    assert "did you mean harbour" in run("neighbors", workspace, "harbor", status=1).stderr
    vectors = write("cased.txt", "Paris 1 0\nparity 0 1\nLyon 1 1\n")
    assert "did you mean Paris" in run("neighbors", vectors, "PARIS", status=1).stderr
    assert "did you mean Paris" in run("neighbors", vectors, "pariss", status=1).stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_is_printed_for_each_shell(run, shell):
    script = run("completion", shell).stdout
    assert "_WVT_COMPLETE" in script and "wvt" in script
    assert run("completion", "--help").stdout.count(shell) >= 2


def test_the_shells_get_the_answers_that_their_scripts_ask_for():
    """PowerShell's asks as bash's does: the line before the cursor, and the number of its word."""
    asked = {"COMP_WORDS": "wvt eval-p", "COMP_CWORD": "1", "_WVT_COMPLETE": "bash_complete"}
    code = "from wordvec_toolkit.cli import run; import sys; sys.argv = ['wvt']; run()"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **asked}, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["plain,eval-perplexity"]


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal")
def test_eval_perplexity_asks_for_a_text_on_a_terminal(tmp_path, write):
    """Piped text is read as before; see test_language_models."""
    import pty

    path = write(
        "lm.arpa", "\\data\\\nngram 1=3\n\n\\1-grams:\n-0.3 <unk>\n-0.5 a\n-0.6 </s>\n\n\\end\\\n"
    )
    reader, terminal = pty.openpty()
    done = subprocess.run(
        [*WVT, "eval-perplexity", path], stdin=terminal, capture_output=True, text=True, timeout=60
    )
    os.close(terminal), os.close(reader)
    assert done.returncode == 2
    assert "there is no text to score; name a file with --dataset TEXT, or pipe" in done.stderr
    piped = subprocess.run(
        [*WVT, "eval-perplexity", path], input="a a\n", capture_output=True, text=True, timeout=60
    )
    assert piped.returncode == 0, piped.stderr
