"""The folder of a study, and inputs that it refuses."""

import os

import pytest

from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.study.comparing import run_study, study_path
from wordvec_toolkit.study.settings import StudySettings


def test_standard_input_is_refused():
    with pytest.raises(WordvecError, match="say where|more than once"):
        run_study(StudySettings(("-",)))
    with pytest.raises(WordvecError, match="more than once"):
        run_study(StudySettings(("-",)), "x.study")


def test_names_that_are_not_unicode_are_refused(tmp_path):
    for corpus, output in (("caf\udce9.txt", "x.study"), ("lee", "\udce9.study")):
        with pytest.raises(WordvecError, match="is not UTF-8"):
            run_study(StudySettings((corpus,)), tmp_path / output)
    assert os.listdir(tmp_path) == []


def test_where_a_study_stands():
    assert str(study_path(("corpus.txt",), None)) == "corpus.study"
    assert str(study_path(("lee",), None)) == "lee.study"
    assert str(study_path(("a.wvt/",), None)) == "a.study"
    with pytest.raises(WordvecError, match="-o"):
        study_path(("a", "b"), None)
