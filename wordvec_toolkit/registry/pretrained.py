"""Vectors that others trained.

Sizes, hashes and licences of the first ones are those of piskvorky/gensim-data, list.json; the
addresses are those that gensim's downloader puts together.
"""

from .entries import NO_LICENCE, Entry

_GENSIM_DATA = "https://github.com/RaRe-Technologies/gensim-data/releases/download"
_FASTTEXT = "https://dl.fbaipublicfiles.com/fasttext"
_SHARE_ALIKE = "CC BY-SA 3.0"

_PENNINGTON = """@inproceedings{pennington2014glove,
  title = {{GloVe}: Global Vectors for Word Representation},
  author = {Pennington, Jeffrey and Socher, Richard and Manning, Christopher D.},
  booktitle = {Proceedings of EMNLP},
  pages = {1532--1543},
  year = {2014}
}"""
_MIKOLOV = """@inproceedings{mikolov2013distributed,
  title = {Distributed Representations of Words and Phrases and their Compositionality},
  author = {Mikolov, Tomas and Sutskever, Ilya and Chen, Kai and Corrado, Greg and Dean, Jeffrey},
  booktitle = {Advances in Neural Information Processing Systems},
  year = {2013}
}"""
_ADVANCES = """@inproceedings{mikolov2018advances,
  title = {Advances in Pre-Training Distributed Word Representations},
  author = {Mikolov, Tomas and Grave, Edouard and Bojanowski, Piotr and Puhrsch, Christian and
            Joulin, Armand},
  booktitle = {Proceedings of LREC},
  year = {2018}
}"""
_GRAVE = """@inproceedings{grave2018learning,
  title = {Learning Word Vectors for 157 Languages},
  author = {Grave, Edouard and Bojanowski, Piotr and Gupta, Prakhar and Joulin, Armand and
            Mikolov, Tomas},
  booktitle = {Proceedings of LREC},
  year = {2018}
}"""


def _gensim_data(name: str, size: int, md5: str, title: str, licence: str, citation: str) -> Entry:
    return Entry(
        name=name,
        kind="vectors",
        title=title,
        language="English",
        licence=licence,
        citation=citation,
        source="piskvorky/gensim-data, list.json",
        addresses=(f"{_GENSIM_DATA}/{name}/{name}.gz",),
        size=size,
        digest=f"md5:{md5}",
    )


def _glove(text: str, dim: int, size: int, md5: str) -> Entry:
    read = {
        "wiki-gigaword": "Wikipedia 2014 and Gigaword 5, 6 G tokens, 400,000 words",
        "twitter": "Twitter, 27 G tokens, 1.2 M words",
    }[text]
    return _gensim_data(
        f"glove-{text}-{dim}",
        size,
        md5,
        f"GloVe, {dim} dimensions: {read}; word2vec text",
        "PDDL 1.0",
        _PENNINGTON,
    )


def _fasttext(
    name: str, path: str, title: str, language: str, citation: str, *members: str
) -> Entry:
    return Entry(
        name=name,
        kind="vectors",
        title=title,
        language=language,
        licence=_SHARE_ALIKE,
        citation=citation,
        source="facebookresearch/fastText, docs/english-vectors.md and docs/crawl-vectors.md",
        addresses=(f"{_FASTTEXT}/{path}",),
        members=members,
    )


ENTRIES = (
    _glove("wiki-gigaword", 50, 69_182_535, "c289bc5d7f2f02c6dc9f2f9b67641813"),
    _glove("wiki-gigaword", 100, 134_300_434, "40ec481866001177b8cd4cb0df92924f"),
    _glove("wiki-gigaword", 200, 264_336_934, "59652db361b7a87ee73834a6c391dfc1"),
    _glove("wiki-gigaword", 300, 394_362_229, "29e9329ac2241937d55b852e8284e89b"),
    _glove("twitter", 25, 109_885_004, "50db0211d7e7a2dcd362c6b774762793"),
    _glove("twitter", 50, 209_216_938, "c168f18641f8c8a00fe30984c4799b2b"),
    _glove("twitter", 100, 405_932_991, "b04f7bed38756d64cf55b58ce7e97b15"),
    _glove("twitter", 200, 795_373_100, "e52e8392d1860b95d5308a525817d8f9"),
    _gensim_data(
        "word2vec-google-news-300",
        1_743_563_840,
        "a5e5354d40acb95f9ec66d5977d140ef",
        "word2vec, 300 dimensions: Google News, 100 G tokens, 3 M words and phrases; binary",
        NO_LICENCE,
        _MIKOLOV,
    ),
    _gensim_data(
        "fasttext-wiki-news-subwords-300",
        1_005_007_116,
        "de2bb3a20c46ce65c9c131e1ad9a77af",
        "fastText, 300 dimensions: Wikipedia 2017, UMBC, statmt.org news, 1 M words; word2vec text",
        _SHARE_ALIKE,
        _ADVANCES,
    ),
    _fasttext(
        "fasttext-crawl-300d-2m",
        "vectors-english/crawl-300d-2M.vec.zip",
        "fastText, 300 dimensions: Common Crawl, 600 G tokens, 2 M words; .vec",
        "English",
        _ADVANCES,
        "crawl-300d-2M.vec",
    ),
    _fasttext(
        "fasttext-cc-ko-300",
        "vectors-crawl/cc.ko.300.vec.gz",
        "fastText, 300 dimensions: Common Crawl and Wikipedia; .vec",
        "Korean",
        _GRAVE,
    ),
    _fasttext(
        "fasttext-cc-de-300",
        "vectors-crawl/cc.de.300.vec.gz",
        "fastText, 300 dimensions: Common Crawl and Wikipedia; .vec",
        "German",
        _GRAVE,
    ),
)
