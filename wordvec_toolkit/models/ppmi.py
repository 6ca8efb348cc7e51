"""The builders of PPMI and SVD vectors."""

from pathlib import Path
from typing import Any

from ..bundles.reading import is_bundle, open_bundle
from ..counts import counting as counting_module
from ..counts.counting import count_cooccurrences
from ..embeddings import svd as svd_module
from ..embeddings import weighing as weighing_module
from ..embeddings.svd import svd_vectors
from ..embeddings.weighing import weigh_counts
from ..errors import SettingError, WordvecError
from ..runtime.progress import SILENT, Progress
from ..workspace.folder import Workspace
from .opening import checked_name, open_workspace
from .pipeline import Pipeline, with_defaults


def build_ppmi(
    corpus: str | list[str],
    output: str | Path | None = None,
    *,
    text: dict[str, Any] | None = None,
    counting: dict[str, Any] | None = None,
    weighing: dict[str, Any] | None = None,
    factorising: dict[str, Any] | None = None,
    svd: bool = True,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Turn text into counts, PPMI and SVD vectors, in a workspace.

    Parameters
    ----------
    corpus : str or list of str
        Text (see `encode_corpus`), or a workspace that has some.
    output : path, optional
        The workspace; by default beside the corpus, with the suffix ``.wvt``.
    text, counting, weighing, factorising : dict, optional
        Keywords of `encode_corpus`, `count_cooccurrences`, `weigh_counts` and `svd_vectors`.
    svd : bool
        Whether to factorise.
    name : str
        Makes a second variant beside the first.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Returns
    -------
    Pipeline
        Its `steps` tell what was done.
    """
    counting = with_defaults(count_cooccurrences, counting or {})
    weighing = with_defaults(weigh_counts, weighing or {})
    factorising = with_defaults(svd_vectors, factorising or {})
    # All before the first step, so that no slip in the last one costs the time of the others.
    counting_module.check_settings(counting)
    weighing_module.check_settings(weighing)
    svd_module.check_settings(factorising)
    if svd and factorising["add_context"] and counting["direction"] == "split":
        raise SettingError("add_context needs one context column a word; split columns have two")
    with open_workspace(corpus, output, text, name, threads, progress) as (pipeline, encoded):
        counted = pipeline.counts(encoded, counting)
        weighted = pipeline.ppmi(counted, weighing)
        if svd:
            pipeline.svd(weighted, factorising)
    return pipeline


def build_svd(
    source: str | Path,
    *,
    factorising: dict[str, Any] | None = None,
    name: str = "",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Pipeline:
    """Factorise the PPMI matrix of a workspace, or one of its bundles of sparse vectors.

    Parameters
    ----------
    source : path
        A workspace, or a bundle in one; the result stands beside it.
    """
    factorising = with_defaults(svd_vectors, factorising or {})
    svd_module.check_settings(factorising)
    path = Path(source)
    weighted_path = path if is_bundle(path) else path / "ppmi"
    if not name and path.name.startswith("ppmi-"):
        name = path.name.removeprefix("ppmi-")
    if name and weighted_path != path and is_bundle(path / f"ppmi-{name}"):
        weighted_path = path / f"ppmi-{name}"
    open_bundle(weighted_path)  # before a folder is made for nothing
    workspace = Workspace(weighted_path.parent)
    pipeline = Pipeline(workspace, threads, progress, checked_name(name))
    with workspace.lock():
        if workspace.is_stale(weighted_path.name):
            raise WordvecError(
                f"{weighted_path} was made from counts that have changed since; run wvt build-ppmi "
                "again"
            )
        pipeline.svd(open_bundle(weighted_path), factorising)
    return pipeline
