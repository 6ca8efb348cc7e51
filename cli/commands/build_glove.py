"""``wvt build-glove``."""

from ..shared.building import build_command

command = build_command(
    "build-glove",
    """Train GloVe vectors (Pennington, Socher and Manning 2014).

CORPUS: a workspace, whose text is used, or text as for wvt build-ppmi.  Counts on its own, by
default with harmonic weights and a window of 10.  An interrupted run continues from
its last checkpoint (every 20 seconds), and a larger --epochs continues a finished one.

\b
Examples:
  wvt build-glove corpus.wvt
  wvt build-glove corpus.wvt --epochs 50
  wvt build-glove corpus.wvt --x-max 100 --window 5 --name variant
    """,
    "counts-glove-NAME, glove-NAME",
)
