"""Comparisons of encoder-decoders."""

import json

import pytest
from click.testing import CliRunner
from pairs import additions

from wordvec_toolkit.cli.main import wvt as group
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.study.ladder import LadderResult, compare_seq2seq

pytestmark = [pytest.mark.torch, pytest.mark.slow]


def test_a_ladder_has_scores_curves_and_attention_and_continues(tmp_path):
    pairs = additions(60)
    file = tmp_path / "sums.txt"
    lines = (f"{one}_{two}\n" for one, two in zip(pairs.sources, pairs.targets))
    file.write_text("".join(lines), encoding="utf-8")
    how = {"tokenizer": "chars", "hidden_dim": 8, "epochs": 1, "batch_size": 8, "threads": 1}
    models = ("peeky", "attention", "transformer")
    found = compare_seq2seq(file, tmp_path / "s", models=models, seeds=2, samples=1, **how)
    assert [rung.model for rung in found.rungs] == list(models)
    assert all(len(rung.curves) == 2 and rung.perplexity > 1 for rung in found.rungs)
    assert len(found.comparisons) == 3
    assert [each.model for each in found.attention] == ["attention", "transformer"]
    assert LadderResult.from_dict(found.as_dict()).rungs == found.rungs
    page = (tmp_path / "s" / "report.html").read_text("utf-8")
    assert "held-out pairs exact" in page and "Differences between models" in page
    options = "--tokenizer chars --hidden-dim 8 --epochs 1 --batch-size 8 --seeds 2 --samples 1"
    said = CliRunner().invoke(
        group,
        ["compare-seq2seq", str(file), "-o", str(tmp_path / "s"), *options.split(), "--json"]
        + ["--models", "peeky,attention"],
    )
    assert said.exit_code == 0, said.stderr
    assert json.loads(said.stdout)["rungs"][0]["exact"] == found.rungs[0].exact
    with pytest.raises(SettingError, match="models has 'x'"):
        compare_seq2seq(file, tmp_path / "s", models=("x",))
    with pytest.raises(WordvecError, match="holds other pairs"):
        compare_seq2seq(file, tmp_path / "s", test=0.3, **how)
