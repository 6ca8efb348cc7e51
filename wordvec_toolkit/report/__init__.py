"""What results look like: pages, pictures, and the numbers that both are drawn from.

Numbers first.  `data` holds the dataclasses of a study and of its figures; `learning`, `profiles`
and `word_maps` make those of single figures, from bundles, texts and vectors.

Pages load nothing from anywhere, and are safe with any words.  `page` renders one of the
``templates/`` with style and scripts inside.  `html` is the page of a study, put together from
`sections`, each of which says in blocks what it shows; `figure_page` is that of single figures.
Both show `charts`, which are inline SVG, and maps, which a script draws of `map_data`.  The tables
on the terminal go by the `findings`, the `summary` and the `numbers` of `sections`, too.

Pictures are drawn by matplotlib (extra ``plot``), the same bytes each time.  `figures` has the
style of the house and writes them, `fonts` finds letters of any script, `labels` room for names,
and each ``*_figure`` draws one kind.

`plots` writes a figure as page or picture, as the file's name says; `wording` gives it a title.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
