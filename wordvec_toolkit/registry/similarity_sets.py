"""Word pairs with the similarity or relatedness that people gave them.

The files are those of public repositories at a fixed commit, from which sizes and hashes were
computed.  The licences of WordSim-353 and MEN are as dmlc/gluon-nlp says
(src/gluonnlp/data/word_embedding_evaluation.py, releases 0.x), which calls those of the other
English sets it has unspecified.
"""

from .entries import NO_LICENCE, Entry

_FARUQUI = (
    "https://raw.githubusercontent.com/mfaruqui/eval-word-vectors/"
    "94b3dd9fdbac7ed08dbee7179cd5ee464acf0594/data/word-sim/"
)
_LEVIANT = (
    "https://raw.githubusercontent.com/iraleviant/eval-multilingual-simlex/"
    "fe6ec12a54f2ef8620adac68f116a8bd9a980ee8/evaluation/"
)

_FINKELSTEIN = """@article{finkelstein2002placing,
  title = {Placing Search in Context: The Concept Revisited},
  author = {Finkelstein, Lev and Gabrilovich, Evgeniy and Matias, Yossi and Rivlin, Ehud and
            Solan, Zach and Wolfman, Gadi and Ruppin, Eytan},
  journal = {ACM Transactions on Information Systems},
  volume = {20},
  number = {1},
  pages = {116--131},
  year = {2002}
}"""
_AGIRRE = """@inproceedings{agirre2009study,
  title = {A Study on Similarity and Relatedness Using Distributional and {WordNet}-based Approaches},
  author = {Agirre, Eneko and Alfonseca, Enrique and Hall, Keith and Kravalova, Jana and
            Pasca, Marius and Soroa, Aitor},
  booktitle = {Proceedings of NAACL-HLT},
  pages = {19--27},
  year = {2009}
}"""  # noqa: E501
_HILL = """@article{hill2015simlex,
  title = {{SimLex-999}: Evaluating Semantic Models with (Genuine) Similarity Estimation},
  author = {Hill, Felix and Reichart, Roi and Korhonen, Anna},
  journal = {Computational Linguistics},
  volume = {41},
  number = {4},
  pages = {665--695},
  year = {2015}
}"""
_MULTILINGUAL = """@article{leviant2015separated,
  title = {Separated by an Un-common Language: Towards Judgment Language Informed Vector Space Modeling},
  author = {Leviant, Ira and Reichart, Roi},
  journal = {arXiv preprint arXiv:1508.00106},
  year = {2015}
}"""  # noqa: E501


def _english(
    name: str,
    file: str,
    size: int,
    sha256: str,
    title: str,
    citation: str,
    licence: str = NO_LICENCE,
) -> Entry:
    return Entry(
        name=name,
        kind="similarity",
        title=title,
        language="English",
        licence=licence,
        citation=citation,
        source="mfaruqui/eval-word-vectors at the commit in the address",
        addresses=(_FARUQUI + file,),
        size=size,
        digest=f"sha256:{sha256}",
    )


def _multilingual(name: str, language: str, file: str, size: int, sha256: str) -> Entry:
    original = "SimLex-999" if name.startswith("simlex") else "WordSim-353"
    return Entry(
        name=name,
        kind="similarity",
        title=f"{original}, translated and rated again in {language}",
        language=language,
        licence=NO_LICENCE,
        citation=_MULTILINGUAL,
        source="iraleviant/eval-multilingual-simlex at the commit in the address",
        addresses=(_LEVIANT + file,),
        size=size,
        digest=f"sha256:{sha256}",
    )


ENTRIES = (
    Entry(
        name="wordsim353",
        kind="similarity",
        title="WordSim-353: 353 pairs, similar or related",
        language="English",
        licence="CC BY 4.0",
        citation=_FINKELSTEIN,
        source="gensim, test/test_data",
        gensim_file="wordsim353.tsv",
    ),
    Entry(
        name="simlex999",
        kind="similarity",
        title="SimLex-999: 999 pairs, similar and not merely related",
        language="English",
        licence=NO_LICENCE,
        citation=_HILL,
        source="gensim, test/test_data; fh295.github.io/simlex.html",
        gensim_file="simlex999.txt",
    ),
    _english(
        "wordsim353-sim",
        "EN-WS-353-SIM.txt",
        4002,
        "f1da938998863c94e53f72f984a5c6e215f0b46c323aae8f0f4930703a339107",
        "WordSim-353, its 203 pairs for similarity",
        _AGIRRE,
        "CC BY 4.0",
    ),
    _english(
        "wordsim353-rel",
        "EN-WS-353-REL.txt",
        5134,
        "66a7c88100624d0a391605ff61ce84e11d11ee620d51ec0298da49592838f8fa",
        "WordSim-353, its 252 pairs for relatedness",
        _AGIRRE,
        "CC BY 4.0",
    ),
    _english(
        "men",
        "EN-MEN-TR-3k.txt",
        53_593,
        "888b13580faa362c7b11da0a670258cf1b1eb4bf0ecbcd418918729a3bd3f43a",
        "MEN: 3,000 pairs, related",
        """@article{bruni2014multimodal,
  title = {Multimodal Distributional Semantics},
  author = {Bruni, Elia and Tran, Nam Khanh and Baroni, Marco},
  journal = {Journal of Artificial Intelligence Research},
  volume = {49},
  pages = {1--47},
  year = {2014}
}""",
        "CC BY 2.0",
    ),
    _english(
        "mturk287",
        "EN-MTurk-287.txt",
        7218,
        "a9ae3a9decb75a9700fe0cf18b048c1344774d9f40e0196baf8e34d4cd9d1ce5",
        "MTurk-287: 287 pairs, related",
        """@inproceedings{radinsky2011word,
  title = {A Word at a Time: Computing Word Relatedness Using Temporal Semantic Analysis},
  author = {Radinsky, Kira and Agichtein, Eugene and Gabrilovich, Evgeniy and Markovitch, Shaul},
  booktitle = {Proceedings of the 20th International Conference on World Wide Web},
  pages = {337--346},
  year = {2011}
}""",
    ),
    _english(
        "mturk771",
        "EN-MTurk-771.txt",
        19_628,
        "04dc297c9e86b6fa7cf8ef0e4ba2e2c8d3399ec68d92fb7a53c0b4aae27198b5",
        "MTurk-771: 771 pairs, related",
        """@inproceedings{halawi2012large,
  title = {Large-scale Learning of Word Relatedness with Constraints},
  author = {Halawi, Guy and Dror, Gideon and Gabrilovich, Evgeniy and Koren, Yehuda},
  booktitle = {Proceedings of KDD},
  pages = {1406--1414},
  year = {2012}
}""",
    ),
    _english(
        "rw",
        "EN-RW-STANFORD.txt",
        49_851,
        "5108d54dfc746f44f9c3d7e31d2857c37cf71430bc1594175a61a3b89bb0ae1f",
        "Stanford Rare Words: 2,034 pairs",
        """@inproceedings{luong2013better,
  title = {Better Word Representations with Recursive Neural Networks for Morphology},
  author = {Luong, Minh-Thang and Socher, Richard and Manning, Christopher D.},
  booktitle = {Proceedings of CoNLL},
  pages = {104--113},
  year = {2013}
}""",
    ),
    _english(
        "rg65",
        "EN-RG-65.txt",
        1210,
        "c243f3a91c3f5d8cf67f21a67f6fb80bde8b6bb060851a6a48e6f2d68ec98c9f",
        "RG-65: 65 pairs of nouns, similar",
        """@article{rubenstein1965contextual,
  title = {Contextual Correlates of Synonymy},
  author = {Rubenstein, Herbert and Goodenough, John B.},
  journal = {Communications of the ACM},
  volume = {8},
  number = {10},
  pages = {627--633},
  year = {1965}
}""",
    ),
    _english(
        "mc30",
        "EN-MC-30.txt",
        543,
        "33ee05911496ff83d95cac351d0746c6f63b9181b605cb7d307f4daa8864511b",
        "MC-30: 30 pairs of RG-65, rated again",
        """@article{miller1991contextual,
  title = {Contextual Correlates of Semantic Similarity},
  author = {Miller, George A. and Charles, Walter G.},
  journal = {Language and Cognitive Processes},
  volume = {6},
  number = {1},
  pages = {1--28},
  year = {1991}
}""",
    ),
    _english(
        "simverb3500",
        "EN-SimVerb-3500.txt",
        65_315,
        "9d84274e7ad029fd3cf69dd0516e9ade624bbef9bd4e2050f6cc1fa01471e0f5",
        "SimVerb-3500: 3,500 pairs of verbs, similar",
        """@inproceedings{gerz2016simverb,
  title = {{SimVerb-3500}: A Large-Scale Evaluation Set of Verb Similarity},
  author = {Gerz, Daniela and Vuli\\'{c}, Ivan and Hill, Felix and Reichart, Roi and
            Korhonen, Anna},
  booktitle = {Proceedings of EMNLP},
  year = {2016}
}""",
    ),
    _english(
        "verb143",
        "EN-VERB-143.txt",
        3320,
        "7259e19961c81912aa4c72de0102e480b2ad2bb9f4ce97d036fbde8e1a403001",
        "Verb-143: 144 pairs of inflected verbs, similar",
        """@inproceedings{baker2014unsupervised,
  title = {An Unsupervised Model for Instance Level Subcategorization Acquisition},
  author = {Baker, Simon and Reichart, Roi and Korhonen, Anna},
  booktitle = {Proceedings of EMNLP},
  pages = {278--289},
  year = {2014}
}""",
    ),
    _english(
        "yp130",
        "EN-YP-130.txt",
        2614,
        "7643fdbc6158c3424061e2cba450c71285767266ff9f3db947bfc1f1f5ce67ab",
        "YP-130: 130 pairs of verbs, similar",
        """@inproceedings{yang2006verb,
  title = {Verb Similarity on the Taxonomy of {WordNet}},
  author = {Yang, Dongqiang and Powers, David M. W.},
  booktitle = {Proceedings of the Third International WordNet Conference},
  year = {2006}
}""",
    ),
    _multilingual(
        "simlex999-de",
        "German",
        "simlex-german.txt",
        27_504,
        "148afca63aebf62971a431b4ad481626b4ef9d7445ee99077faf72c7dfc6d72e",
    ),
    _multilingual(
        "simlex999-it",
        "Italian",
        "simlex-italian.txt",
        27_251,
        "29f283f71e94a7aee47d060371a6ee7859d26aea99eb93d4a57af1fa5cfa2080",
    ),
    _multilingual(
        "simlex999-ru",
        "Russian",
        "simlex-russian.txt",
        40_821,
        "7bcd8449adf2e46a6805492443019da1e7acc520819fe3a3f719f3da5a722456",
    ),
    _multilingual(
        "wordsim353-de",
        "German",
        "ws-353/wordsim353-german.txt",
        7470,
        "a5e56d416ec5e3cb9d4ca1774842ac12feab4c9e2cc42a2bfb80a75e94f5136e",
    ),
    _multilingual(
        "wordsim353-it",
        "Italian",
        "ws-353/wordsim353-italian.txt",
        7610,
        "5369b3c8ffa8d3562eda274c257454fbc5c0e51bb59b54d449cc15dc01eb0410",
    ),
    _multilingual(
        "wordsim353-ru",
        "Russian",
        "ws-353/wordsim353-russian.txt",
        12_040,
        "553aa56a483cabdf6a51ba2651b20ede959b46b7d42adc93ea2a668ab773c5eb",
    ),
)
