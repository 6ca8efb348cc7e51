"""``wvt build-word2vec``."""

from ..shared.building import build_command

command = build_command(
    "build-word2vec",
    """Train word2vec, by gensim, on the text of a workspace.

CORPUS: a workspace, whose tokens and vocabulary are used unchanged; or text, as for
build-ppmi.  Makes the bundle sgns (skip-gram) or cbow.  One thread, the default, gives the
same bits in every run; more threads are faster and do not.

\b
Examples:
  wvt build-word2vec corpus.wvt --threads 4
  wvt build-word2vec corpus.wvt --method cbow --epochs 15
  wvt build-word2vec corpus.wvt --negative 0 --name hs
  wvt build-word2vec lee --dim 50 --epochs 30
    """,
    "sgns-NAME, cbow-NAME",
)
