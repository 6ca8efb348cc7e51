"""The sections of the HTML report: what each says, as blocks that a template shows."""
