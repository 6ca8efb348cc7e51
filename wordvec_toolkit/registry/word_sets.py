"""Analogies, categories, minimal pairs, and the Korean sets.

The files are those of public repositories at a fixed commit, from which sizes and hashes were
computed.
"""

from .entries import NO_LICENCE, Entry

_WORD_BENCHMARKS = (
    "https://raw.githubusercontent.com/vecto-ai/word-benchmarks/"
    "9b61d0e067e2e68af22160d09450f82d9544cd70/"
)
_KOREAN = (
    "https://raw.githubusercontent.com/SungjoonPark/KoreanWordVectors/"
    "7a815fa9ea63c940249ed9dedac0e6a97d61e8c6/"
)
_PARK = """@inproceedings{park2018subword,
  title = {Subword-level Word Vector Representations for {Korean}},
  author = {Park, Sungjoon and Byun, Jeongmin and Baek, Sion and Cho, Yongseok and Oh, Alice},
  booktitle = {Proceedings of ACL},
  pages = {2429--2438},
  year = {2018}
}"""


_GERMAN = (
    "https://raw.githubusercontent.com/devmount/GermanWordEmbeddings/"
    "ffbb14df47ed1cfae17626c48d58b408a960db89/data/"
)
_MUELLER = """@thesis{mueller2015,
  author = {M{\\"u}ller, Andreas},
  title = {Analyse von {Wort-Vektoren} deutscher {Textkorpora}},
  school = {Technische Universit{\\"a}t Berlin},
  type = {Bachelor's Thesis},
  year = {2015}
}"""


def _german(name: str, file: str, size: int, sha256: str, title: str) -> Entry:
    return Entry(
        name=name,
        kind="analogy",
        title=title,
        language="German",
        licence="MIT",
        citation=_MUELLER,
        source="devmount/GermanWordEmbeddings at the commit in the address",
        addresses=(f"{_GERMAN}{file}.questions",),
        size=size,
        digest=f"sha256:{sha256}",
    )


def _categories(name: str, size: int, sha256: str, title: str, citation: str) -> Entry:
    return Entry(
        name=name,
        kind="categories",
        title=title,
        language="English",
        licence=NO_LICENCE,
        citation=citation,
        source="vecto-ai/word-benchmarks at the commit in the address",
        addresses=(f"{_WORD_BENCHMARKS}word-categorization/monolingual/en/{name}.csv",),
        size=size,
        digest=f"sha256:{sha256}",
        columns=("word", "category"),
    )


ENTRIES = (
    Entry(
        name="google",
        kind="analogy",
        title="Google analogies: 19,544 questions in 14 sections",
        language="English",
        licence="Apache 2.0 (of the repository tmikolov/word2vec that holds the same file)",
        citation="""@article{mikolov2013efficient,
  title = {Efficient Estimation of Word Representations in Vector Space},
  author = {Mikolov, Tomas and Chen, Kai and Corrado, Greg and Dean, Jeffrey},
  journal = {arXiv preprint arXiv:1301.3781},
  year = {2013}
}""",
        source="gensim, test/test_data",
        gensim_file="questions-words.txt",
    ),
    Entry(
        name="msr",
        kind="analogy",
        title="MSR analogies: 8,000 syntactic questions in 16 sections",
        language="English",
        licence=NO_LICENCE,
        citation="""@inproceedings{mikolov2013linguistic,
  title = {Linguistic Regularities in Continuous Space Word Representations},
  author = {Mikolov, Tomas and Yih, Wen-tau and Zweig, Geoffrey},
  booktitle = {Proceedings of NAACL-HLT},
  pages = {746--751},
  year = {2013}
}""",
        source="vecto-ai/word-benchmarks at the commit in the address",
        addresses=(f"{_WORD_BENCHMARKS}word-analogy/monolingual/en/msr.csv",),
        size=330_549,
        digest="sha256:1f20d6f2ff22bcc6cb03148ac39c82cf9327befa4c15bb034a44ac91a74f1d44",
        columns=("type", "word1", "word2", "word3", "target"),
    ),
    Entry(
        name="bats",
        kind="analogy",
        title="BATS 3.0: 50 pairs in each of 40 sections, 98,000 questions",
        language="English",
        licence="CC BY-NC 4.0 (as relbert/analogy_questions says; its own page states none)",
        citation="""@inproceedings{gladkova2016analogy,
  title = {Analogy-Based Detection of Morphological and Semantic Relations with Word Embeddings:
           What Works and What Doesn't},
  author = {Gladkova, Anna and Drozd, Aleksandr and Matsuoka, Satoshi},
  booktitle = {Proceedings of the NAACL-HLT Student Research Workshop},
  pages = {47--54},
  year = {2016}
}""",
        source="vecto.space/projects/BATS; addresses and hash as dmlc/gluon-nlp has them "
        "(src/gluonnlp/data/word_embedding_evaluation.py)",
        addresses=(
            "https://s3.amazonaws.com/blackbirdprojects/tut_vsm/BATS_3.0.zip",
            "https://vecto-data.s3-us-west-1.amazonaws.com/BATS_3.0.zip",
        ),
        digest="sha1:bf94d47884be9ea83af369beeea7499ed25dcf0d",
    ),
    Entry(
        name="wordsim353-ko",
        kind="similarity",
        title="WordSim-353, translated and rated again in Korean",
        language="Korean",
        licence=NO_LICENCE,
        citation=_PARK,
        source="SungjoonPark/KoreanWordVectors at the commit in the address",
        addresses=(f"{_KOREAN}WS353_korean.csv",),
        size=7378,
        digest="sha256:1a2d9048dfde1a63e864c59f292db42ebe62b63469900d08bb87b074cc96306e",
    ),
    Entry(
        name="analogies-ko",
        kind="analogy",
        title="Korean analogies: 10,000 questions in 10 sections",
        language="Korean",
        licence=NO_LICENCE,
        citation=_PARK,
        source="SungjoonPark/KoreanWordVectors at the commit in the address",
        addresses=(f"{_KOREAN}word_analogy_korean.txt",),
        size=408_970,
        digest="sha256:b6dea84dda708883948de3b5922604acbe8fe71ed137c005c5b58b2cccbe4e96",
    ),
    _german(
        "analogies-de",
        "syntactic",
        321_576,
        "e14c75e7309f26b9e0782199d8fc22c147c2badd0d31e77ecfd6f09aa5b57433",
        "German analogies: 10,000 syntactic questions in 20 sections",
    ),
    _german(
        "analogies-de-semantic",
        "semantic_bm",
        16_983,
        "f1953f4dca25665100d70a1381e3abb9ab0e44b82e338e7c271b5913b21906cf",
        "German analogies: 540 semantic questions (capitals, currencies, family, ...)",
    ),
    _german(
        "analogies-de-opposites",
        "semantic_op",
        7_706,
        "8e11214943c9de1c67cbe299ebe1513aa6854a1a1c2a63f4eade3a641147b5d5",
        "German analogies: 300 questions of opposites",
    ),
    Entry(
        name="multi-simlex",
        kind="similarity",
        title="Multi-SimLex: 1,888 pairs in each of 12 languages, in the form of the Concepticon",
        language="12 languages",
        licence="CC BY 4.0 (of the Concepticon)",
        citation="""@article{vulic2020multi,
  title = {{Multi-SimLex}: A Large-scale Evaluation of Multilingual and Cross-lingual Lexical
           Semantic Similarity},
  author = {Vulic, Ivan and Baker, Simon and Ponti, Edoardo Maria and Petti, Ulla and others},
  journal = {Computational Linguistics},
  volume = {46},
  number = {4},
  pages = {847--897},
  year = {2020}
}""",
        source="concepticon/concepticon-data at the commit in the address",
        addresses=(
            "https://raw.githubusercontent.com/concepticon/concepticon-data/"
            "ab17200ebf9278bf8d7f1b1d6db5ec7e4892ca81/concepticondata/conceptlists/"
            "Vulic-2020-2244.tsv",
        ),
        size=1_202_923,
        digest="sha256:7242422d7dae0dfe49e1079a7ecc0c907ede635c8b2d815feac2a5730556bafd",
    ),
    Entry(
        name="paralex",
        kind="categories",
        title="ParaLex: words of 13 categories in each of 46 languages",
        language="46 languages",
        licence="Apache 2.0",
        citation="""@inproceedings{sumbler2018paralex,
  title = {{ParaLex}: A Multilingual Resource for Evaluating Semantic Similarity Models},
  author = {Sumbler, Peter and Olsson, Fredrik and Viereckel, Nina and Hamberg, Lars and Karlgren,
            Jussi and Sahlgren, Magnus and Verbitskaya, Maria},
  booktitle = {Proceedings of LREC},
  year = {2018}
}""",
        source="gavagai-corp/ParaLex at the commit in the address",
        addresses=(
            "https://raw.githubusercontent.com/gavagai-corp/ParaLex/"
            "8b2125296a1f2da176bb9da4fc2ac27f323efd2f/ParaLex.csv",
        ),
        size=72_975,
        digest="sha256:3e2c54b32eb22ee9796bf1314552cf77520a3ecac9e1b679824ba01eb66d8779",
    ),
    Entry(
        name="semeval2017-2",
        kind="similarity",
        title="SemEval-2017 task 2: 500 pairs in English, Farsi, German, Italian and Spanish",
        language="5 languages",
        licence=NO_LICENCE,
        citation="""@inproceedings{camacho2017semeval,
  title = {{SemEval}-2017 Task 2: Multilingual and Cross-lingual Semantic Word Similarity},
  author = {Camacho-Collados, Jose and Pilehvar, Mohammad Taher and Collier, Nigel and Navigli,
            Roberto},
  booktitle = {Proceedings of SemEval},
  pages = {15--26},
  year = {2017}
}""",
        source="alt.qcri.org/semeval2017/task2; hash as dmlc/gluon-nlp has it "
        "(src/gluonnlp/data/word_embedding_evaluation.py)",
        addresses=("http://alt.qcri.org/semeval2017/task2/data/uploads/semeval2017-task2.zip",),
        digest="sha1:b29860553f98b057303815817dfb60b9fe79cfba",
    ),
    Entry(
        name="blimp",
        kind="minimal pairs",
        title="BLiMP: 67,000 pairs of a grammatical and an ungrammatical sentence, 12 phenomena",
        language="English",
        licence=NO_LICENCE,
        citation="""@article{warstadt2020blimp,
  title = {{BLiMP}: The Benchmark of Linguistic Minimal Pairs for {English}},
  author = {Warstadt, Alex and Parrish, Alicia and Liu, Haokun and Mohananey, Anhad and Peng, Wei
            and Wang, Sheng-Fu and Bowman, Samuel R.},
  journal = {Transactions of the Association for Computational Linguistics},
  volume = {8},
  pages = {377--392},
  year = {2020}
}""",
        source="alexwarstadt/blimp at the commit in the address",
        addresses=(
            "https://raw.githubusercontent.com/alexwarstadt/blimp/"
            "3e56b06fcabca9b30822fc66435fca6b1aa40bb1/BLiMP.zip",
        ),
        size=2_354_164,
        digest="sha256:172a1a714d72e72a89e8384dd531483f3d0f8a9aee3d33dccaf7992d8cecbb73",
        members=("data/*.jsonl",),
    ),
    _categories(
        "ap",
        9283,
        "0efdcdf298946620f4d3db17743483b45ac09169c3ef943761d52ff9a0de8974",
        "Almuhareb and Poesio's concepts",
        """@inproceedings{almuhareb2005concept,
  title = {Concept Learning and Categorization from the Web},
  author = {Almuhareb, Abdulrahman and Poesio, Massimo},
  booktitle = {Proceedings of the Annual Meeting of the Cognitive Science Society},
  year = {2005}
}""",
    ),
    _categories(
        "battig",
        146_439,
        "b7146cac221664de3781d47b8463c4e50841a138be26ff96f2d4aa4110126898",
        "Battig and Montague's category norms",
        """@article{battig1969category,
  title = {Category Norms of Verbal Items in 56 Categories: A Replication and Extension of the
           Connecticut Category Norms},
  author = {Battig, William F. and Montague, William E.},
  journal = {Journal of Experimental Psychology},
  volume = {80},
  number = {3, part 2},
  year = {1969}
}""",
    ),
    _categories(
        "bless",
        4167,
        "cf14ae0c0feeb78a7d85e0a3ca725ab5f573677ceaa950b7417db749a7012cc3",
        "BLESS: concrete nouns in their classes",
        """@inproceedings{baroni2011bless,
  title = {How we {BLESSed} Distributional Semantic Evaluation},
  author = {Baroni, Marco and Lenci, Alessandro},
  booktitle = {Proceedings of the GEMS Workshop on Geometrical Models of Natural Language Semantics},
  year = {2011}
}""",  # noqa: E501
    ),
    _categories(
        "essli-2008",
        1321,
        "b41a8437ea6165bb3f96751f1fb51b4be5a200c02cf28ae7ca7b42ddc631c320",
        "ESSLLI 2008 shared task: 45 verbs",
        """@proceedings{baroni2008bridging,
  title = {Bridging the Gap between Semantic Theory and Computational Simulations: Proceedings of
           the ESSLLI Workshop on Distributional Lexical Semantics},
  editor = {Baroni, Marco and Evert, Stefan and Lenci, Alessandro},
  year = {2008}
}""",
    ),
)
