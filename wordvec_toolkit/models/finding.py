"""Find the vectors or the language model that a path means."""

from collections.abc import Iterable
from pathlib import Path

from ..bundles.reading import open_bundle
from ..bundles.recognising import is_bundle
from ..errors import FormatError, SettingError
from ..registry.store import fetched_path
from ..workspace.folder import Workspace
from .catalogue import ModelKind, Role, offered_bundles
from .kinds.vectors import DERIVED


def find_vectors(path: str | Path) -> Path:
    """Return the bundle or file of word vectors that `path` means.

    Itself; of a workspace, its best; or vectors that ``wvt fetch`` downloaded by that name.

    Raises
    ------
    FormatError
        If there is none.
    """
    folder = Path(path)
    if is_bundle(folder) or folder.is_file():
        return folder
    offered = offered_bundles("vectors")
    if (found := _best(folder, offered)) is not None:
        return found
    if not folder.exists():
        fetched = fetched_path(str(path))
        if fetched is not None:
            return fetched
        raise FormatError(
            folder,
            "nothing",
            "a bundle, a workspace or a vector file",
            advice="make one with wvt build-ppmi",
        )
    raise FormatError(
        folder,
        "no word vectors",
        f"a bundle, or a workspace with one of {', '.join(offered)}",
        advice="make them with wvt build-ppmi",
    )


def find_language_model(path: str | Path) -> Path:
    """Return the bundle or file of a language model that `path` means.

    Itself; of a workspace, its best.

    Raises
    ------
    FormatError
        If there is none.
    """
    folder = Path(path)
    if is_bundle(folder) or folder.is_file():
        return folder
    offered = offered_bundles("language model")
    if (found := _best(folder, offered)) is not None:
        return found
    raise FormatError(
        folder,
        "no language model" if folder.exists() else "nothing",
        f"a bundle, a workspace with one of {', '.join(offered)}, or an ARPA file",
        advice="make one with wvt build-ngram-lm",
    )


def count_based(models: Iterable[str]) -> list[str]:
    """Return the paths of vectors without those of bundles called as those of other families."""
    offered = offered_bundles("vectors")
    others = {name for name, kind in offered.items() if kind.family != "count-based"}
    return [model for model in models if Path(model).name not in others]


def has_model(workspace: str | Path, role: Role) -> bool:
    """Return whether a workspace has a model of a role."""
    return first_bundle(Path(workspace), offered_bundles(role)) is not None


def first_bundle(folder: Path, names: Iterable[str]) -> Path | None:
    """Return the first bundle of these names in a folder, even if damaged."""
    return next((folder / name for name in names if Workspace(folder).has(name)), None)


def _best(folder: Path, offered: dict[str, ModelKind]) -> Path | None:
    """Return the first of the bundles offered that the workspace has.

    Raises
    ------
    FormatError
        If it is damaged, so that no other takes its place unasked, or what it was made from has
        changed since.
    """
    best = first_bundle(folder, offered)
    if best is None or not Workspace(folder).is_stale(best.name):
        return best
    model = offered[best.name]
    what = model.role if model.role == "vectors" else f"a {model.role}"
    raise FormatError(
        best,
        f"{what} made from what has changed since",
        f"{what} of this workspace as it is now",
        advice=_advice_on_stale(best, model, offered),
    )


def _advice_on_stale(best: Path, model: ModelKind, offered: dict[str, ModelKind]) -> str:
    """State the alternatives: a mixture of models that have changed does not open."""
    if model.role == "vectors":
        return f"run wvt {model.command[0]} again, or name {best} itself"
    again = f"build {best.name} again with the options it had"
    if not model.holds.is_composite:
        return f"{again}, or name {best} itself"
    workspace = Workspace(best.parent)
    good = [name for name in offered if workspace.has(name) and _is_current(workspace, name)]
    return f"{again}, or name {best.parent / good[0]}" if good else again


def _is_current(workspace: Workspace, name: str) -> bool:
    try:
        return not workspace.is_stale(name)
    except FormatError:
        return False  # damaged


def check_replaceable(target: Path) -> None:
    """Refuse to put vectors where a bundle is a step of a workspace.

    Raises
    ------
    SettingError
        If its kind says that a builder has made it.
    """
    if not is_bundle(target):
        return
    try:
        kind = open_bundle(target).kind
    except FormatError:
        return  # damaged: `new_bundle` decides
    if kind != DERIVED.kind:
        raise SettingError(
            f"{target} is a bundle of {kind}, which another command has made; choose another place"
        )
