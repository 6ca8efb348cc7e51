"""Manifests: what they must hold, and the digest of themselves that they end with."""

import hashlib
import json
import os
from pathlib import Path

from ..errors import FormatError, NewerVersionError

FORMAT = "wordvec_toolkit bundle"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
#: Key of the manifest's digest of itself; those that earlier versions wrote have none.
CHECKSUM = "manifest_sha256"
KEYS = {
    "format": str,
    "format_version": int,
    "kind": str,
    "settings": dict,
    "facts": dict,
    "inputs": dict,
    "files": dict,
    "made_with": dict,
}
MANIFEST_LIMIT = 16 << 20  # bytes; a manifest is a few kilobytes


def render(manifest: dict[str, object]) -> bytes:
    """Return a manifest as its file, which ends with the digest of all that is before it."""
    plain = {key: value for key, value in manifest.items() if key != CHECKSUM}
    return _with_digest(json.dumps(plain, indent=1, ensure_ascii=False).encode()[: -len("\n}")])


_END = b"\n}\n"


def _with_digest(plain: bytes) -> bytes:
    digest = hashlib.sha256(plain).hexdigest()
    return plain + f',\n "{CHECKSUM}": "{digest}"'.encode() + _END


_DIGEST_BYTES = len(_with_digest(b""))


def check_digest(path: Path, manifest: dict[str, object], raw: bytes) -> None:
    """Refuse a manifest that has changed by so much as a bit since it was written."""
    is_older = set(manifest) == set(KEYS)  # without a digest, as earlier versions wrote it
    if not is_older and raw != _with_digest(raw[:-_DIGEST_BYTES]):
        raise FormatError(
            path, "a manifest that has changed", "it as it was written", advice="build it again"
        )


def check_manifest(path: Path, manifest: object) -> None:
    """Refuse a manifest that lacks something, or is of a newer version."""
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise FormatError(path, "another kind of JSON", f'"format": "{FORMAT}"')
    version = manifest.get("format_version")
    made_with = manifest.get("made_with")
    writer = made_with.get("wordvec_toolkit") if isinstance(made_with, dict) else None
    if not isinstance(version, int) or version > FORMAT_VERSION:
        error = NewerVersionError if isinstance(version, int) else FormatError
        raise error(
            path,
            f"format version {version} (written by wordvec_toolkit {writer or 'unknown'})",
            f"version {FORMAT_VERSION} or older",
            advice="upgrade: pip install --upgrade wordvec-toolkit; or build it again elsewhere",
        )
    for key, type_ in KEYS.items():
        if not isinstance(manifest.get(key), type_):
            raise FormatError(path, f"no {key}", "a whole manifest", advice="build it again")
    for name, entry in manifest["files"].items():
        plain = name == os.path.basename(name) and name not in ("", ".", "..") and len(name) < 200
        if (
            not plain
            or not isinstance(entry, dict)
            or not isinstance(entry.get("bytes"), int)
            or not 0 <= entry["bytes"] < 2**63
            or not isinstance(entry.get("sha256"), str)
            or ("shape" in entry) != ("dtype" in entry)
            or not _is_shape(entry.get("shape", []))
        ):
            raise FormatError(path, f"a bad entry for file {name!r}", "name, bytes and sha256")


def _is_shape(shape: object) -> bool:
    return isinstance(shape, list) and all(isinstance(n, int) and 0 <= n < 2**63 for n in shape)
