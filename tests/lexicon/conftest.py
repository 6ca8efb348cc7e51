import pytest
from tiny_wordnet import write_wordnet

from wordvec_toolkit.lexicon import make_thesaurus, read_wndb
from wordvec_toolkit.lexicon.information import tagged_counts, with_information


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return write_wordnet(tmp_path_factory.mktemp("wordnet") / "dict")


@pytest.fixture(scope="session")
def database(folder):
    return read_wndb(folder)


@pytest.fixture(scope="session")
def thesaurus(database):
    """Of tiny_wordnet, with information content from its tagged text."""
    made = make_thesaurus(database)
    return with_information(made, tagged_counts(made, database), 1.0)
