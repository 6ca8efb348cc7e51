"""Word vectors and language models from your own text, by counting: exact and fast.

>>> import wordvec_toolkit as wvt
>>> vectors = wvt.load_vectors("corpus.wvt")  # doctest: +SKIP
>>> vectors.nearest("word")  # doctest: +SKIP

The most used names are here, the others in packages: `text`, `counts`, `embeddings`, `lm`,
`neural`, `models`, `evaluation`, `plot`, `report`, `study`, `estimators`, `errors`.  The stub next
to this file (and those of the packages) lists them, for type checkers and for Python, which imports
each on first use (Scientific Python SPEC 1).
"""

import lazy_loader as lazy

__version__ = "0.2.0"

_attribute, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

#: Names that were here in earlier versions, by the package that has them now.
_MOVED = {
    "text": "Vocabulary encode_text encode_documents encode_stream tokenize split_corpus "
    "check_split find_shared_sentences",
    "counts": "Cooccurrence NgramCounts",
    "embeddings": "weigh_counts train_glove postprocess combine align sentence_vectors",
    "lm": "NgramModel KneserNey KneserNeySingle AbsoluteDiscounting AddK JelinekMercer "
    "MaximumLikelihood StupidBackoff WittenBell parse_smoothing prune_model FactoredModel "
    "train_factored_model cluster_words CacheModel SoftModel soft_neighbors AdaptedModel Mixture "
    "fit_mixture SentenceModel SentenceMixture fit_sentence_mixture fit_weights read_text "
    "read_arpa write_arpa",
    "neural": "train_word2vec train_fasttext NetworkSettings TrainingSettings preset_settings "
    "NeuralModel BackwardModel train_neural_lm NeuralCache DynamicModel fit_neural_cache "
    "fit_dynamic fresh_model diagnose Diagnosis to_keyed_vectors from_keyed_vectors",
    "evaluation": "evaluate_categories evaluate_odd_one_out perplexity_by_frequency "
    "perplexity_by_seen",
    "models": "build_views mix_models",
    "plot": "write_diagnosis_figure profile_corpus map_words similarity_matrix learning_curves "
    "write_figure_page write_plot",
    "report": "Report write_report_html",
    "study": "StudySettings",
    "estimators": "CooccurrenceVectorizer PPMITransformer",
}


#: Former name -> what it is called now, with other parameters.
_RENAMED = {
    "train_lstm": "neural.train_neural_lm",
    "build_lstm_lm": "build_neural_lm",
    "compare": "run_study",
    "compare_words": "plot.similarity_matrix",
    "compare_similarity": "paired_test",
    "compare_analogies": "paired_test",
    "compare_perplexity": "paired_test",
}


def __getattr__(name: str) -> object:
    if name in __all__:
        return _attribute(name)
    for package, names in _MOVED.items():
        if name in names.split():
            import warnings

            warnings.warn(
                f"wordvec_toolkit.{name} has moved to wordvec_toolkit.{package}.{name}",
                DeprecationWarning,
                stacklevel=2,
            )
            return getattr(_attribute(package), name)
    advice = f"; it is now {__name__}.{_RENAMED[name]}" if name in _RENAMED else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{advice}")
