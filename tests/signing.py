"""Bundles changed by hand whose manifests agree again, as someone hostile would leave them."""

import json

import numpy as np

from wordvec_toolkit.bundles.manifests import render
from wordvec_toolkit.bundles.reading import file_sha256


def read_manifest(folder):
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def sign(folder, manifest=None, **changes):
    """Write a manifest that agrees with the files of a bundle, with other values if given."""
    manifest = (manifest or read_manifest(folder)) | changes
    for name, entry in manifest["files"].items():
        path = folder / name
        if path.is_file():
            entry.update(bytes=path.stat().st_size, sha256=file_sha256(path))
            if "shape" in entry:
                try:
                    array = np.load(path, mmap_mode="r")
                except ValueError:
                    continue
                entry.update(dtype=array.dtype.name, shape=list(array.shape))
    (folder / "manifest.json").write_bytes(render(manifest))
