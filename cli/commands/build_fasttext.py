"""``wvt build-fasttext``."""

from ..shared.building import build_command

command = build_command(
    "build-fasttext",
    """Train fastText, by gensim, on the text of a workspace.

CORPUS: a workspace, whose tokens and vocabulary are used unchanged; or text, as for
build-ppmi.  Makes the bundle fasttext: for each word of the vocabulary the mean of its own
vector and those of its character n-grams, which are not kept.  One thread, the default, gives
the same bits in every run; more threads are faster and do not.

\b
Examples:
  wvt build-fasttext corpus.wvt --threads 4
  wvt build-fasttext corpus.wvt --method cbow --min-n 2 --max-n 5 --name cbow
  wvt build-fasttext lee --dim 50 --epochs 30
    """,
    "fasttext-NAME",
)
