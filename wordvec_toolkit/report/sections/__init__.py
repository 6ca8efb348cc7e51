"""The sections of a study's page: what each says, as blocks that a template shows.

`findings` know who leads and whether that is more than chance, `summary` says so in prose,
`numbers` how numbers are written, `blocks` what a section is made of.  The others are the sections,
which `report.html` puts in their order.
"""
