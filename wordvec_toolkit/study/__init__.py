"""A study: one corpus, every model, one report.

`settings` hold what is asked for, `options` how that is spelled; `steps` which models are built and
which `measurements` are made, `planning` what of it is to be done, in what time and memory.
`running` has a `worker` process do each step and keeps its record, with `versions`, in the
`folder`, unless `stamps` tell that nothing which it reads has changed.  `gathering`, with `notes`
in prose, makes the report of the results; `words` picks those whose neighbours are shown.
`comparing` is the whole.
"""
