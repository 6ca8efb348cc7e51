"""Corpora.

Sizes and hashes are those that the named source gives for the same address; where the source is
a git repository, they were computed from the file at the commit in the address.
"""

from .entries import NO_LICENCE, Entry

_WIKITEXT = """@inproceedings{merity2017pointer,
  title = {Pointer Sentinel Mixture Models},
  author = {Merity, Stephen and Xiong, Caiming and Bradbury, James and Socher, Richard},
  booktitle = {International Conference on Learning Representations},
  year = {2017}
}"""
_MAHONEY = """@misc{mahoney2006large,
  title = {Large Text Compression Benchmark},
  author = {Mahoney, Matt},
  year = {2006},
  howpublished = {http://mattmahoney.net/dc/text.html}
}"""
_WIKIPEDIA = "GFDL and CC BY-SA (of Wikipedia's text; the page itself states none)"


def _wikitext(name: str, folder: str, suffix: str, size: int, sha256: str) -> Entry:
    kind = "raw text" if suffix == "raw" else "tokens, rare words as <unk>"
    return Entry(
        name=name,
        kind="corpus",
        title=f"WikiText-{folder.split('-')[1]}: verified articles of Wikipedia, {kind}",
        language="English",
        licence="CC BY-SA 4.0",
        citation=_WIKITEXT,
        source="huggingface/datasets, datasets/wikitext/dataset_infos.json",
        addresses=(f"https://s3.amazonaws.com/research.metamind.io/wikitext/{folder}-v1.zip",),
        size=size,
        digest=f"sha256:{sha256}",
        members=tuple(f"{folder}/wiki.{part}.{suffix}" for part in ("train", "valid", "test")),
    )


ENTRIES = (
    Entry(
        name="lee",
        kind="corpus",
        title="300 Australian news items of 2000-2001, background set",
        language="English",
        licence=NO_LICENCE,
        citation="""@inproceedings{lee2005empirical,
  title = {An Empirical Evaluation of Models of Text Document Similarity},
  author = {Lee, Michael D. and Pincombe, Brandon and Welsh, Matthew},
  booktitle = {Proceedings of the Annual Meeting of the Cognitive Science Society},
  volume = {27},
  year = {2005}
}""",
        source="gensim, test/test_data",
        gensim_file="lee_background.cor",
    ),
    Entry(
        name="text8",
        kind="corpus",
        title="The first 100 MB of cleaned English Wikipedia of 2006, one line of lower-case words",
        language="English",
        licence=_WIKIPEDIA,
        citation=_MAHONEY,
        source="mattmahoney.net/dc/textdata.html; "
        "hash: dmlc/gluon-nlp, scripts/datasets/url_checksums/language_model.txt",
        addresses=("http://mattmahoney.net/dc/text8.zip",),
        size=31_344_016,
        digest="sha1:6c70299b93b7e1f927b42cd8f6ac1a31547c7a2e",
        members=("text8",),
    ),
    Entry(
        name="enwik8",
        kind="corpus",
        title="The first 100 MB of the English Wikipedia dump of 3 March 2006, XML",
        language="English",
        licence=_WIKIPEDIA,
        citation=_MAHONEY,
        source="mattmahoney.net/dc/textdata.html; "
        "hash: huggingface/datasets, datasets/enwik8/dataset_infos.json",
        addresses=("http://mattmahoney.net/dc/enwik8.zip",),
        size=36_445_475,
        digest="sha256:547994d9980ebed1288380d652999f38a14fe291a6247c157c3d33d4932534bc",
        members=("enwik8",),
    ),
    Entry(
        name="enwik9",
        kind="corpus",
        title="The first 1 GB of the English Wikipedia dump of 3 March 2006, XML",
        language="English",
        licence=_WIKIPEDIA,
        citation=_MAHONEY,
        source="mattmahoney.net/dc/textdata.html",
        addresses=("http://mattmahoney.net/dc/enwik9.zip",),
        size=322_592_222,
        members=("enwik9",),
    ),
    _wikitext(
        "wikitext-2",
        "wikitext-2",
        "tokens",
        4_475_746,
        "92675f1d63015c1c8b51f1656a52d5bdbc33aafa60cc47a218a66e7ee817488c",
    ),
    _wikitext(
        "wikitext-2-raw",
        "wikitext-2-raw",
        "raw",
        4_721_645,
        "ef7edb566e3e2b2d31b29c1fdb0c89a4cc683597484c3dc2517919c615435a11",
    ),
    _wikitext(
        "wikitext-103",
        "wikitext-103",
        "tokens",
        190_229_076,
        "242ba0f20b329cfdf1ccc61e9e9e5b59becf189db7f7a81cd2a0e2fc31539590",
    ),
    _wikitext(
        "wikitext-103-raw",
        "wikitext-103-raw",
        "raw",
        191_984_949,
        "91c00ae287f0d699e18605c84afc9e45c192bc6b7797ff8837e5474655a33794",
    ),
    Entry(
        name="tinyshakespeare",
        kind="corpus",
        title="40,000 lines of Shakespeare's plays, for models of characters",
        language="English",
        licence="MIT (of the repository; the plays are in the public domain)",
        citation="""@misc{karpathy2015char,
  title = {char-rnn},
  author = {Karpathy, Andrej},
  year = {2015},
  howpublished = {https://github.com/karpathy/char-rnn}
}""",
        source="karpathy/char-rnn at the commit in the address",
        addresses=(
            "https://raw.githubusercontent.com/karpathy/char-rnn/"
            "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",
        ),
        size=1_115_394,
        digest="sha256:86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
    ),
    Entry(
        name="ptb",
        kind="corpus",
        title="Penn Treebank, Wall Street Journal",
        language="English",
        licence="LDC (paid)",
        citation="""@article{marcus1993building,
  title = {Building a Large Annotated Corpus of {English}: The {Penn} {Treebank}},
  author = {Marcus, Mitchell P. and Santorini, Beatrice and Marcinkiewicz, Mary Ann},
  journal = {Computational Linguistics},
  volume = {19},
  number = {2},
  year = {1993}
}""",
        source="catalog.ldc.upenn.edu/LDC99T42",
        how="it is licensed by the Linguistic Data Consortium: get LDC99T42 from "
        "catalog.ldc.upenn.edu",
    ),
)
