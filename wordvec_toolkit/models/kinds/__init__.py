"""The kinds of the toolkit, a module for each or for close relatives.

To add a kind, write a module that has its record and list it here.
"""

from . import ensemble, glove, neural, ngram, ppmi, steps, vectors, word2vec

#: All kinds of bundles.
BUNDLE_KINDS = (
    steps.CORPUS,
    steps.COUNTS,
    steps.NGRAM_COUNTS,
    vectors.DERIVED,
    ppmi.PPMI,
    ppmi.SVD,
    glove.GLOVE,
    glove.STATE,
    word2vec.WORD2VEC,
    word2vec.FASTTEXT,
    ngram.NGRAM,
    *ngram.PARTS,
    ngram.MIXTURE,
    neural.NETWORK,
    *neural.OTHERS,
    neural.PAIR,
    *neural.ADAPTED,
)
#: All kinds of models, in the order in which they are built and shown.
MODEL_KINDS = (
    *ppmi.KINDS,
    *glove.KINDS,
    *word2vec.KINDS,
    *ngram.KINDS,
    *neural.KINDS,
    *ensemble.KINDS,
)
