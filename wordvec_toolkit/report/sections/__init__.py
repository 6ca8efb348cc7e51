"""The sections of a study's page: what each says, as blocks that a template shows."""
