"""What all builders take, and what they return."""

from pathlib import Path

import pytest

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.models.ngram import build_ngram_lm
from wordvec_toolkit.workspace.folder import Workspace

SENTENCES = [["The", "sea", "and", "the", "ship"], ["the", "ship", "and", "the", "fog"]] * 9


def cut(line):
    return line.lower().split()


def test_keywords_of_all_steps_reach_the_steps_that_have_them(harbour, tmp_path):
    built = wvt.build_ppmi(
        harbour, tmp_path / "a.wvt", dim=7, window=2, min_count=3, cds=0.5, seed=4, subsample=0.5
    )
    corpus, counts, ppmi, svd = (step.bundle.settings for step in built.steps)
    assert (corpus["min_count"], corpus["tokenizer"]) == (3, "words")
    assert (counts["window"], counts["seed"]) == (2, 4)
    assert ppmi["cds"] == 0.5
    assert (svd["dim"], svd["seed"], svd["eig"]) == (7, 4, 0.5)


def test_a_workspace_says_in_a_line_what_was_done(harbour, tmp_path):
    built = wvt.build_ppmi(harbour, tmp_path / "a.wvt", svd=False)
    assert isinstance(built, Workspace)
    assert [step.name for step in built.steps] == ["corpus", "counts", "ppmi"]
    again = wvt.build_ppmi(built.path, svd=False)
    assert repr(again) == f"Workspace('{built.path}': corpus reused, counts reused, ppmi reused)"


@pytest.mark.parametrize(
    "build",
    [
        wvt.build_ppmi,
        wvt.build_svd,
        wvt.models.build_views,
        wvt.build_glove,
        wvt.build_word2vec,
        wvt.build_fasttext,
        build_ngram_lm,
    ],
)
def test_a_misspelled_keyword_is_answered_with_the_nearest(build, tmp_path):
    with pytest.raises(SettingError, match=f"{build.__name__} has no setting .*did you mean .*?"):
        build(tmp_path / "a.txt", **{"dimm": 3} if build is not build_ngram_lm else {"ordr": 3})
    assert not list(tmp_path.iterdir())


def test_lists_of_tokens_are_text(tmp_path):
    built = wvt.build_ppmi(SENTENCES, tmp_path / "a.wvt", min_count=1, dim=2)
    corpus = wvt.load(built.path / "corpus")
    encoded = wvt.text.encode_documents(SENTENCES, min_count=1)
    assert corpus.words() == encoded.words() == [word for one in SENTENCES for word in one]
    assert corpus.n_documents == encoded.n_documents == len(SENTENCES)
    again = wvt.build_ppmi(SENTENCES, tmp_path / "a.wvt", min_count=1, dim=2)
    assert all(step.reused for step in again.steps)
    assert wvt.encode_corpus(SENTENCES, min_count=1).words() == encoded.words()
    with pytest.raises(SettingError, match="give the path of the workspace"):
        wvt.build_ppmi(SENTENCES)
    with pytest.raises(SettingError, match="a token with white space in it"):
        wvt.build_ppmi([["New York"]], tmp_path / "b.wvt")


def test_a_function_is_a_tokenizer_and_a_manifest_names_it(tmp_path, monkeypatch):
    text = tmp_path / "a.txt"
    text.write_text("The sea and the ship\n" * 9)
    (tmp_path / "my_cutting.py").write_text("def cut(line):\n    return line.lower().split()\n")
    monkeypatch.syspath_prepend(tmp_path)
    import my_cutting

    named = wvt.build_ppmi(text, tokenizer="my_cutting:cut", min_count=1, svd=False)
    given = wvt.build_ppmi(text, tokenizer=my_cutting.cut, min_count=1, svd=False)
    assert given.steps[0].bundle.settings["tokenizer"] == "my_cutting:cut"
    assert all(step.reused for step in given.steps)
    assert named.steps[0].bundle.digest == given.steps[0].bundle.digest
    inside = wvt.encode_corpus(Path(text), tokenizer=lambda line: line.split(), min_count=1)
    assert inside.words()[:2] == ["The", "sea"]
    assert wvt.text.tokenize("The Sea", cut) == ["the", "sea"]
    with pytest.raises(SettingError, match="define it in a module"):
        wvt.build_ppmi(text, tokenizer=lambda line: line.split())
    with pytest.raises(SettingError, match="tokenizer is 3; expected a name or a function"):
        wvt.build_ppmi(text, tokenizer=3)
