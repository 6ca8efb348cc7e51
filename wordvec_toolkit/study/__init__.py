"""A study: one corpus, every model, one report.

`settings` say what is asked for, `models` and `steps` which ``wvt`` commands that takes,
`prediction` how much time and memory, `running` runs each in a process of its own and keeps its
record in the `folder`, `gathering` makes the report of the records; `comparing` is the whole.
"""
