"""Sphinx configuration: ``python -m sphinx -W --keep-going -n docs docs/_build/html``."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extension"))

import wordvec_toolkit  # noqa: E402

project = "wordvec_toolkit"
author = "the wordvec_toolkit authors"
copyright = "2026, the wordvec_toolkit authors"
version = release = wordvec_toolkit.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_click",
    "sphinx_design",
    "toolkit_pages",
]
source_suffix = {".rst": "restructuredtext", ".md": "myst-nb"}  # .rst first: for autosummary
exclude_patterns = ["_build", "README.md"]
default_role = "code"
smartquotes = False  # --option is not a dash
nitpicky = True

# Pages: Markdown, and notebooks in Markdown that are executed at each build.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = os.environ.get("WVT_DOCS_EXECUTION", "force")  # "cache", "off" for writing
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 600
nb_merge_streams = True
os.environ["IPYTHONDIR"] = str(HERE / "_kernel")
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
os.environ["WVT_REPOSITORY"] = str(HERE.parent)

# The API reference, from docstrings.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autosummary_generate = True
autosummary_imported_members = True
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

templates_path = ["_templates"]

html_theme = "pydata_sphinx_theme"
html_title = f"wordvec_toolkit {release}"
html_static_path = ["_static"]
html_css_files = ["toolkit.css"]
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "wordvec_toolkit"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_prev_next": True,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "tango",
    "pygments_dark_style": "github-dark",
}
html_sidebars = {"install": [], "what-a-number-means": [], "generated/benchmarks": []}
