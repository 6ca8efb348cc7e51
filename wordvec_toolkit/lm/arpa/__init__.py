"""ARPA files, in which n-gram models travel.

    \\data\\
    ngram 1=5
    ngram 2=4

    \\1-grams:
    -0.69897	word	-0.30103
    ...

    \\end\\

Each line holds the log10 of a probability, the words, and below the highest order the log10 of the
back-off weight.  -99 stands for a probability of 0, as SRILM has it.
"""
