"""A method of smoothing from outside the package: in help, in use, in errors' lists."""

import pytest
from plugins import Plugin

SOURCE = """
    from dataclasses import dataclass
    from typing import ClassVar

    import numpy as np

    from wordvec_toolkit.lm.ngram.count_methods import FittedRelative
    from wordvec_toolkit.lm.ngram.methods import METHODS, Method
    from wordvec_toolkit.lm.ngram.smoothing import Smoothing, at_most_one

    class Fitted(FittedRelative):
        share = 0.5

        def weights(self, order, histories):
            n = len(histories.totals)
            return (1 - self.share) / histories.totals, np.full(n, self.share)

    @dataclass(frozen=True)
    class Even(Smoothing):
        "p(w | h) = c(hw) / 2 c(h) + p(w | shorter h) / 2"

        name: ClassVar[str] = "even"

        def fitted(self, evidence):
            return Fitted(evidence.counts.counts)

    METHODS.add("even", Method("even[:SHARE]", lambda: Even))
"""
USE = """
import numpy as np
import wordvec_toolkit as wvt

corpus = wvt.text.encode_text("a b a b\\na b b a\\n", "whitespace")
even = wvt.train_ngram_model(corpus, 2, "even")
known = wvt.train_ngram_model(corpus, 2, "jelinek-mercer:0.5")
ids = np.array([3, 4, 3, 2], np.int32)
print(np.allclose(even.token_logprobs(ids), known.token_logprobs(ids)), even.settings["smoothing"])
"""


@pytest.fixture
def plugin(tmp_path):
    (tmp_path / "text.txt").write_text("a b a b\na b b a\n")
    return Plugin(tmp_path, SOURCE)


@pytest.mark.slow
def test_it_is_in_help_and_in_lists_of_errors_and_smooths(plugin):
    assert "stupid-backoff[:FACTOR] | even[:SHARE]." in plugin.wvt("build-ngram-lm", "--help")
    arguments = ("build-ngram-lm", "text.txt", "--order", "2", "-o", "out.wvt", "--smoothing")
    assert "stupid-backoff, even" in plugin.failing(*arguments, "odd")
    assert "no discounts that could fail" in plugin.failing(
        *arguments, "even", "--discount-fallback", "default"
    )
    plugin.wvt(*arguments, "even")
    assert "even" in plugin.wvt("info", "out.wvt/ngram")
    assert plugin.run("-c", USE).stdout.split() == ["True", "even"]
