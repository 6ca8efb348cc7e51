"""WordNet databases: what is read, and what is refused."""

import io
import shutil
import tarfile
import zipfile

import numpy as np
import pytest
from tiny_wordnet import SYNSETS, write_wordnet

from wordvec_toolkit.errors import EmptyResultError, FormatError, UnknownWordError, WordvecError
from wordvec_toolkit.lexicon import Thesaurus, make_thesaurus, read_layer, read_wndb


def words(thesaurus, synsets):
    return [" ".join(thesaurus.words_of(synset)) for synset in synsets]


def packed(folder, path, **changes):
    with tarfile.open(path, "w:xz") as archive:
        for file in sorted(folder.iterdir()):
            content = changes.get(file.name.replace(".", "_"), file.read_bytes())
            info = tarfile.TarInfo(f"dict/{file.name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_senses_come_by_part_of_speech_in_the_order_of_the_index(thesaurus):
    assert words(thesaurus, thesaurus.senses_of("dog")) == [
        "dog Canis familiaris",
        "cad dog",
        "decent dog",
    ]
    assert words(thesaurus, thesaurus.senses_of("dog", "a")) == ["decent dog"]
    assert thesaurus.gloss(thesaurus.senses_of("cad")[0]) == "someone who behaves badly"


def test_words_are_found_in_any_case_and_by_their_base_forms(thesaurus):
    dog = thesaurus.senses_of("dog")
    assert thesaurus.senses_of("Dogs", "nv") == dog[:2]
    assert thesaurus.senses_of("canis_familiaris") == dog[:1]
    assert words(thesaurus, thesaurus.senses_of("ran")) == ["run"]
    assert thesaurus.base_forms("Ran") == {"ran", "run"}
    assert words(thesaurus, thesaurus.senses_of("puppies")) == ["puppy"]
    assert thesaurus.senses_of("running") == []  # run + n + ing is no rule of morphy
    assert "walking" in thesaurus
    assert "goose" not in thesaurus
    with pytest.raises(EmptyResultError, match="no sense of the parts v, but of n"):
        thesaurus.known_senses("cat", "v")
    with pytest.raises(UnknownWordError, match="did you mean puppy"):
        thesaurus.known_senses("pupy")


def test_relations_are_those_of_the_file(thesaurus):
    (good,) = thesaurus.senses_of("good")
    (bad,) = thesaurus.senses_of("bad")
    assert list(thesaurus.related(good, "!")) == [("!", bad, 1, 1)]
    (london,) = thesaurus.senses_of("london")
    assert words(thesaurus, thesaurus.hypernyms(london)) == ["thing"]
    assert thesaurus.hypernyms(thesaurus.senses_of("think")[0]) == []  # the root is virtual


def test_a_bundle_holds_all_of_it(thesaurus, tmp_path):
    thesaurus.save(tmp_path / "bundle")
    again = Thesaurus.load(tmp_path / "bundle")
    assert len(again) == len(SYNSETS) == len(thesaurus)
    assert again.texts == thesaurus.texts
    for word in thesaurus.lemmas:
        assert again.senses_of(word) == thesaurus.senses_of(word)
    assert np.array_equal(again.information, thesaurus.information, equal_nan=True)


@pytest.mark.parametrize("name", ["parts", "senses", "ancestors", "pointer_targets", "first"])
def test_a_bundle_whose_numbers_lead_nowhere_is_refused(thesaurus, tmp_path, name):
    where = thesaurus.taxonomy if hasattr(thesaurus.taxonomy, name) else thesaurus
    array = getattr(where, name)
    array[-1] += 100
    try:
        thesaurus.save(tmp_path / "bundle")
    finally:
        array[-1] -= 100
    with pytest.raises(FormatError, match="tables that do not fit"):
        Thesaurus.load(tmp_path / "bundle")


def test_archives_and_folders_around_it_are_read_alike(folder, database, tmp_path):
    assert read_wndb(folder.parent).sha256 == database.sha256
    assert read_wndb(packed(folder, tmp_path / "a.tar.xz")).sha256 == database.sha256
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"wordnet/{file.name}")
    assert read_wndb(tmp_path / "a.zip").synsets == database.synsets


def test_a_circle_of_hypernyms_has_an_end(tmp_path):
    synsets = {**SYNSETS, "move": ("v", "move go", "run", "a circle")}
    thesaurus = make_thesaurus(read_wndb(write_wordnet(tmp_path, synsets)))
    (run,) = thesaurus.senses_of("run")
    ancestors, distances = thesaurus.taxonomy.of(run)
    assert dict(zip(words(thesaurus, ancestors), distances.tolist())) == {"move go": 1, "run": 0}


def test_a_chain_that_no_hierarchy_has_is_refused(tmp_path):
    synsets = {f"s{n}": ("n", f"w{n}", f"s{n - 1}" if n else "", "one") for n in range(300)}
    rest = {key: SYNSETS[key] for key in ("run", "good", "fast")}
    rest["run"] = ("v", "run", "", "move")
    with pytest.raises(WordvecError, match="expected the hypernyms of a WordNet"):
        make_thesaurus(read_wndb(write_wordnet(tmp_path, {**synsets, **rest})))


def test_the_words_of_another_language_stand_on_its_synsets(database, tmp_path):
    dog = next(key for key, synset in database.synsets.items() if "cad" in synset.words)
    lines = [
        "# Tiny\tkor\thttps://example.org\tCC0",
        f"{dog[1]:08d}-n\tkor:lemma\t개",
        f"{dog[1]:08d}-n\tkor:lemma\t강아지",
        f"{dog[1]:08d}-n\tkor:def\t0\t설명",
    ]
    (tmp_path / "kor.tab").write_text("\n".join(lines), encoding="utf-8")
    layer = read_layer(tmp_path / "kor.tab", database)
    thesaurus = make_thesaurus(layer)
    assert thesaurus.language == "kor"
    assert words(thesaurus, thesaurus.senses_of("개")) == ["개 강아지"]
    assert "dog" not in thesaurus
    (tmp_path / "kor.tab").write_text("00000001-n\tkor:lemma\t개\n", encoding="utf-8")
    with pytest.raises(FormatError, match="does not have"):
        read_layer(tmp_path / "kor.tab", database)
    (tmp_path / "kor.tab").write_text("dog\tkor:lemma\t개\n", encoding="utf-8")
    with pytest.raises(FormatError, match="line 1"):
        read_layer(tmp_path / "kor.tab", database)


def test_damaged_files_are_refused_with_their_line(folder, tmp_path):
    def refused(name, old, new, match):
        place = shutil.copytree(folder, tmp_path / "copy", dirs_exist_ok=True)
        text = (place / name).read_text()
        assert old in text
        (place / name).write_text(text.replace(old, new, 1))
        with pytest.raises(FormatError, match=match):
            read_wndb(place)

    refused("data.noun", " 03 n 01 entity", " 03 n zz entity", "line 3: found '")
    refused("data.noun", " 03 n 01 entity", " 03 v 01 entity", "line 3")
    refused("data.noun", " 001 ~", " 901 ~", "line 3")
    refused("data.noun", " 001 ~", " -01 ~", "line 3")
    refused("data.verb", "0000 ~", "0009 ~", "a word that exist")
    refused("index.noun", "animal n 1", "animal n 7", "line 3")
    refused("index.noun", "animal n 1 1 @ 1 0 0", "animal n 1 1 @ 1 0 9", "one of the data file")
    refused("cntlist.rev", "dog%1", "dog%9", "line 1")
    (tmp_path / "copy" / "data.adv").unlink()
    with pytest.raises(FormatError, match="no data.adv"):
        read_wndb(tmp_path / "copy")


def test_hostile_archives_are_refused(folder, tmp_path):
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("data.noun", b" " * (17 << 20))
    with pytest.raises(FormatError, match="too large"):
        read_wndb(bomb)
    with tarfile.open(tmp_path / "link.tar", "w") as archive:
        info = tarfile.TarInfo("dict/data.noun")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(FormatError, match=r"no data.noun"):
        read_wndb(tmp_path / "link.tar")
    whole = packed(folder, tmp_path / "whole.tar.xz").read_bytes()
    (tmp_path / "cut.tar.xz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FormatError, match="damaged"):
        read_wndb(tmp_path / "cut.tar.xz")
    (tmp_path / "text.zip").write_text("no archive")
    with pytest.raises(FormatError, match="no archive"):
        read_wndb(tmp_path / "text.zip")
    latin = packed(folder, tmp_path / "latin.tar.xz", data_adv="caf\xe9".encode("latin-1"))
    with pytest.raises(FormatError, match="UTF-8"):
        read_wndb(latin)
    with pytest.raises(FormatError, match="wvt fetch wordnet"):
        read_wndb(tmp_path / "nothing")
