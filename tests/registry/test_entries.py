import re
from urllib.parse import urlsplit

import pytest

from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.registry import corpora, pretrained, similarity_sets, thesauri, word_sets
from wordvec_toolkit.registry.entries import KINDS
from wordvec_toolkit.registry.listing import find_entry, registry

ENTRIES = [
    entry
    for module in (corpora, similarity_sets, word_sets, thesauri, pretrained)
    for entry in module.ENTRIES
]
# Places that are reached without https; both files there have a size that is published, too.
PLAIN_HTTP = {"mattmahoney.net"}
READ_PACKED = {"bats", "semeval2017-2"}  # archives that are read as they are
LENGTHS = {"sha256": 64, "sha1": 40, "md5": 32}


def test_names_are_unique():
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names) == len(registry())
    digests = [entry.digest for entry in ENTRIES if entry.digest]
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_is_whole(entry):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name)
    assert entry.kind in KINDS
    for text in (entry.title, entry.language, entry.licence, entry.source):
        assert text.strip() == text != ""
    assert re.fullmatch(r"@\w+\{\w+,\n.*\n\}", entry.citation, re.DOTALL)
    assert entry.citation.count("{") == entry.citation.count("}")
    assert "year = {" in entry.citation
    assert "title = {" in entry.citation
    # Exactly one way to get it.
    assert [bool(entry.addresses), bool(entry.gensim_file), bool(entry.how)].count(True) == 1
    for address in entry.addresses:
        parts = urlsplit(address)
        safe = parts.hostname in PLAIN_HTTP or entry.name in READ_PACKED
        assert parts.scheme == "https" or safe
        assert not (parts.query or parts.fragment or parts.username)
        if "raw.githubusercontent.com" in address:  # of one commit, so that it cannot change
            assert re.match(r"/[^/]+/[^/]+/[0-9a-f]{40}/", parts.path)
            assert entry.digest and entry.size
    if entry.digest:
        algorithm, _, value = entry.digest.partition(":")
        assert re.fullmatch(f"[0-9a-f]{{{LENGTHS[algorithm]}}}", value)
        assert entry.size or entry.name in READ_PACKED  # whose hash is another project's
    if entry.addresses:
        assert all(re.fullmatch(r"[\w.-]+", name) for name in entry.files)
        packed = entry.addresses[0].endswith((".zip", ".tar.gz", ".tgz"))
        assert packed == (bool(entry.members) or entry.name in READ_PACKED)


def test_what_comes_with_gensim_is_there():
    from wordvec_toolkit.runtime.extras import gensim_data

    for entry in ENTRIES:
        if entry.gensim_file:
            assert gensim_data(entry.gensim_file).is_file()


def test_the_real_files_have_the_hashes(real_data):
    import hashlib

    for name, file in (
        ("rg65", "similarity/EN-RG-65.txt"),
        ("wordsim353-sim", "similarity/EN-WS-353-SIM.txt"),
        ("wordsim353-rel", "similarity/EN-WS-353-REL.txt"),
        ("wordsim353-ko", "similarity/WS353_korean.csv"),
        ("tinyshakespeare", "lm/tinyshakespeare.txt"),
    ):
        raw = (real_data / file).read_bytes()
        assert find_entry(name).digest == f"sha256:{hashlib.sha256(raw).hexdigest()}"
        assert find_entry(name).size == len(raw)


def test_unknown_names_get_advice():
    with pytest.raises(WordvecError, match="did you mean .*mturk287"):
        find_entry("mturk286")
    with pytest.raises(WordvecError, match="wvt fetch lists"):
        find_entry("")
