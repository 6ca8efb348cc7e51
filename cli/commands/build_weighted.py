"""``wvt build-weighted``."""

from ...models.settings import WeightedViewsSettings
from ..shared.building import build_command

command = build_command(
    "build-weighted",
    """Factorise PMI with weights: the more often a pair was seen, the closer it is fitted.

    CORPUS: a workspace, whose counts are used, or text as for wvt build-ppmi.  Starts from the SVD
    of PPMI and improves it by alternating least squares.  The result is the same for any number of
    threads.  An interrupted build continues after its last finished sweep.

    With --views two, a wide and a near view of the text are each counted and factorised, and their
    vectors joined.

    \b
    Examples:
      wvt build-weighted corpus.txt --views two
      wvt build-weighted corpus.wvt --sweeps 4 --eig 0 --name unit
      wvt build-weighted corpus.txt --window 3 --direction split
    """,
    "counts-NAME, weighted-NAME",
    (WeightedViewsSettings,),
)
