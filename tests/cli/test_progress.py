from wordvec_toolkit.cli.shared.progress import TerminalProgress


def test_what_is_said_of_a_task_stands_below_its_bar(capsys):
    with TerminalProgress(compiles=False) as progress:
        progress._drawn = True
        progress.start("training", 10, "tokens")
        progress.advance(4)
        assert len(list(progress._bars.get_renderables())) == 1
        progress.status("loss 2")
        _, below = progress._bars.get_renderables()
        assert str(below) == "loss 2"
        progress.finish("loss 1")
    assert "training                   loss 1" in capsys.readouterr().err
