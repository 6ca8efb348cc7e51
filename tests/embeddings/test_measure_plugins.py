"""A measure from outside the package: in help, in use, in errors' lists; and a broken one."""

import numpy as np
import pytest
from plugins import Plugin

import wordvec_toolkit as wvt

TEXT = "the cat sat\nthe dog sat\na cat ran\na dog ran\nthe cat ran\n"
SOURCE = """
    from wordvec_toolkit.embeddings.measures import MEASURES, Measure

    def twice(observed, rows, columns, total):
        return 2 * observed

    MEASURES.add("twice", Measure("twice", twice))
"""


@pytest.fixture
def plugin(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    return Plugin(tmp_path, SOURCE)


@pytest.mark.slow
def test_it_is_in_help_and_in_lists_of_errors_and_weighs(plugin, tmp_path):
    assert "log-dice | twice." in plugin.wvt("build-ppmi", "--help")
    arguments = ("build-ppmi", "text.txt", "-o", "out.wvt", "--min-count", "1", "--measure")
    message = plugin.failing(*arguments, "thrice")
    assert "dice, log-dice, twice" in message
    plugin.wvt(*arguments, "twice")
    counts = wvt.counts.Cooccurrence.load(tmp_path / "out.wvt" / "counts")
    vectors = wvt.load(tmp_path / "out.wvt" / "ppmi")
    assert vectors.settings["measure"] == "twice"
    expected = 2 * counts.matrix.toarray() / counts.divisor
    np.testing.assert_allclose(vectors.matrix.toarray(), expected, rtol=1e-6)
    assert "twice has no such setting" in plugin.failing(*arguments, "twice", "--cds", "0.5")


def test_a_broken_one_is_refused_with_what_is_missing(tmp_path):
    (tmp_path / "text.txt").write_text(TEXT)
    plugin = Plugin(tmp_path, SOURCE.replace('"twice", twice', '"twice"'))
    message = plugin.failing("build-ppmi", "text.txt", "--measure", "twice")
    assert "plugin wordvec_toolkit_plugins.toy cannot be loaded" in message
    assert "'formula'" in message
