"""Slow, obvious twins of what the kernels do; they share no code with the package."""

import math
import unicodedata
from collections import Counter
from fractions import Fraction

import numpy as np


def words(text: str) -> list[str]:
    """The ``words`` tokenizer, a character at a time."""
    text = text.lower()
    for char, plain in {"’": "'", "‐": "-", "‑": "-", "\xad": ""}.items():
        text = text.replace(char, plain)
    text = unicodedata.normalize("NFC", text)

    def alone(char: str) -> bool:
        name = unicodedata.name(char, "")
        return (
            name.startswith(("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH"))
            or name.startswith(("HIRAGANA LETTER ", "HIRAGANA VOICED"))
            and "ITERATION" not in name
            and "ARCHAIC" not in name
            or char in "々〇"
            or 0x20000 <= ord(char) <= 0x323AF  # assigned or not in this Python's Unicode
        )

    def begins(char: str) -> bool:
        category = unicodedata.category(char)
        return not alone(char) and (category[0] in "LN" or category == "Pc")

    def goes_on(char: str) -> bool:
        return begins(char) or unicodedata.category(char)[0] == "M"

    tokens: list[str] = []
    current = ""
    for i, char in enumerate(text):
        following = text[i + 1] if i + 1 < len(text) else " "
        joins = char in "'-·\u200c\u200d" and current and begins(following)
        if begins(char) or (current and goes_on(char)) or joins:
            current += char
            continue
        if current:
            tokens.append(current)
            current = ""
        if alone(char):
            tokens.append(char)
    return [*tokens, current] if current else tokens


def sentences(text: str, layout: str) -> list[list[list[str]]]:
    """Documents of sentences of white-space tokens."""
    if layout == "documents":
        documents = [[line] for line in text.split("\n")]
    else:
        documents = [[]]
        for line in text.split("\n"):
            if not line.strip():
                documents.append([])
            elif layout == "paragraphs" and documents[-1]:
                documents[-1][0] += " " + line
            else:
                documents[-1].append(line)
    split = [[line.split() for line in document] for document in documents]
    split = [[sentence for sentence in document if sentence] for document in split]
    return [document for document in split if document]


def matched(words: list[str], among: list[str]) -> list[int]:
    """Place of each word in a list of different words; -1 less its own place if it is not there."""
    places = {word: place for place, word in enumerate(among)}
    return [places.get(word, -1 - own) for own, word in enumerate(words)]


def weight(distance: int, window: int, weighting: str) -> Fraction:
    if weighting == "flat":
        return Fraction(1)
    if weighting == "dynamic":
        return Fraction(window - distance + 1, window)
    return Fraction(1, distance)


def cooccurrences(
    units: list[list[int | None]], window: int, weighting: str, direction: str, oov: str
) -> dict[tuple[int, object], Fraction]:
    """Counts of (target, context) over units within which windows stay; None = OOV.

    With split direction the context is (side, word).
    """
    counts: Counter = Counter()
    for unit in units:
        tokens = [token for token in unit if token is not None] if oov == "drop" else unit
        for here, target in enumerate(tokens):
            if target is None:
                continue
            for there, context in enumerate(tokens):
                distance = abs(there - here)
                if context is None or distance == 0 or distance > window:
                    continue
                side = "right" if there > here else "left"
                if direction not in ("both", "split", side):
                    continue
                key = (side, context) if direction == "split" else context
                counts[target, key] += weight(distance, window, weighting)
    return dict(counts)


def sum_of_rows(parts: list[dict[tuple[int, int], int]]) -> dict[tuple[int, int], int]:
    """Cells of the sum of matrices, without zeros, rows and columns ascending."""
    total: Counter = Counter()
    for part in parts:
        for cell, value in part.items():
            total[cell] += value
    return {cell: total[cell] for cell in sorted(total) if total[cell] != 0}


def ppmi(
    counts: list[list[int]], cds: float, shift: float, negative: bool
) -> dict[tuple[int, int], float]:
    """PMI of the observed cells, above zero unless `negative`; in double precision."""
    rows = [sum(row) for row in counts]
    columns = [float(sum(row[j] for row in counts)) ** cds for j in range(len(counts[0]))]
    total = math.fsum(columns)
    result = {}
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                ratio = count * total / (rows[i] * shift * columns[j])
                if ratio > 1 or negative:
                    result[i, j] = math.log(ratio)
    return result


def splitmix_unit(seed: int, position: int) -> float:
    """SplitMix64 (Steele, Lea and Flood 2014) of seed and position, to [0, 1)."""
    mask = (1 << 64) - 1
    z = (seed + (position + 1) * 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    z ^= z >> 31
    return (z >> 11) / 2**53


def glove(counts, words, contexts, epochs, rate, x_max, exponent, n_groups):
    """GloVe in float64, cell by cell, block by block on the diagonals of a grid of groups.

    Returns the word vectors and the mean loss of each epoch.
    """
    w, w_squares, b, b_squares = (array.astype(np.float64) for array in words)
    c, c_squares, d, d_squares = (array.astype(np.float64) for array in contexts)
    n = len(counts)
    losses = []
    for _ in range(epochs):
        loss = 0.0
        for diagonal in range(n_groups):
            for group in range(n_groups):
                for i in range(group, n, n_groups):
                    for j in range((group + diagonal) % n_groups, n, n_groups):
                        x = counts[i, j]
                        if x == 0:
                            continue
                        difference = w[i] @ c[j] + b[i] + d[j] - np.log(x)
                        slope = min(1, (x / x_max) ** exponent) * difference
                        loss += slope * difference / 2
                        of_word, of_context = rate * slope * c[j], rate * slope * w[i]
                        w[i] -= of_word / np.sqrt(w_squares[i])
                        c[j] -= of_context / np.sqrt(c_squares[j])
                        w_squares[i] += of_word**2
                        c_squares[j] += of_context**2
                        b[i] -= slope / np.sqrt(b_squares[i])
                        d[j] -= slope / np.sqrt(d_squares[j])
                        b_squares[i] += slope**2
                        d_squares[j] += slope**2
        losses.append(loss / np.count_nonzero(counts))
    return w, losses


def vector_line(line: bytes, dim: int) -> tuple[bytes, list[float]]:
    """The word and the numbers of a line, by Python's own float()."""
    tokens = line.replace(b"\t", b" ").split()
    return b" ".join(tokens[:-dim]), [float(token) for token in tokens[-dim:]]


def binary_records(data: bytes, dim: int) -> list[tuple[bytes, bytes]]:
    """The words and the raw vectors of word2vec's binary format, after its header."""
    records = []
    while data:
        word, _, rest = data.partition(b" ")
        records.append((word.lstrip(b"\n"), rest[: 4 * dim]))
        data = rest[4 * dim :].lstrip(b"\n")
    return records


def analogy_answer(cos_a, cos_b, cos_c, left_out, multiply, scale, offset, epsilon):
    """The first word with the largest score of ``a : b :: c : ?``, else -1; in the floats given."""
    best, answer = -math.inf, -1
    for word, (a, b, c) in enumerate(zip(cos_a, cos_b, cos_c)):
        if multiply:
            a, b, c = (scale * cosine + offset for cosine in (a, b, c))
            score = b / (a + epsilon) * c
        else:
            score = b - a + c
        if word not in left_out and score > best:
            best, answer = score, word
    return answer


def arpa_levels(text: str) -> list[dict[tuple[str, ...], tuple[float, float]]]:
    """The n-grams of each order in an ARPA file, with log10 of probability and back-off weight."""
    levels: list[dict[tuple[str, ...], tuple[float, float]]] = []
    for line in text.split("\\data\\", 1)[1].splitlines():
        if line.endswith("-grams:"):
            levels.append({})
        elif line and levels and line != "\\end\\":
            logprob, ngram, *backoff = line.split("\t")
            levels[-1][tuple(ngram.split(" "))] = (float(logprob), float((*backoff, 0)[0]))
    return levels


def arpa_score(levels, words: list[str]) -> list[tuple[float, int]]:
    """log10 probability of each word of a sentence, and the order of the n-gram it comes from."""

    def score(ngram: tuple[str, ...]) -> tuple[float, int]:
        if ngram in levels[len(ngram) - 1]:
            return levels[len(ngram) - 1][ngram][0], len(ngram)
        backoff = levels[len(ngram) - 2].get(ngram[:-1], (0.0, 0.0))[1]
        logprob, order = score(ngram[1:])
        return backoff + logprob, order

    whole = ["<s>", *(word if (word,) in levels[0] else "<unk>" for word in words), "</s>"]
    return [score(tuple(whole[max(0, i + 1 - len(levels)) : i + 1])) for i in range(1, len(whole))]


def hash_sentence(ids):
    """FNV-1a over whole ids, in 64 bits."""
    h = 0xCBF29CE484222325
    for word in ids:
        h = (h ^ word) * 0x100000001B3 % 2**64
    return h


def find_sentences(sentences, others):
    """The first equal one among `others` for each sentence, -1 for none."""
    return [others.index(sentence) if sentence in others else -1 for sentence in sentences]


def type_growth(tokens: list[int], positions: list[int], n_specials: int) -> list[int]:
    """Number of different tokens among the first ones of each number."""
    return [
        len({token for token in tokens[:position] if token >= n_specials}) for position in positions
    ]
