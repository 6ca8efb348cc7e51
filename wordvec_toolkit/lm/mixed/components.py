"""Bundles of models that consist of other models' bundles, in the same folder."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ...bundles.reading import Bundle, open_bundle
from ...bundles.recognising import is_bundle
from ...bundles.writing import BundleWriter, new_bundle
from ...errors import FormatError, SettingError

#: Key of the settings that holds the names of the components.
PARTS = "parts"


def part_settings(settings: Mapping[str, object], parts: Mapping[str, str]) -> dict[str, object]:
    """Return the settings of a bundle with the bundles that it is made from: role -> name."""
    return {**settings, PARTS: dict(parts)}


def save_beside(
    path: str | Path,
    kind: str,
    settings: dict[str, object],
    parts: Mapping[str, str | Path],
    write: Callable[[BundleWriter], None],
) -> None:
    """Write a bundle that names others, next to them, with their digests.

    Raises
    ------
    SettingError
        If one of `parts` is in another folder.
    """
    folder = Path(path).resolve().parent
    names, inputs = {}, {}
    for role, part in parts.items():
        found = open_bundle(part)
        if found.path.resolve().parent != folder:
            raise SettingError(
                f"{part} is not in {folder}; write the model next to the bundles of its components"
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
            f"no bundle {name} next to it",
            "the models that it was made from",
            advice="restore it, or build both again",
        )
    part = open_bundle(path)
    if part.digest != bundle.manifest["inputs"].get(name):
        raise FormatError(
            bundle.path,
            f"{name} built again since",
            "the one it was made from",
            advice="build it again",
        )
    return part
