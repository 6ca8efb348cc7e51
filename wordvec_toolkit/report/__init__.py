"""What results look like: pages, figures, and the numbers that both are drawn from.

Numbers first.  `data` holds the dataclasses of a study and of its figures; `learning`, `profiles`
and `word_maps` make those of single figures, from bundles, texts and vectors.

A figure is described once and drawn by matplotlib: `figures` says what it is and writes it to a
file, the same bytes each time; `inline_svg` makes it part of a page.  `charts` are panels of lines
and of intervals; `curve_figures`, `diagnosis_figure`, `heat_figure` and `map_figure` describe the
figures of results; `fonts` finds letters of any script, `labels` room for names.

Pages load nothing from anywhere, and are safe with any words.  `page` renders one of the
``templates/`` with style and scripts inside.  `html` is the page of a study, put together from
`sections`, each of which says in blocks what it shows; `figure_page` is that of single figures.
Maps are drawn by a script from `map_data`.  The tables on the terminal go by the `findings`, the
`summary` and the `numbers` of `sections`, too.

`plots` writes a figure as page or picture, as the file's name says.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
