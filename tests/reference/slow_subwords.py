"""Byte-pair encoding as Sennrich et al. 2016 print it (algorithm 1), ties as in subword-nmt."""

import re
from collections import Counter


def learn_merges(counts, n_merges):
    words = {" ".join([*word[:-1], word[-1] + "</w>"]): n for word, n in counts.items()}
    merges = []
    for _ in range(n_merges):
        pairs = Counter()
        for word, n in words.items():
            symbols = word.split()
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += n
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < 2:
            break
        merges.append(best)
        pattern = re.compile(r"(?<!\S)" + re.escape(" ".join(best)) + r"(?!\S)")
        words = {pattern.sub("".join(best), word): n for word, n in words.items()}
    return merges
