"""Bundles of models that are made of other models' bundles, standing in the same folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ...bundles.reading import Bundle, open_bundle
from ...bundles.recognising import is_bundle
from ...bundles.writing import BundleWriter, new_bundle
from ...errors import FormatError, SettingError

#: Key of the settings under which the names of the components stand.
PARTS = "parts"


def part_settings(settings: Mapping[str, object], parts: Mapping[str, str]) -> dict[str, object]:
    """Return the settings of a bundle with the bundles that it is made of: role -> name."""
    return {**settings, PARTS: dict(parts)}


def save_beside(
    path: str | Path,
    kind: str,
    settings: dict[str, object],
    parts: Mapping[str, str | Path],
    write: Callable[[BundleWriter], None],
) -> None:
    """Write a bundle that names others, beside them, with their digests.

    Raises
    ------
    SettingError
        If one of `parts` stands in another folder.
    """
    folder = Path(path).resolve().parent
    names, inputs = {}, {}
    for role, part in parts.items():
        found = open_bundle(part)
        if found.path.resolve().parent != folder:
            raise SettingError(
                f"{part} is not in {folder}; a model made of others is written beside their bundles"
            )
        names[role] = found.path.name
        inputs[found.path.name] = found.digest
    with new_bundle(path, kind, part_settings(settings, names), inputs) as writer:
        write(writer)


def component_bundle(bundle: Bundle, role: str) -> Bundle:
    """Open the bundle that another names for `role`.

    Raises
    ------
    FormatError
        If it is missing, or another than the one that the bundle was made from.
    """
    parts = bundle.settings.get(PARTS)
    name = parts.get(role) if isinstance(parts, dict) else None
    if not isinstance(name, str) or name != Path(name).name or name in ("", ".", ".."):
        raise FormatError(
            bundle.path,
            f"no name of its {role}",
            f"a whole {bundle.kind} bundle",
            advice="build it again",
        )
    path = bundle.path.parent / name
    if not is_bundle(path):
        raise FormatError(
            bundle.path,
            f"no bundle {name} beside it",
            "the models that it was made from",
            advice="bring it back, or build both again",
        )
    part = open_bundle(path)
    if part.digest != bundle.manifest["inputs"].get(name):
        raise FormatError(
            bundle.path,
            f"{name} as it has been built since",
            "the one it was made from",
            advice="build it again",
        )
    return part
