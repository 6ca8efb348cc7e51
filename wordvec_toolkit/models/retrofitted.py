"""The builder of retrofitted vectors."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..bundles.reading import open_bundle
from ..lexicon.retrofitting import retrofit
from ..runtime.progress import ProgressLike
from .derived import check_output, save_derived
from .loading import load_vectors
from .pipeline import BuiltWorkspace, Step
from .thesaurus import load_lexicon

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import RetrofitKeywords


def build_retrofitted(
    model: str | Path,
    lexicon: str | Path,
    output: str | Path,
    *,
    progress: ProgressLike = None,
    **settings: "Unpack[RetrofitKeywords]",
) -> BuiltWorkspace:
    """Retrofit vectors to a lexicon, as ``wvt retrofit`` does.

    Parameters
    ----------
    model : path
        See `load_vectors`.
    lexicon : path
        See `load_lexicon`.
    output : path
        The bundle, in a workspace or alone.
    """
    started = time.perf_counter()
    check_output(output, [model])
    vectors = retrofit(load_vectors(model, progress), load_lexicon(lexicon), **settings)
    save_derived(vectors, output, [model])
    target = Path(output)
    workspace = BuiltWorkspace(target.parent)
    seconds = time.perf_counter() - started
    workspace.steps.append(Step(target.name, open_bundle(target), False, seconds))
    return workspace
