"""Analogy questions against gensim's evaluation: time, and the same answers question by question.

    python benchmarks/analogies.py [--vectors corpus.wvt]

Without --vectors, English Wikipedia is made into vectors first (``wvt build-ppmi``, 300
dimensions, 54,825 words).  gensim asks every question, its `restrict_vocab` being as large as the
vocabulary.  Its evaluation never reads `similarity_function`, so that a subclass has to lead it to
`most_similar_cosmul`; and it adds 1e-6 to the denominator of 3CosMul where the equation of Levy and
Goldberg (2014) and this project have 0.001: answers are compared with 1e-6 on both sides, too.
"""

from pathlib import Path

import numpy as np
from _measure import WVT, in_turn, parser, print_machine, print_ratio, run_command, scratch
from _measure import wikipedia as unpack
from gensim.models import KeyedVectors

from wordvec_toolkit.evaluation import analogy
from wordvec_toolkit.evaluation.analogy import evaluate_analogies, evaluate_analogy_methods
from wordvec_toolkit.evaluation.datasets import AnalogySet, read_analogy_set
from wordvec_toolkit.models.loading import load_vectors

METHODS = {"3cosadd": "most_similar", "3cosmul": "most_similar_cosmul"}


class Peer(KeyedVectors):
    """gensim's vectors, which keep what they answer."""

    function = "most_similar"

    def most_similar(self, positive, negative, topn, restrict_vocab):
        if self.function == "most_similar":
            found = super().most_similar(positive, negative, topn, restrict_vocab=restrict_vocab)
        else:
            upper, self.key_to_index = self.key_to_index, self.plain
            words = [[self.index_to_key[upper[w]] for w in part] for part in (positive, negative)]
            found = self.most_similar_cosmul(*words, topn)
            self.key_to_index = upper
        self.answers.append(found[0][0])
        return found


def write_questions(test: AnalogySet, folder: Path) -> Path:
    path = folder / "questions.txt"
    with open(path, "w", encoding="utf-8") as out:
        for name, section in test.sections:
            out.write(f": {name}\n")
            out.writelines(" ".join(question) + "\n" for question in section)
    return path


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--vectors", type=Path, help="a workspace or bundle of dense vectors")
    options.add_argument("--dataset", default="google")
    arguments = options.parse_args()
    folder = scratch()
    print_machine("gensim")
    if arguments.vectors is None:
        text = unpack(arguments.data, folder)
        arguments.vectors = folder / "enwiki.wvt"
        run_command(
            [
                *WVT,
                "build-ppmi",
                str(text),
                "-o",
                str(arguments.vectors),
                "--tokenizer",
                "whitespace",
                "--min-count",
                "10",
                "--json",
            ]
        )
    vectors = load_vectors(arguments.vectors)
    test = read_analogy_set(arguments.dataset)
    questions = str(write_questions(test, folder))
    peer = Peer(vectors.dim)
    peer.add_vectors(list(vectors.words), np.array(vectors.matrix))
    peer.fill_norms()
    peer.plain = peer.key_to_index
    print(f"{len(vectors):,} x {vectors.dim}, {sum(len(s) for _, s in test.sections):,} questions")
    evaluate_analogy_methods(vectors, test, tuple(METHODS), threads=arguments.threads)  # compile
    made = {}
    for method, function in METHODS.items():

        def ours(method: str = method) -> None:
            made["ours"] = evaluate_analogies(vectors, test, method, threads=arguments.threads)

        def theirs(function: str = function) -> None:
            peer.function, peer.answers = function, []
            _, made["theirs"] = peer.evaluate_word_analogies(questions, len(vectors))

        times = in_turn(arguments.runs, ours=ours, theirs=theirs)
        print_ratio(f"{method} / gensim", times["ours"], times["theirs"], 30)
        print_agreement(made["ours"], made["theirs"], peer, vectors)
        if method == "3cosmul":
            analogy.EPSILON = np.float32(1e-6)
            print("  with gensim's 1e-6 in place of 0.001:")
            print_agreement(
                evaluate_analogies(vectors, test, method), made["theirs"], peer, vectors
            )
    times = in_turn(arguments.runs, both=lambda: evaluate_analogy_methods(vectors, test))
    print(f"both methods in one call: {np.median(times['both']):.2f} s")


def print_agreement(result, sections, peer, vectors) -> None:
    """Compare the answers, question by question, and how many are right."""
    given = [vectors.words[place] for place in result.answers if place >= 0]
    right = len(sections[-1]["correct"])
    n = right + len(sections[-1]["incorrect"])
    print(f"  asked {result.total.n:,} and {n:,}; right {result.total.n_correct:,} and {right:,}")
    if len(given) != len(peer.answers):
        print("  NOT THE SAME QUESTIONS")
        return
    other = [(a, b) for a, b in zip(given, peer.answers) if a != b]
    print(f"  {len(other)} of {len(given):,} answers differ {other[:5] if other else ''}")


if __name__ == "__main__":
    main()
