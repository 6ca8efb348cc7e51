"""Answer blocks of analogy questions from similarities that are already there."""

import numpy as np

from . import kernel


@kernel
def answer_questions(
    cosines, questions, first, last, multiply, scale, offset, epsilon, usable, answers
):
    """Write the best word for each question ``a : b :: c : ?``.

    Parameters
    ----------
    cosines : float32 array (n_distinct, n_words)
        Cosines of the questions' distinct words with the whole vocabulary.
    questions : int64 array (n, 6)
        Rows of `cosines` of a, b, c, and their word ids, which cannot be the answer.
    multiply : bool
        3CosMul in place of 3CosAdd.
    scale, offset, epsilon : float
        3CosMul takes ``scale * cosine + offset``, and adds epsilon to its denominator.
    usable : bool array
        Which words may be answers; only ids below its length are looked at.
    answers : int64 array (n,)
        Receives the answers; the smallest id wins a tie.
    """
    for q in range(first, last):
        row_a, row_b, row_c = questions[q, 0], questions[q, 1], questions[q, 2]
        a, b, c = questions[q, 3], questions[q, 4], questions[q, 5]
        best = np.float32(-np.inf)
        best_word = -1
        for word in range(len(usable)):
            cos_a, cos_b, cos_c = cosines[row_a, word], cosines[row_b, word], cosines[row_c, word]
            if multiply:
                score = (
                    (scale * cos_b + offset)
                    * (scale * cos_c + offset)
                    / (scale * cos_a + offset + epsilon)
                )
            else:
                score = cos_b - cos_a + cos_c
            if score > best and usable[word] and word != a and word != b and word != c:
                best = score
                best_word = word
        answers[q] = best_word
