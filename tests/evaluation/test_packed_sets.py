"""BATS and SemEval-2017 task 2: folders and archives of several files."""

import json
import zipfile

import numpy as np
import pytest

from wordvec_toolkit.embeddings.vectors import WordVectors
from wordvec_toolkit.errors import FormatError, WordvecError
from wordvec_toolkit.evaluation import evaluate_analogies, evaluate_similarity
from wordvec_toolkit.evaluation.datasets import read_analogy_set, read_similarity_set
from wordvec_toolkit.evaluation.language_sets import sets_in
from wordvec_toolkit.text.vocabulary import Vocabulary

BATS = {
    "1_Inflectional_morphology/I01 [noun - plural_reg].txt": "cat\tcats\ndog\tdogs\ncow\tcows\n",
    "3_Encyclopedic_semantics/E06 [animal - young].txt": "cat\tkitten\ndog\tpuppy/whelp\n",
    "metadata.json": "{}",
}
SEMEVAL = {
    "T/test/subtask1-monolingual/data/de.test.data.txt": "Katze\tHund\nKuh\tAuto\nA B\tHund\n",
    "T/test/subtask1-monolingual/keys/de.test.gold.txt": "3.5\n0.25\n1\n",
    "T/trial/subtask1-monolingual/data/de.trial.data.txt": "x\ty\n",
    "T/test/subtask1-monolingual/data/en.test.data.txt": "cat\tdog\n",
    "T/test/subtask1-monolingual/keys/en.test.gold.txt": "four\n",
}


def written(place, files):
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def packed(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_every_pair_of_a_file_is_asked_with_every_other(tmp_path):
    folder = written(tmp_path / "BATS_3.0", BATS)
    test = read_analogy_set(folder)
    assert [(name, len(asked)) for name, asked in test.sections] == [
        ("I01 [noun - plural_reg]", 6),
        ("E06 [animal - young]", 2),
    ]
    assert test.sections[1][1] == (
        ("cat", "kitten", "dog", "puppy"),
        ("dog", "puppy", "cat", "kitten"),
    )
    assert test.others["dog", "puppy"] == ("whelp",)
    again = read_analogy_set(packed(tmp_path / "BATS_3.0.zip", BATS))
    assert again.sections == test.sections and again.sha256 == test.sha256


@pytest.fixture
def vectors():
    """Number is one direction, youth another; a whelp is a little younger than a puppy."""
    animals = np.eye(3)
    words = {"cat": (*animals[0], 0, 0), "cats": (*animals[0], 1, 0)}
    words |= {"dog": (*animals[1], 0, 0), "dogs": (*animals[1], 1, 0)}
    words |= {"cow": (*animals[2], 0, 0), "cows": (*animals[2], 1, 0)}
    words |= {"kitten": (*animals[0], 0, 1), "whelp": (*animals[1], 0, 1)}
    words |= {"puppy": (*animals[1], 0, 0.3), "kittens": (*animals[0], 0.2, 1)}
    matrix = np.array(list(words.values()), np.float32)
    return WordVectors(Vocabulary(list(words), np.ones(len(words), np.int64)), matrix)


def test_further_answers_are_right_too(tmp_path, vectors):
    result = evaluate_analogies(vectors, written(tmp_path / "b", BATS))
    asked = [list(vectors.vocabulary.words)[i] for i in result.answers]
    assert asked[:6] == ["dogs", "cows", "cats", "cows", "cats", "dogs"]
    assert asked[6] == "whelp" and result.correct[:7].all()
    assert [group.name for group in result.groups] == ["inflection", "encyclopedic"]
    assert result.pairs[:2].tolist() == [[0, 1], [0, 2]]  # intervals resample these


def test_inflected_forms_can_be_excluded(tmp_path, vectors):
    files = {"1_x/I01 [noun - plural_reg].txt": BATS[next(iter(BATS))]}
    files["3_x/E06 [animal - young].txt"] = "dog\twhelp\ncat\tkitten\nkitten\tcat\n"
    test = read_analogy_set(written(tmp_path / "b", files))

    def bases(word):
        return {word, word.removesuffix("s")}

    words = list(vectors.vocabulary.words)
    plain = evaluate_analogies(vectors, test)
    strict = evaluate_analogies(vectors, test, base_forms=bases)
    assert strict.signature.get("forms") == "left-out" and not plain.signature.get("forms")
    assert np.array_equal(strict.answers[:6], plain.answers[:6])  # which are asked for plurals
    for answer, question in zip(strict.answers[6:], test.sections[1][1]):
        assert not bases(words[answer]) & {base for w in question[:3] for base in bases(w)}


def test_pairs_and_scores_of_semeval_are_in_two_files(tmp_path):
    folder = written(tmp_path / "s", SEMEVAL)
    test = read_similarity_set(f"{folder}:de")
    assert test.pairs == (("Katze", "Hund", 3.5), ("Kuh", "Auto", 0.25), ("A B", "Hund", 1.0))
    assert (test.name, test.reading) == ("s:de", "German")
    archive = packed(tmp_path / "semeval.zip", SEMEVAL)
    assert read_similarity_set(f"{archive}:German").pairs == test.pairs
    words = ["Katze", "Hund", "Kuh", "Auto"]
    vectors = WordVectors(Vocabulary(words, np.ones(4, np.int64)), np.eye(4, dtype=np.float32))
    result = evaluate_similarity(vectors, test)
    assert (result.n, result.n_oov, result.oov_words) == (2, 1, ("A B",))


def test_fetched_archives_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("WVT_CACHE", str(tmp_path))
    for name, file, files in (
        ("semeval2017-2", "semeval2017-task2.zip", SEMEVAL),
        ("bats", "BATS_3.0.zip", BATS),
    ):
        (tmp_path / name).mkdir()
        path = packed(tmp_path / name / file, files)
        record = {"name": name, "bytes": path.stat().st_size}
        (tmp_path / name / "record.json").write_text(json.dumps(record))
    assert len(read_similarity_set("semeval2017-2:de").pairs) == 3
    assert len(read_analogy_set("bats").sections) == 2
    assert "semeval2017-2:de" in sets_in("de", "similarity").here


def test_damage_is_named(tmp_path):
    folder = written(tmp_path / "s", SEMEVAL)
    with pytest.raises(FormatError, match="'four' in pair 1"):
        read_similarity_set(f"{folder}:en")
    with pytest.raises(WordvecError, match="name one behind a colon"):
        read_similarity_set(folder)
    with pytest.raises(FormatError, match="no files called it"):
        read_similarity_set(f"{folder}:it")
    (folder / "T/test/subtask1-monolingual/keys/de.test.gold.txt").write_text("1\n")
    with pytest.raises(FormatError, match="3 pairs and 1 scores"):
        read_similarity_set(f"{folder}:de")
    with pytest.raises(FormatError, match=r"D01 \[x\]\.txt, line 2"):
        read_analogy_set(written(tmp_path / "b", {"D01 [x].txt": "a\tb\nc\n"}))
    large = packed(tmp_path / "large.zip", {"D01 [x].txt": "a\tb\n" * (1 << 20)})
    with pytest.raises(FormatError, match="bytes"):
        read_analogy_set(large)
    broken = tmp_path / "broken.zip"
    broken.write_bytes(packed(tmp_path / "a.zip", BATS).read_bytes().replace(b"dogs", b"hogs"))
    with pytest.raises(FormatError, match="damage"):
        read_analogy_set(broken)
    with pytest.raises(FormatError):  # not one of these sets
        read_analogy_set(packed(tmp_path / "other.zip", {"a.txt": "x"}))
