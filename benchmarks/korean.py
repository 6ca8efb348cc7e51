"""Korean by spaces and by morphemes: scores by frequency, and what tokenising takes.

    python benchmarks/korean.py
    python benchmarks/korean.py --tokenizers words kiwi kiwi:lemmas kiwi:N,V

Reads corpora/kowiki-30mb.txt.xz, similarity/WS353_korean.csv and analogy/word_analogy_korean.txt
in the data folder.  Vectors are those of `build_ppmi` with its defaults.  Prints the seconds and
processor seconds of tokenising, the peak memory so far, the words of the vocabulary, and the
scores with their coverage, also by the frequency of the rarest word.
"""

import lzma
import resource
import time
from pathlib import Path

from _measure import parser, print_machine, scratch

import wordvec_toolkit as wvt
from wordvec_toolkit.evaluation.analogy import evaluate_analogy_methods
from wordvec_toolkit.evaluation.datasets import (
    AnalogySet,
    SimilaritySet,
    read_analogy_set,
    read_similarity_set,
)
from wordvec_toolkit.evaluation.frequency import analogies_by_frequency, similarity_by_frequency
from wordvec_toolkit.text.cutting import keeping_tokens


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--tokenizers", nargs="+", default=["words", "kiwi"])
    arguments = options.parse_args()
    data, folder = Path(arguments.data), scratch()
    text = folder / "kowiki.txt"
    text.write_bytes(lzma.decompress((data / "corpora" / "kowiki-30mb.txt.xz").read_bytes()))
    pairs = read_similarity_set(data / "similarity" / "WS353_korean.csv")
    questions = read_analogy_set(data / "analogy" / "word_analogy_korean.txt")
    print_machine("kiwipiepy")
    with keeping_tokens():  # the vectors below need not tokenise again
        for number, tokenizer in enumerate(arguments.tokenizers):
            measure(tokenizer, text, folder / f"{number}.wvt", pairs, questions)


def measure(
    tokenizer: str, text: Path, workspace: Path, pairs: SimilaritySet, questions: AnalogySet
) -> None:
    """Print what tokenising takes, and the scores of vectors."""
    started, spent = time.perf_counter(), time.process_time()
    corpus = wvt.encode_corpus(str(text), tokenizer=tokenizer)
    seconds, spent = time.perf_counter() - started, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"\n{tokenizer}: {len(corpus):,} tokens in {seconds:.0f} s ({spent:.0f} s of a "
        f"processor), peak {peak / 1e6:.0f} MB, {len(corpus.vocabulary):,} words"
    )
    wvt.build_ppmi(str(text), workspace, tokenizer=tokenizer)
    vectors = wvt.load_vectors(workspace)
    similarity = wvt.evaluate_similarity(vectors, pairs)
    print(similarity)
    for band in similarity_by_frequency(vectors, pairs, similarity):
        print(f"  {band.label}: {band.score:.3f} ({band.n} pairs)")
    for result in evaluate_analogy_methods(vectors, questions, ["3cosadd", "3cosmul"]):
        print(result)
    for band in analogies_by_frequency(vectors, questions, result):
        print(f"  {band.label}: {band.score:.3f} ({band.n} questions)")


if __name__ == "__main__":
    main()
