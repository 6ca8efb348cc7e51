"""What the tests of the commands share."""

import shutil

import pytest
from click.testing import CliRunner

from wordvec_toolkit.cli.main import wvt


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in an empty folder; returns click's result."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, status=0, stdin=None):
        result = CliRunner().invoke(wvt, [str(a) for a in arguments], input=stdin)
        assert status is None or result.exit_code == status, result.output
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture
def workspace(run, harbour, tmp_path):
    """The workspace harbour.wvt in that folder, next to its text."""
    shutil.copy(harbour, tmp_path / "harbour.txt")
    run("build-ppmi", "harbour.txt", "--min-count", 1, "--dim", 20)
    return tmp_path / "harbour.wvt"
