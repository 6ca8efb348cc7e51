"""``wvt update``, ``--memory`` and ``--max-contexts``."""

import json


def test_a_text_is_added_and_documents_removed(run, workspace, tmp_path):
    (tmp_path / "more.txt").write_text("The ship sails in the fog.\n\nThe fog horn sounds.\n")
    added = run("update", workspace, "--add", "more.txt", "--memory", "1G")
    assert [line.split()[0] for line in added.stdout.splitlines()[1:]] == [
        *("corpus", "rare-words", "counts", "ppmi")
    ]
    assert "stale in" in added.stderr and "svd" in added.stderr
    n_documents = json.loads(run("info", workspace / "corpus", "--json").stdout)["facts"][
        "n_documents"
    ]
    done = run("update", workspace, "--remove", n_documents, "--json")
    facts = json.loads(done.stdout)["steps"][0]["facts"]
    assert facts["n_documents"] == n_documents - 1
    run("build-svd", workspace, "--dim", 20)
    (tmp_path / "new.txt").write_text("The catamaran sails in the fog.\n")
    folded = run("fold-in", workspace, "new.txt", "-o", workspace / "with-new")
    assert folded.stdout.splitlines()[1].split()[-2:] == ["1", "0"]
    run("neighbors", workspace / "with-new", "catamaran")
    run("verify", workspace)
    wrong = run("update", workspace, "--remove", 9999, status=2)
    assert "there is no document 9999" in wrong.stderr


def test_any_budget_and_enough_contexts_give_the_same_bytes(run, workspace):
    before = (workspace / "svd" / "vectors.npy").read_bytes()
    run("build-ppmi", "harbour.txt", "-o", "b.wvt", "--min-count", 1, "--dim", 20, "--memory", "1G")
    assert (workspace.parent / "b.wvt" / "svd" / "vectors.npy").read_bytes() == before
    wrong = run("build-ppmi", "harbour.txt", "--memory", "much", status=2)
    assert "expected 256M or more" in wrong.stderr


def test_what_needs_all_contexts_refuses_fewer(run, workspace):
    for command in (("build-glove",), ("build-ppmi", "--add-context"), ("build-weighted",)):
        refused = run(*command, workspace, "--max-contexts", 5, "--dim", 3, status=None)
        if command == ("build-weighted",):
            assert refused.exit_code == 0, refused.output
        else:
            assert "needs one context column a word" in refused.stderr
    run("build-ppmi", workspace, "--max-contexts", 5, "--dim", 3, "--name", "few")
    shown = run("show", workspace / "ppmi-few", "-n", 9)
    assert len(shown.stdout.splitlines()[0].split()) == 6


def test_a_plan_predicts_and_builds_nothing(run, workspace, tmp_path):
    (tmp_path / "long.txt").write_text((tmp_path / "harbour.txt").read_text() * 30)
    planned = run("build-ppmi", "long.txt", "--plan", "--dim", 10)
    assert [line.split("\t")[0] for line in planned.stdout.splitlines()] == [
        *("step", "corpus", "counts", "ppmi", "svd", "all")
    ]
    assert "predicted from 100% of the text" in planned.stderr
    found = json.loads(run("build-ppmi", "long.txt", "--plan", "--dim", 0, "--json").stdout)
    assert found["problem"] == "" and found["n_cells"] > 0
    planned = run("build-ngram-lm", "long.txt", "--plan", "--order", 2)
    assert [line.split("\t")[0] for line in planned.stdout.splitlines()] == [
        *("step", "corpus", "ngram", "all")
    ]
    found = json.loads(run("build-ngram-lm", "long.txt", "--plan", "--json").stdout)
    assert found["problem"] == "" and len(found["n_ngrams"]) == 5 and found["in_memory"]
    assert not (tmp_path / "long.wvt").exists()
