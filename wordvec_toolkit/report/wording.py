"""What is written above single figures: a title, and in a few words how to read them."""

from collections.abc import Sequence

from .data import CorpusProfile, HeatMap, LearningCurves, WordMap
from .map_data import map_caption

Plot = WordMap | HeatMap | LearningCurves | CorpusProfile


def title_of(plots: Sequence[Plot]) -> str:
    """Return the title of a figure of one thing, or of several of a kind."""
    first = plots[0]
    names = _names(plots)
    if isinstance(first, WordMap):
        return f"Map of the words of {names}"
    if isinstance(first, HeatMap):
        return f"Which words are similar in {names}"
    if isinstance(first, LearningCurves):
        return f"How training went: {names}"
    return f"Words of {names} by rank, and their growth"


def caption_of(plots: Sequence[Plot]) -> str:
    """Return how to read a figure."""
    first = plots[0]
    if isinstance(first, WordMap):
        return map_caption(first)
    if isinstance(first, HeatMap):
        return f"Cosines of {len(first.words)} words, in the order of a tree: like beside like."
    if isinstance(first, LearningCurves):
        kept = any(isinstance(plot, LearningCurves) and plot.best is not None for plot in plots)
        return "The epoch that was kept is marked." if kept else ""
    return profile_caption(first)


def profile_caption(found: CorpusProfile) -> str:
    """Say of a profile what its points stand for."""
    said = f"{found.n_tokens:,} tokens"
    if found.n_types is not None:
        said += f" of {found.n_types:,} types"
    if not found.all_types:
        said += (
            f"; shown are the {found.n_words:,} words of the vocabulary, which leaves "
            f"{found.oov_rate:.1%} of the tokens out"
        )
    return said + "."


def _names(plots: Sequence[Plot]) -> str:
    names = list(
        dict.fromkeys(
            plot.name if isinstance(plot, CorpusProfile) else plot.model for plot in plots
        )
    )
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {len(names) - 3} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
