from wordvec_toolkit.cli.shared.progress import TerminalProgress


def test_a_bar_leaves_the_line_clean(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(TerminalProgress, "_SECONDS", 0)
    with TerminalProgress(compiles=False) as progress:
        progress._is_drawn = True
        progress.start("training", 10, "tokens")
        progress.status("loss 2")
        progress.advance(4)
        assert capsys.readouterr().err.rstrip().endswith(" 40%  0:00 left  loss 2")
        progress.finish("loss 1")
        assert "training                   loss 1" in capsys.readouterr().err
        progress.start("training", 10, "tokens")
        progress.advance(4)
    assert capsys.readouterr().err.endswith("\r" + " " * 79 + "\r")
