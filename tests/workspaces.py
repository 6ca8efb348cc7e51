"""Workspaces for the tests: build one, and look into it."""

from wordvec_toolkit.models.ppmi import build_ppmi

STEPS = ("corpus", "counts", "ppmi", "svd")


def built(corpus, **settings):
    return build_ppmi(str(corpus), **{"min_count": 1, **settings})


def reused(workspace):
    return [step.name for step in workspace.steps if step.reused]


def contents(workspace):
    return {
        path.relative_to(workspace): path.read_bytes()
        for path in workspace.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
