from .cooccurrence import Cooccurrence as Cooccurrence
from .counting import count_cooccurrences as count_cooccurrences
from .ngram_counting import count_ngrams as count_ngrams
from .ngrams import NgramCounts as NgramCounts
