"""Workspaces for the tests: build one, and look into it."""

from wordvec_toolkit.models.ppmi import build_ppmi

STEPS = ("corpus", "counts", "ppmi", "svd")


def built(corpus, **settings):
    settings.setdefault("text", {"min_count": 1})
    return build_ppmi(str(corpus), **settings)


def reused(pipeline):
    return [step.name for step in pipeline.steps if step.reused]


def contents(workspace):
    return {
        path.relative_to(workspace): path.read_bytes()
        for path in workspace.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
