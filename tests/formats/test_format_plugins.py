"""A format from outside the package: in help, recognised, read, written; and one that lacks
something."""

import json

import pytest
from plugins import Plugin

import wordvec_toolkit as wvt

#: JSON of words and their vectors.
SOURCE = """
    import json

    from wordvec_toolkit.formats.catalogue import FORMATS, VectorFormat

    class Json(VectorFormat):
        name = "jvec"
        title = "JSON of words and their vectors"
        suffixes = (".jvec",)

        def recognises(self, reader):
            return reader.peek(10).startswith(b'{"vectors"')

        def read(self, path, reading):
            import numpy as np

            from wordvec_toolkit.embeddings.vectors import WordVectors
            from wordvec_toolkit.text.vocabulary import Vocabulary

            rows = json.loads(path.read_bytes())["vectors"]
            vocabulary = Vocabulary(list(rows), np.zeros(len(rows), np.int64))
            return WordVectors(vocabulary, np.array(list(rows.values()), np.float32))

        def files(self, path, content):
            def fill(stream):
                rows = [row.tolist() for block in content.blocks for row in block]
                stream.write(json.dumps({"vectors": dict(zip(content.words, rows))}).encode())

            return {path: fill}

    FORMATS.add("jvec", Json())
"""
GLOVE = "a 1 2\nb 3 4.5\n"


@pytest.fixture
def plugin(tmp_path):
    (tmp_path / "glove.txt").write_text(GLOVE)
    return Plugin(tmp_path, SOURCE)


@pytest.mark.slow
def test_it_is_in_help_and_is_written_and_read(plugin, tmp_path):
    text = plugin.wvt("convert", "--help")
    assert "safetensors|jvec]" in text and "fasttext|jvec]" in text
    assert "safetensors for .safetensors, jvec for .jvec]" in text
    plugin.wvt("convert", "glove.txt", "out.jvec")
    written = json.loads((tmp_path / "out.jvec").read_text())
    assert written == {"vectors": {"a": [1, 2], "b": [3, 4.5]}}
    assert "jvec: JSON of words and their vectors" in plugin.wvt("info", "out.jvec")
    plugin.wvt("convert", "out.jvec", "back.txt")
    assert (tmp_path / "back.txt").read_text() == GLOVE
    plugin.wvt("convert", "out.jvec", "out.wvt", "--from", "jvec")
    assert wvt.load(tmp_path / "out.wvt").similarity("a", "b") > 0.9
    assert "'fasttext', 'jvec'" in plugin.failing("convert", "a", "b", "--from", "tree")
    assert ".jvec" in plugin.failing("convert", "glove.txt", "out.onnx")
    message = plugin.failing("convert", "glove.txt", "b.jvec", "--precision", "3")
    assert "jvec holds float32 as it is" in message


def test_without_a_plugin_it_is_no_vectors(tmp_path):
    (tmp_path / "a.jvec").write_text('{"vectors": {"a": [1, 2]}}')
    with pytest.raises(wvt.WordvecError, match="found JSON, expected word vectors in one of the"):
        wvt.load(tmp_path / "a.jvec")


def test_one_that_cannot_recognise_is_refused(tmp_path):
    (tmp_path / "glove.txt").write_text(GLOVE)
    plugin = Plugin(tmp_path, SOURCE.replace("def recognises", "def recognise"))
    message = plugin.failing("convert", "glove.txt", "b.vec")
    assert "plugin wordvec_toolkit_plugins.toy cannot be loaded" in message
    assert "recognises" in message
