"""Terminals, pipes and signals."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parent.parent.parent
WVT = [sys.executable, "-m", "wordvec_toolkit.cli"]


@pytest.mark.slow
def test_closed_and_narrow_streams(workspace):
    command = [*WVT, "neighbors", str(workspace), "sea", "-n", "1"]
    narrow = subprocess.run(
        command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=False
    )
    assert narrow.returncode == 0
    shell = " ".join(command)
    for closed in (">&-", "2>&-", "<&-"):
        assert subprocess.run(f"{shell} {closed}", shell=True, check=False).returncode in (0, 1)


def test_a_closed_pipe_is_no_error(workspace):
    done = subprocess.run(
        f"{sys.executable} -m wordvec_toolkit.cli neighbors {workspace} sea -n 400 | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "word\trank\tneighbor\tcosine\n"
    assert done.stderr == f"using {workspace / 'svd'}\n"


def test_on_a_terminal_there_is_a_bar_and_a_table(workspace):
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [*WVT, "build-ppmi", str(workspace), "--window", "3"], stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    output = b""
    try:
        while chunk := os.read(main, 4096):
            output += chunk
    except OSError:  # the other end is closed
        pass
    assert process.wait() == 0
    assert b"counting co-occurrences" in output
    assert b"\t" not in output
    assert b"next: wvt neighbors" in output


def test_an_interrupt_that_falls_into_a_callback_is_not_lost():
    code = """
import signal, sys, time, weakref
from wordvec_toolkit.cli import main
sys.argv = ["wvt", "--version"]
try:
    main.main()
except SystemExit:
    pass
class Thing: ...
thing = Thing()
watched = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
try:
    del thing
    for _ in range(500):
        time.sleep(0.01)  # which alone is not broken off
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.endswith("interrupted\n")
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("done", [".wvt-lock", "corpus", "ppmi"])
def test_interrupted_runs_go_on(run, tmp_path, planted, done, by):
    """Interrupted once `done` is there, whatever the machine's speed."""
    text = tmp_path / "big.txt"
    text.write_text("".join(planted.topic_text(200_000)))
    command = ["build-ppmi", str(text), "--min-count", "1", "--dim", "50"]
    workspace = tmp_path / "big.wvt"
    process = subprocess.Popen([*WVT, *command], stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (workspace / done).exists():
        time.sleep(0.005)
    process.send_signal(by)
    _, stderr = process.communicate()
    assert process.returncode in (0, 130), stderr
    assert "Traceback" not in stderr
    if workspace.exists():
        assert not [p for p in workspace.iterdir() if p.name.startswith(".wvt-new")]
    steps = json.loads(run(*command, "--json").stdout)["steps"]
    assert all(step["reused"] for step in steps if step["name"] == done)
    run("verify", workspace)


def test_narrow_columns_of_a_table_stay_whole():
    from wordvec_toolkit.cli.shared.output import _kept_whole, short_names

    assert _kept_whole([30, 5, 14], 100) == {0, 1, 2}
    assert _kept_whole([30, 5, 14], 40) == {1, 2}
    assert _kept_whole([30, 5, 14], 20) == set()
    names = short_names(["a.wvt/svd", "b.wvt/svd", "b.wvt/ppmi"])
    assert list(names.values()) == ["a.wvt/svd", "b.wvt/svd", "b.wvt/ppmi"]
    assert list(short_names(["a.wvt/svd", "a.wvt/ppmi"]).values()) == ["svd", "ppmi"]


def test_a_table_too_wide_for_the_terminal_is_turned(monkeypatch, capsys):
    from wordvec_toolkit.cli.shared.output import print_table

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    header = [f"column {number}" for number in range(9)]
    rows = [[f"{row}{number}.2345678" for number in range(9)] for row in (1, 2, 3, 4, 5)]
    print_table(header, rows)
    lines = click.unstyle(capsys.readouterr().out).splitlines()
    assert len(lines) == 9 + 1 + 9  # four rows side by side, an empty line, the fifth
    assert lines[1].split() == ["column", "1", *(row[1] for row in rows[:4])]
    assert lines[11].split() == ["column", "1", rows[4][1]]
    print_table(header[:3], [row[:3] for row in rows])
    assert click.unstyle(capsys.readouterr().out).splitlines()[1].split() == rows[0][:3]


def test_tables_among_messages_keep_their_tabs():
    shown = "print_table(['step', 'about'], [['ppmi', 'a\\x1b\\tb']], err=True)"
    code = (
        "import sys\n"
        "from wordvec_toolkit.cli.shared.output import print_table\n"
        "from wordvec_toolkit.runtime.printing import printable_stream\n"
        f"sys.stderr = printable_stream(sys.stderr)\n{shown}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == "step\tabout\nppmi\ta\\x1b\\tb\n"
