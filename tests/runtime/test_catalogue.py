"""Catalogues give records by name, and list all names."""

import sys

import pytest

from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.runtime import catalogue
from wordvec_toolkit.runtime.catalogue import Catalogue


def test_records_keep_their_order_and_unknown_names_are_refused_with_the_nearest():
    colours: Catalogue[int] = Catalogue("colour", lambda: colours.add("green", 2) and None)
    colours.add("red", 1)
    assert list(colours) == ["green", "red"] and len(colours) == 2
    assert colours["green"] == 2 and "blue" not in colours
    with pytest.raises(
        SettingError, match="'gren' is no colour; expected green, red; did you mean"
    ):
        colours["gren"]
    with pytest.raises(SettingError, match="two colours called 'red'"):
        colours.add("red", 3)


def test_modules_of_the_plugin_namespace_are_imported_once(tmp_path, monkeypatch):
    folder = tmp_path / catalogue.PLUGINS
    folder.mkdir()
    (folder / "paints.py").write_text(
        "import builtins\nbuiltins.paints = getattr(builtins, 'paints', 0) + 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(catalogue, "_are_loaded", False)
    list(Catalogue("paint"))
    list(Catalogue("brush"))
    import builtins

    assert builtins.paints == 1
    del builtins.paints
    for name in [name for name in sys.modules if name.startswith(catalogue.PLUGINS)]:
        del sys.modules[name]
