import json
from pathlib import Path


def test_a_split_is_built_from_and_measured(run):
    result = run("split", "lee", "-o", "lee.split", "--layout", "documents")
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert rows[0] == ["part", "documents", "lines", "words", "share", "file"]
    assert [row[0] for row in rows[1:]] == ["train", "valid", "test"]
    assert sum(int(row[1]) for row in rows[1:]) == 300
    assert "7 of 300 documents are copies of others" in result.stderr
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
    assert "share of the words" in run("split", lines, "-o", "s", "--test", 2, status=2).stderr
    assert "Missing option" in run("split", lines, status=2).stderr
    stdin = Path(lines).read_text()
    assert run("split", "-", "-o", "t", stdin=stdin).stdout.count("50,") == 0
    assert Path("t/train.txt").read_bytes() == Path("s/train.txt").read_bytes()
