"""A study: one corpus, every model, one report.

`settings` say what is asked for, `models` and `steps` which ``wvt`` commands that takes,
`prediction` how much time and memory, `planning` what of it is to be done.  `running` runs each
command in a process of its own and keeps its record, with `versions`, in the `folder`, unless
`stamps` say that nothing which it reads has changed.  `gathering`, with `notes` in prose, makes the
report of what they printed; `words` picks those whose neighbours it shows.  `comparing` is the
whole.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
