"""A real notebook, executed: what its cells show, and that stderr is empty."""

import pytest

from wordvec_toolkit.runtime.progress import Bar, as_progress, is_in_notebook

pytestmark = pytest.mark.slow

CELLS = {
    "build": """
import wordvec_toolkit as wvt
workspace = wvt.build_ppmi(
    "toy.txt", min_count=1, window=1, weighting="flat", tokenizer="whitespace", progress=True
)
workspace""",
    "silent": """
from wordvec_toolkit.runtime.progress import as_progress
bar = as_progress(True)
workspace = wvt.build_ngram_lm("toy.wvt", smoothing="add-k:1", order=2)""",
    "matrix": """
counts = wvt.load("toy.wvt/counts")
wvt.embeddings.submatrix(counts, ["you", "say"], ["say", "goodbye"], values="ppmi", log=2)""",
    "neighbors": """
vectors = wvt.load_vectors("toy.wvt")
vectors.most_similar("goodbye", topn=2)""",
    "next": """wvt.next_words(wvt.load_language_model("toy.wvt"), "you", n=2)""",
    "similarity": """
open("pairs.tsv", "w").write("you\\tsay\\t1\\ngoodbye\\ti\\t9\\nand\\thello\\t3\\n")
wvt.evaluate_similarity(vectors, "pairs.tsv")""",
    "map": """
plane = wvt.plot.map_words(vectors, method="svd", name="toy")
plane""",
    "saved": """
plane.figure(highlight=["you"]).save("plane.svg")
plane.figure().draw().savefig("plane.png")
plane.figure()""",
    "drawn": """plane.figure().draw()""",
    "epochs": """
for epoch in range(30):
    bar.start(f"epoch {epoch}", 2, "word")
    bar.advance(1)
    bar.finish("2 words")
bar.note("done")""",
    "frame": """
try:
    import pandas
    shown = vectors.most_similar("goodbye").to_frame()
except ImportError:
    shown = None
shown""",
}


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The outputs of each cell."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "toy.txt").write_text("you say goodbye and i say hello .\n")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS.values()])
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(book, timeout=300, kernel_name="python3", resources=resources).execute()
    outputs = {name: cell.outputs for name, cell in zip(CELLS, book.cells)}
    return folder, outputs


def html(outputs):
    return outputs[-1]["data"]["text/html"]


def test_nothing_is_written_to_stderr(notebook):
    streams = [out for outputs in notebook[1].values() for out in outputs if "name" in out]
    assert streams == []
    assert notebook[1]["silent"] == []


def test_progress_is_one_output_that_was_redrawn(notebook):
    shown, result = notebook[1]["build"]
    assert shown["output_type"] == "display_data"
    lines = shown["data"]["text/plain"].splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "reading text",
        "counting co-occurrences",
        "weighing by PPMI",
        "factorising",
    ]
    assert all(" s)" in line for line in lines)
    assert "<th>bundle</th><th>kind</th>" in result["data"]["text/html"]


def test_results_are_tables(notebook):
    outputs = notebook[1]
    assert "<tr><td>you</td><td>1.807</td><td>0.000</td></tr>" in html(outputs["matrix"])
    assert "<th>word</th><th>similarity</th>" in html(outputs["neighbors"])
    assert "<td>i</td><td>1.0000</td>" in html(outputs["neighbors"])
    assert "<th>probability</th>" in html(outputs["next"])
    assert "<td>say</td>" in html(outputs["next"])
    assert "<table>" in html(outputs["similarity"])
    for name in ("matrix", "next", "similarity"):
        assert "\n" not in outputs[name][-1]["data"]["text/plain"]


def test_figures_are_shown_and_saved(notebook):
    folder, outputs = notebook
    for name in ("map", "saved"):
        assert "<svg" in html(outputs[name])
        assert "goodbye" in html(outputs[name])
    assert "hello" in (folder / "plane.svg").read_text("utf-8")
    assert (folder / "plane.png").read_bytes().startswith(b"\x89PNG")


def test_what_matplotlib_draws_is_shown_without_pyplot(notebook):
    assert "image/png" in notebook[1]["drawn"][-1]["data"]


def test_of_many_epochs_the_last_ones_stay(notebook):
    (shown,) = notebook[1]["epochs"]
    lines = shown["data"]["text/plain"].splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        *(f"epoch {number}" for number in range(21, 30)),
        "note: done",
    ]


def test_lists_of_words_are_data_frames(notebook):
    pytest.importorskip("pandas")
    assert "similarity" in html(notebook[1]["frame"])


def test_outside_of_notebooks_a_bar_is_drawn_on_stderr():
    assert not is_in_notebook()
    assert type(as_progress(True)) is Bar
