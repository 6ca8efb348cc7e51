"""Building and finding thesauri."""

import math

import pytest
from tiny_wordnet import write_wordnet

import wordvec_toolkit as wvt
from wordvec_toolkit.bundles.reading import open_bundle
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.evaluation.datasets import SimilaritySet
from wordvec_toolkit.lexicon import ThesaurusMeasure
from wordvec_toolkit.models import build_ppmi, build_thesaurus, load_pair_model, load_thesaurus
from wordvec_toolkit.models.thesaurus import split_measure

TEXT = "the dog saw a cat\na cat saw the dog run\nthe puppy saw a car move\n" * 5


@pytest.fixture(scope="module")
def wordnet(tmp_path_factory):
    return write_wordnet(tmp_path_factory.mktemp("wn") / "dict")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, wordnet):
    place = tmp_path_factory.mktemp("text") / "text.txt"
    place.write_text(TEXT)
    build_ppmi(place, min_count=1)
    return build_thesaurus(place.with_suffix(".wvt"), wordnet=str(wordnet))


def test_a_workspace_gets_information_from_its_own_words(workspace):
    bundle = workspace.steps[-1].bundle
    assert (bundle.path.name, bundle.kind) == ("wordnet", "thesaurus")
    assert bundle.settings == {"information": "corpus", "counting": "split", "smoothing": 1.0}
    thesaurus = wvt.load(bundle.path)
    dog, cat = (thesaurus.senses_of(word)[0] for word in ("dog", "cat"))
    # 10 dogs are animals or cads; 5 puppies are dogs; 10 cats; and one of each synset.
    difference = thesaurus.information[cat] - thesaurus.information[dog]
    assert difference == pytest.approx(math.log((5 + 5 + 2) / (10 + 1)))


def test_nothing_is_done_twice(workspace, wordnet):
    again = build_thesaurus(workspace.path, wordnet=str(wordnet))
    assert [step.reused for step in again.steps] == [True, True]
    other = build_thesaurus(workspace.path, wordnet=str(wordnet), counting="each")
    assert not other.steps[-1].reused
    build_thesaurus(workspace.path, wordnet=str(wordnet))


def test_without_a_corpus_the_tagged_text_of_the_database_is_counted(wordnet, tmp_path):
    target = tmp_path / "wordnet"
    build_thesaurus(output=target, wordnet=str(wordnet))
    assert open_bundle(target).settings == {"information": "tagged text", "smoothing": 1.0}
    assert build_thesaurus(output=target, wordnet=str(wordnet)).steps[-1].reused
    assert load_thesaurus(target).has_information
    with pytest.raises(WordvecError, match="wvt fetch wordnet"):
        build_thesaurus(output=tmp_path / "other")


def test_bundles_of_others_are_not_overwritten(workspace, wordnet):
    with pytest.raises(SettingError, match="bundle of svd"):
        build_thesaurus(output=workspace.path / "svd", wordnet=str(wordnet))


def test_measures_are_named_after_the_thesaurus(workspace):
    path = str(workspace.path)
    assert split_measure("a:b/wordnet:lin:n") == ("a:b/wordnet", "lin", "n")
    assert split_measure("a:b/wordnet") == ("a:b/wordnet", "", "")
    assert split_measure("wordnet:path") == ("wordnet", "path", "")
    found = load_pair_model(f"{path}:path:n")
    assert isinstance(found, ThesaurusMeasure)
    assert (found.measure, found.parts) == ("path", "n")
    assert load_pair_model(f"{path}/wordnet").measure == "jcn"
    assert isinstance(load_pair_model(path), wvt.WordVectors)
    with pytest.raises(FormatError, match="wvt build-thesaurus"):
        load_pair_model("nowhere:lin")
    with pytest.raises(SettingError, match="'cosine' is no measure; expected one of path"):
        load_pair_model(f"{path}:cosine")
    with pytest.raises(FormatError, match="one of word vectors"):
        wvt.load_vectors(f"{path}/wordnet")


def test_its_scores_say_that_they_use_a_lexicon(workspace):
    pairs = (("dog", "puppy", 9.0), ("dog", "cat", 7.0), ("dog", "car", 1.0), ("xyz", "cat", 2.0))
    test = SimilaritySet("toy", "0" * 64, pairs)
    result = wvt.evaluate_similarity(load_pair_model(f"{workspace.path}:lin"), test)
    assert result.spearman == 1.0
    assert (result.n, result.n_oov, result.oov_words) == (3, 1, ("xyz",))
    assert result.signature.get("uses") == "lexicon"
    assert result.signature.get("by") == "thesaurus,lin"
    assert result.signature.get("information") == "corpus"
    with pytest.raises(SettingError, match="expected WordVectors"):
        wvt.evaluate_similarity("wordnet:lin", test)
