import re

import pytest

from wordvec_toolkit import count_ngrams, load_vectors, text, write_vectors
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.runtime import progress as module
from wordvec_toolkit.runtime.progress import SILENT, Bar, Silent, as_progress, rate


def test_what_progress_may_be():
    own = Silent()
    assert as_progress(None) is as_progress(False) is SILENT
    assert as_progress(own) is own
    assert isinstance(as_progress(True), Bar)
    for wrong in ("yes", 3, []):
        with pytest.raises(SettingError, match=re.escape(f"progress is {wrong!r}; expected None")):
            as_progress(wrong)


def test_a_function_is_called_with_task_done_and_total(tmp_path):
    calls = []
    corpus = text.encode_text("a b a b c a\n" * 50)
    counts = count_ngrams(corpus, 2, progress=lambda *call: calls.append(call))
    assert counts.order == 2
    assert calls
    task, done, total = calls[0]
    assert (type(task), done) == (str, 0.0)
    assert total is None or total > 0
    assert {len(call) for call in calls} == {3}
    last = {task: (done, total) for task, done, total in calls}
    for done, total in last.values():
        assert total is None or 0 < done <= total * (1 + 1e-9)


def test_a_call_adds_up_what_is_done():
    calls = []
    progress = as_progress(lambda *call: calls.append(call))
    progress.start("counting", 10, "token")
    progress.advance(4)
    progress.status("half-way")
    progress.advance(6)
    progress.finish("10 tokens")
    progress.start("weighing", None, "cell")
    assert calls == [
        ("counting", 0.0, 10),
        ("counting", 4.0, 10),
        ("counting", 10.0, 10),
        ("weighing", 0.0, None),
    ]


def test_a_function_can_stop_the_work_with_an_error():
    def stop(*_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        count_ngrams(text.encode_text("a b a b"), 2, progress=stop)


def test_a_bar_is_drawn_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr(module.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(Bar, "_SECONDS", 0)
    monkeypatch.setenv("COLUMNS", "120")
    bar = as_progress(True)
    bar.start("counting", 10, "token")
    bar.advance(5)
    bar.status("loss 2")
    bar.advance(5)
    bar.note("words are many")
    bar.finish("10 tokens")
    lines = [line.rstrip() for line in re.split("[\r\n]+", capsys.readouterr().err)]
    _, none, first, _, second, cleared, note, result, _ = lines
    assert none.startswith("counting                   |                    | 0 token/s   0%")
    assert first.startswith("counting                   |##########          | ")
    assert first.endswith("token/s  50%  0:00 left")
    assert "|####################| " in second
    assert second.endswith("token/s 100%  0:00 left  loss 2")
    assert (cleared, note) == ("", "note: words are many")
    assert re.fullmatch(r"counting                   10 tokens  \(\d\.\d s\)", result)


def test_a_narrow_terminal_shows_what_fits(monkeypatch, capsys):
    monkeypatch.setattr(module.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(Bar, "_SECONDS", 0)
    monkeypatch.setenv("COLUMNS", "50")
    bar = as_progress(True)
    bar.start("counting", 10, "token")
    bar.status("loss 2, epoch 3")
    bar.advance(5)
    last = capsys.readouterr().err.split("\r")[-2]
    assert last == f"{'counting':<26}  50%  0:00 left  loss "


def test_no_bar_goes_into_a_file(capsys):
    bar = as_progress(True)
    bar.start("counting", 10, "token")
    bar.advance(10)
    bar.finish("10 tokens")
    bar.note("words are many")
    assert capsys.readouterr().err == "note: words are many\n"


def test_true_reaches_the_work(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(module.sys.stderr, "isatty", lambda: True, raising=False)
    (tmp_path / "v.txt").write_text("a 1 2\nb 2 1\n")
    vectors = load_vectors(tmp_path / "v.txt", progress=True)
    assert "vectors" in capsys.readouterr().err
    write_vectors(vectors, tmp_path / "w.txt")
    assert capsys.readouterr().err == ""


def test_rates():
    assert rate(5, "token") == "5 token/s"
    assert rate(2_500_000, "B") == "2.5 MB/s"
    assert rate(1e9, "") == ""
