"""Figures: what they show as plain numbers, and how they are written to files.

The work is done in `wordvec_toolkit.report`.
"""

from ..report.diagnosis_figure import write_diagnosis_figure
from ..report.figure_page import figure_of, write_figure_page
from ..report.learning import learning_curves
from ..report.plots import write_plot
from ..report.profiles import profile_corpus
from ..report.word_maps import map_words, similarity_matrix

__all__ = [
    "figure_of",
    "learning_curves",
    "map_words",
    "profile_corpus",
    "similarity_matrix",
    "write_diagnosis_figure",
    "write_figure_page",
    "write_plot",
]
