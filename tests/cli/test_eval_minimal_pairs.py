import json

PAIRS = (
    "phenomenon\tgood\tbad\n"
    "word order\tthe harbour is old\tharbour the old is\n"
    "word order\tthe sea is cold\tsea cold the is\n"
    "length\tthe boats\tthe boats the boats\n"
    "length\tthe xyzzy\tthe\n"
)


def test_models_are_scored_and_compared(run, harbour, tmp_path, write):
    write("pairs.tsv", PAIRS)
    for name, order in (("three", 3), ("one", 2)):
        run(
            "build-ngram-lm",
            harbour,
            "-o",
            f"{name}.wvt",
            "--order",
            order,
            "--tokenizer",
            "words",
            "--smoothing",
            "witten-bell",
        )
    result = run("eval-minimal-pairs", "three.wvt", "one.wvt", "--dataset", "pairs.tsv")
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines[0] == [
        "model",
        "set",
        "accuracy",
        "95 % interval",
        "without OOV",
        "pairs",
        "OOV",
        "ties",
    ]
    assert lines[1][1] == "pairs.tsv" and lines[1][5:7] == ["4", "2"]
    assert ["phenomenon", "three.wvt/ngram", "one.wvt/ngram", "pairs", "OOV"] in lines
    assert any(line[0] == "word order" and line[3] == "2" for line in lines)
    assert any(line[:2] == ["pairs.tsv", "accuracy"] for line in lines)
    assert "2 of 4 pairs differ in length" in result.stderr
    data = json.loads(
        run("eval-minimal-pairs", "three.wvt", "--dataset", "pairs.tsv", "--json").stdout
    )
    assert data["scores"][0]["n_uneven"] == 2
    assert len(data["scores"][0]["margins"]) == 4


def test_a_set_that_is_not_there_is_explained(run, harbour, monkeypatch, tmp_path):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path / "cache"))
    run("build-ngram-lm", harbour, "-o", "a.wvt", "--order", 2, "--smoothing", "witten-bell")
    result = run("eval-minimal-pairs", "a.wvt", status=1)
    assert "wvt fetch blimp" in result.stderr
