"""The builders of PPMI and SVD vectors."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..bundles.reading import Bundle, open_bundle
from ..bundles.recognising import is_bundle
from ..counts.settings import CountingSettings
from ..counts.sizes import BYTES_A_CELL
from ..embeddings.settings import NOT_SQUARE, FactorisingSettings, WeighingSettings
from ..embeddings.svd import check_factorising
from ..errors import SettingError, WordvecError, expect_path
from ..runtime.memory import within_memory
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.files import Corpus
from ..text.settings import TextSettings
from .opening import checked_name, open_workspace
from .pipeline import BuiltWorkspace, Pipeline
from .prediction import POSITIVE_SHARE
from .settings import WEIGHTED_FROM

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import BuildPpmiKeywords, BuildSvdKeywords


@takes(TextSettings, CountingSettings, WeighingSettings, FactorisingSettings)
def build_ppmi(
    corpus: Corpus,
    output: str | Path | None = None,
    *,
    svd: bool = True,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildPpmiKeywords]",
) -> BuiltWorkspace:
    """Turn text into counts, PPMI and SVD vectors, in a workspace.

    Parameters
    ----------
    corpus : str, Path, list of them, or list of lists of tokens
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default next to the corpus, with the suffix ``.wvt``.
    svd : bool
        Whether to factorise.
    name : str
        Makes a variant next to the first.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Returns
    -------
    Workspace
        Its `steps` tell what was done.
    """
    # All before the first step, so that no slip in the last one costs the time of the others.
    progress = as_progress(progress)
    counting = CountingSettings.among(settings)
    weighing = WeighingSettings.among(settings)
    factorising = FactorisingSettings.among(settings)
    if svd and factorising.add_context and counting.direction == "split":
        raise SettingError(NOT_SQUARE.format("add_context"))
    with open_workspace(corpus, output, settings, name, threads, progress) as (pipeline, encoded):
        if svd:
            _check_factorising(encoded, counting, factorising)
        square = "add_context" if svd and factorising.add_context else ""

        def following(shape: tuple[int, int], n_cells: int) -> None:
            if svd:
                check_factorising(shape, factorising, round(POSITIVE_SHARE * n_cells))

        # PPMI is written twice: while it is made, and as a bundle.
        later = 2 * POSITIVE_SHARE * BYTES_A_CELL
        counted = pipeline.counts(encoded, counting, square, following, later)
        weighted = pipeline.ppmi(counted, weighing)
        if svd:
            pipeline.svd(weighted, factorising)
            if encoded.facts["n_tokens"] >= WEIGHTED_FROM and not name:
                progress.note(
                    "on texts of this size two views with weighted factorisation score higher: "
                    "build_weighted (wvt build-weighted) with views two"
                )
    return pipeline.workspace


def _check_factorising(
    encoded: Bundle, counting: CountingSettings, factorising: FactorisingSettings
) -> None:
    """Refuse, before the counting, what cannot be factorised after it."""
    n_words = encoded.facts["n_words"]
    sides = 2 if counting.direction == "split" else 1
    check_factorising((n_words, sides * counting.n_contexts(n_words)), factorising)


@takes(FactorisingSettings)
def build_svd(
    source: str | Path,
    *,
    name: str = "",
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[BuildSvdKeywords]",
) -> BuiltWorkspace:
    """Factorise the PPMI matrix of a workspace, or one of its bundles of sparse vectors.

    Parameters
    ----------
    source : path
        A workspace, or a bundle in one; the result goes next to it.
    """
    expect_path("source", source)
    progress = as_progress(progress)
    factorising = FactorisingSettings.among(settings)
    path = Path(source)
    weighted_path = path if is_bundle(path) else path / "ppmi"
    if not name and path.name.startswith("ppmi-"):
        name = path.name.removeprefix("ppmi-")
    if name and weighted_path != path and is_bundle(path / f"ppmi-{name}"):
        weighted_path = path / f"ppmi-{name}"
    open_bundle(weighted_path)  # before a folder is made for nothing
    workspace = BuiltWorkspace(weighted_path.parent)
    pipeline = Pipeline(workspace, threads, progress, checked_name(name))
    with workspace.lock(), within_memory(None, workspace.path):
        if workspace.is_stale(weighted_path.name):
            raise WordvecError(
                f"{weighted_path} was made from counts that have changed since; run wvt build-ppmi "
                "again"
            )
        pipeline.svd(open_bundle(weighted_path), factorising)
    return workspace
