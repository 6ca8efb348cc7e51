from .cooccurrence import Cooccurrence as Cooccurrence
from .counting import count_cooccurrences as count_cooccurrences
from .ngrams import NgramCounts as NgramCounts
from .ngrams import count_ngrams as count_ngrams
