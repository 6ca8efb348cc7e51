"""A study with an LSTM (extra ``neural``)."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from wordvec_toolkit.study.comparing import run_study
from wordvec_toolkit.study.settings import StudySettings

pytestmark = [pytest.mark.torch, pytest.mark.slow]

OPTIONS = {
    "text": {"min-count": 20},
    "ngram": {"order": 2},
    "cache": {"order": 2},
    "lstm": {"hidden-dim": 12, "epochs": 3, "preset": "small"},
    "eval-perplexity": {"resamples": 100},
    "diagnose": {"positions": 8, "steps": 5, "jacobians": 1},
}
LEE = StudySettings(("lee",), models=("ngram", "cache", "lstm", "mix"), options=OPTIONS)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies") / "lee.study"
    return run_study(LEE, folder), folder


def test_count_based_neural_and_mixed_models_share_a_vocabulary(study):
    report, _ = study
    assert [row.status for row in report.models] == ["done"] * 4
    found = {each.model: each for each in report.perplexities}
    assert len({each.n_oov for each in found.values()}) == 1
    assert len({each.n_tokens for each in found.values()}) == 1
    assert found["mix"].perplexity < 1.001 * found["cache"].perplexity < found["lstm"].perplexity
    assert report.best["neural"] == {"test.txt|bits per token": "lstm"}
    compared = {frozenset((each.model, each.against)) for each in report.differences}
    assert {frozenset(("mix", name)) for name in ("ngram", "cache", "lstm")} <= compared
    assert {band.split for band in report.bands} == {"frequency", "seen"}


def test_training_and_gradients_are_shown(study):
    report, folder = study
    (curves,) = report.learning
    assert curves.model == "lstm" and [len(curve.x) for curve in curves.curves] == [3, 3]
    assert [each["cell"] for each in report.gradients] == ["lstm", "rnn-tanh"]
    page = (folder / "report.html").read_text("utf-8")
    assert page.count("<svg") >= 4


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_in_training_it_ends_in_the_same_report(study):
    report, folder = study
    command = [
        sys.executable,
        "-m",
        "wordvec_toolkit.cli",
        "compare",
        "--settings",
        str(folder / "settings.toml"),
        "-o",
        str(folder.parent / "killed.study"),
    ]
    records = folder.parent / "killed.study" / "records"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (records / "lstm.json").exists():
        time.sleep(0.05)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2.0)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert json.loads((records / "lstm.json").read_text())["status"] == "running"
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again["perplexities"] == json.loads(report.as_json())["perplexities"]
    assert json.loads((records / "lstm.json").read_text())["attempts"] == 2
