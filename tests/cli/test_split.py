import json
from pathlib import Path


def test_a_split_is_built_from_and_measured(run):
    result = run("split", "lee", "-o", "lee.split", "--layout", "documents")
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert rows[0] == ["part", "documents", "lines", "words", "share", "file"]
    assert [row[0] for row in rows[1:]] == ["train", "valid", "test"]
    assert sum(int(row[1]) for row in rows[1:]) == 300
    assert "7 of 300 documents are duplicates of others" in result.stderr
    following = [
        line.split("wvt ", 1)[1].split() for line in result.stderr.splitlines() if "wvt " in line
    ]
    assert following[0][0] == "build-ngram-lm"
    run(*following[0])
    assert "perplexity" in run(*following[1]).stdout


def test_json_and_refusals(run, write):
    lines = write("lines.txt", "\n".join(f"line {i}" for i in range(50)))
    found = json.loads(run("split", lines, "-o", "s", "--test", 0.1, "--json").stdout)
    assert found["unit"] == "line"
    assert [part["name"] for part in found["parts"]] == ["train", "valid", "test"]
    assert found["parts"][2]["n_words"] == 10
    assert "test:0.1" in found["signature"]
    assert "exists" in run("split", lines, "-o", "s", status=1).stderr
    assert "lines are split instead" in run("split", lines, "-o", "s", "--force").stderr
    assert Path("s/test.txt").read_text().count("\n") == 2
    refusal = run("split", lines, "-o", "s", "--test", 2, status=2)
    assert "test is 2.0; it must be from 0 to below 1" in refusal.stderr
    assert "Missing option" in run("split", lines, status=2).stderr
    stdin = Path(lines).read_text()
    assert run("split", "-", "-o", "t", stdin=stdin).stdout.count("50,") == 0
    assert Path("t/train.txt").read_bytes() == Path("s/train.txt").read_bytes()


def test_what_a_test_text_shares(run, write):
    lines = [f"line {i} has just so many words as it has" for i in range(60)]
    text = write("text.txt", "\n\n".join(lines))
    run("split", text, "-o", "s", "--test", 0.2, "--valid", 0.2)
    with open("s/test.txt", "a") as file:
        file.write("\n" + Path("s/train.txt").read_text().split("\n")[4] + "\n\nline and so on\n")
    result = run(
        "check-split", "s/train.txt", "s/valid.txt", "s/test.txt", "--show", 2, "--signature"
    )
    table, sentences = result.stdout.split("\n\n")
    header, valid, test = (line.split("\t") for line in table.splitlines())
    assert header == [
        "text",
        "sentences",
        "shared",
        "tokens",
        "in shared",
        "share",
        "documents",
        "shared documents",
    ]
    assert valid[2] == "0"
    assert (test[2], test[4], test[7]) == ("1", "10", "1")
    assert "\tline " in sentences
    assert "shared-sentences|whole|min-length:8|tokenizer:words|" in result.stderr
    run("build-ppmi", "s/train.txt", "--min-count", 2, "--dim", 0)
    result = run("check-split", "s/train.wvt", "s/test.txt")
    assert "more sentences of test.txt match a training sentence except" in result.stderr
    (found,) = json.loads(
        run("check-split", "s/train.txt", "s/test.txt", "--show", 1, "--json").stdout
    )
    assert found["n_shared"] == found["n_shared_documents"] == 1
    assert 0 < found["share"] < 0.2
    assert found["sentences"][0]["text"].startswith("line ")
    assert "min_length" in run("check-split", text, text, "--min-length", 0, status=2).stderr
