"""Keywords of functions that take settings; written by ``python tests/keyword_stub.py``."""

from collections.abc import Callable, Iterable
from typing import Literal, TypedDict

from ..lm.ngram.smoothing import Smoothing
from ..text.tokenizers import Tokenizer

class CountCooccurrencesKeywords(TypedDict, total=False):
    window: int
    weighting: Literal["flat", "dynamic", "harmonic"]
    direction: Literal["both", "left", "right", "split"]
    within: Literal["sentence", "document"]
    oov: Literal["drop", "keep"]
    subsample: float | None
    max_contexts: int | None
    subsampling: Literal["dirty", "clean"]
    seed: int

class AlignKeywords(TypedDict, total=False):
    anchors: Iterable[str] | None
    normalize: bool
    center: bool

class CombineKeywords(TypedDict, total=False):
    method: Literal["concat", "average"]
    words: Literal["shared", "all"]
    weights: Iterable[float] | None
    normalize: bool
    dim: int | None
    eig: float

class TrainGloveKeywords(TypedDict, total=False):
    dim: int
    epochs: int
    x_max: float
    weight_exponent: float
    learning_rate: float
    add_context: bool
    tolerance: float
    seed: int

class PpmiKeywords(TypedDict, total=False):
    cds: float
    shift: float
    negative: bool
    smoothing: float

class SentenceVectorsKeywords(TypedDict, total=False):
    weighting: Literal["mean", "sif", "idf"]
    sif_a: float
    remove_common: bool | None

class ReadSentencesKeywords(TypedDict, total=False):
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class SubmatrixKeywords(TypedDict, total=False):
    values: Literal["counts", "pmi", "ppmi"] | None
    log: float | None
    n: int

class SvdVectorsKeywords(TypedDict, total=False):
    dim: int | None
    eig: float
    add_context: bool
    emphasis: float
    basis: int | None
    restarts: int | None
    seed: int

class WeighCountsKeywords(TypedDict, total=False):
    measure: str
    cds: float
    shift: float
    smoothing: float
    negative: bool
    transform: Literal["none", "log", "root"]

class WeightedVectorsKeywords(TypedDict, total=False):
    dim: int | None
    confidence: float
    confidence_exponent: float
    unobserved_exponent: float
    sweeps: int
    steps: int
    eig: float
    add_context: bool
    context_weight: float | None
    seed: int

class CooccurrenceVectorizerKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    window: int
    weighting: Literal["flat", "dynamic", "harmonic"]
    direction: Literal["both", "left", "right", "split"]
    within: Literal["sentence", "document"]
    oov: Literal["drop", "keep"]
    subsample: float | None
    max_contexts: int | None
    subsampling: Literal["dirty", "clean"]
    seed: int

class PPMITransformerKeywords(TypedDict, total=False):
    cds: float
    shift: float
    negative: bool

class EvaluateTranslationKeywords(TypedDict, total=False):
    beam: int
    length_penalty: float
    max_output: int | None
    replace_unk: bool
    bleu_tokenizer: Literal["none", "13a", "char", "intl", "zh", "ja-mecab", "ko-mecab"] | None
    measure: Literal["bleu", "exact"] | None
    resamples: int
    seed: int

class ScoreTranslationsKeywords(TypedDict, total=False):
    bleu_tokenizer: Literal["none", "13a", "char", "intl", "zh", "ja-mecab", "ko-mecab"] | None
    measure: Literal["bleu", "exact"] | None
    resamples: int
    seed: int

class RetrofitKeywords(TypedDict, total=False):
    relations: Literal["synonyms", "hypernyms"]
    iterations: int
    alpha: float

class CounterFitKeywords(TypedDict, total=False):
    relations: Literal["synonyms", "hypernyms"]
    epochs: int
    rate: float
    margin: float
    radius: float

class SprinkleKeywords(TypedDict, total=False):
    relations: Literal["synonyms", "hypernyms"]
    weight: float

class TrainNgramModelKeywords(TypedDict, total=False):
    order: int
    smoothing: str | Smoothing
    interpolate_unigrams: bool
    closed: bool
    prune: Iterable[int]
    entropy_prune: float

class ReadTextKeywords(TypedDict, total=False):
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class MixModelsKeywords(TypedDict, total=False):
    cache: bool
    neural_cache: bool
    window: int | None
    dynamic: Literal["rms", "sgd"] | None
    segment: int | None
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class BuildGloveKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    window: int
    weighting: Literal["flat", "dynamic", "harmonic"]
    direction: Literal["both", "left", "right", "split"]
    within: Literal["sentence", "document"]
    oov: Literal["drop", "keep"]
    subsample: float | None
    max_contexts: int | None
    subsampling: Literal["dirty", "clean"]
    seed: int
    dim: int
    epochs: int
    x_max: float
    weight_exponent: float
    learning_rate: float
    add_context: bool
    tolerance: float

class BuildNeuralLmKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    cell: str
    n_layers: int
    hidden_dim: int
    embedding_dim: int | None
    tied: bool
    residual: bool
    dropout: float
    input_dropout: float
    output_dropout: float
    locked: bool
    embedding_dropout: float
    weight_dropout: float
    forget_bias: float
    context: Literal["text", "sentence"]
    direction: Literal["forward", "backward"]
    softmax: Literal["full", "adaptive"]
    cutoffs: Iterable[int] | None
    n_heads: int | None
    span: int | None
    epochs: int
    batch_size: int | None
    bptt: int
    reset: float
    optimizer: Literal["adamw", "sgd", "asgd"]
    learning_rate: float | None
    warmup: float
    weight_decay: float
    decay: float
    averaging_after: int
    clip: float
    patience: int
    precision: Literal["auto", "bf16", "fp32"]
    device: Literal["auto", "cpu", "cuda"]
    seed: int

class BuildNgramLmKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    order: int
    smoothing: str | Smoothing
    interpolate_unigrams: bool
    closed: bool
    prune: Iterable[int]
    entropy_prune: float

class BuildNgramMixtureKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    order: int
    smoothing: str | Smoothing
    interpolate_unigrams: bool
    closed: bool
    prune: Iterable[int]
    entropy_prune: float
    cache: bool
    skip: bool
    soft: bool
    classes: Iterable[int]
    adapt: bool

class BuildPpmiKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    window: int
    weighting: Literal["flat", "dynamic", "harmonic"]
    direction: Literal["both", "left", "right", "split"]
    within: Literal["sentence", "document"]
    oov: Literal["drop", "keep"]
    subsample: float | None
    max_contexts: int | None
    subsampling: Literal["dirty", "clean"]
    seed: int
    measure: str
    cds: float
    shift: float
    smoothing: float
    negative: bool
    transform: Literal["none", "log", "root"]
    dim: int | None
    eig: float
    add_context: bool
    emphasis: float
    basis: int | None
    restarts: int | None

class BuildSvdKeywords(TypedDict, total=False):
    dim: int | None
    eig: float
    add_context: bool
    emphasis: float
    basis: int | None
    restarts: int | None
    seed: int

class BuildThesaurusKeywords(TypedDict, total=False):
    wordnet: str | None
    layer: str | None
    information: str | None
    counting: Literal["split", "each"]
    smoothing: float
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class BuildSeq2seqKeywords(TypedDict, total=False):
    separator: str | None
    swap: bool
    encoding: str | None
    errors: Literal["replace", "strict", "ignore"]
    tokenizer: str
    target_tokenizer: str | None
    merges: int
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    min_count: int
    max_size: int | None
    max_length: int
    skip: bool
    valid: float
    cell: str
    n_layers: int
    hidden_dim: int
    embedding_dim: int | None
    reverse: bool
    peeky: bool
    attention: Literal["none", "dot", "general", "additive"]
    attention_at: Literal["output", "input"]
    bidirectional: Literal["none", "first", "all"]
    residual: bool
    tied: bool
    dropout: float
    input_dropout: float
    output_dropout: float
    weight_dropout: float
    locked: bool
    n_heads: int | None
    feed_forward_dim: int | None
    positions: Literal["sinusoidal", "learned"] | None
    epochs: int
    batch_size: int | None
    optimizer: Literal["adamw", "sgd", "asgd"]
    learning_rate: float | None
    warmup: float
    weight_decay: float
    decay: float
    averaging_after: int
    clip: float
    patience: int
    precision: Literal["auto", "bf16", "fp32"]
    device: Literal["auto", "cpu", "cuda"]
    seed: int
    label_smoothing: float
    scheduled_sampling: float

class BuildIbm1Keywords(TypedDict, total=False):
    separator: str | None
    swap: bool
    encoding: str | None
    errors: Literal["replace", "strict", "ignore"]
    tokenizer: str
    target_tokenizer: str | None
    merges: int
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    min_count: int
    max_size: int | None
    max_length: int
    skip: bool
    valid: float
    iterations: int
    uniform: float

class BuildViewsKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    dim: int | None
    eig: float
    add_context: bool
    emphasis: float
    basis: int | None
    restarts: int | None
    seed: int

class BuildWeightedKeywords(TypedDict, total=False):
    views: Literal["one", "two"]
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    window: int
    weighting: Literal["flat", "dynamic", "harmonic"]
    direction: Literal["both", "left", "right", "split"]
    within: Literal["sentence", "document"]
    oov: Literal["drop", "keep"]
    subsample: float | None
    max_contexts: int | None
    subsampling: Literal["dirty", "clean"]
    seed: int
    dim: int | None
    confidence: float
    confidence_exponent: float
    unobserved_exponent: float
    sweeps: int
    steps: int
    eig: float
    add_context: bool
    context_weight: float | None

class BuildWord2vecKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    method: Literal["skip-gram", "cbow"]
    dim: int
    window: int
    weighting: Literal["dynamic", "flat"]
    within: Literal["sentence", "document"]
    negative: int
    ns_exponent: float
    subsample: float
    epochs: int
    learning_rate: float
    final_learning_rate: float
    layer: Literal["input", "output", "sum"]
    seed: int
    threads: int

class BuildFasttextKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None
    method: Literal["skip-gram", "cbow"]
    dim: int
    window: int
    weighting: Literal["dynamic", "flat"]
    within: Literal["sentence", "document"]
    min_n: int
    max_n: int
    bucket: int
    negative: int
    ns_exponent: float
    subsample: float
    epochs: int
    learning_rate: float
    final_learning_rate: float
    seed: int
    threads: int

class TrainNeuralLmKeywords(TypedDict, total=False):
    cell: str
    n_layers: int
    hidden_dim: int
    embedding_dim: int | None
    tied: bool
    residual: bool
    dropout: float
    input_dropout: float
    output_dropout: float
    locked: bool
    embedding_dropout: float
    weight_dropout: float
    forget_bias: float
    context: Literal["text", "sentence"]
    direction: Literal["forward", "backward"]
    softmax: Literal["full", "adaptive"]
    cutoffs: Iterable[int] | None
    n_heads: int | None
    span: int | None
    epochs: int
    batch_size: int | None
    bptt: int
    reset: float
    optimizer: Literal["adamw", "sgd", "asgd"]
    learning_rate: float | None
    warmup: float
    weight_decay: float
    decay: float
    averaging_after: int
    clip: float
    patience: int
    precision: Literal["auto", "bf16", "fp32"]
    device: Literal["auto", "cpu", "cuda"]
    seed: int

class TrainSeq2seqKeywords(TypedDict, total=False):
    cell: str
    n_layers: int
    hidden_dim: int
    embedding_dim: int | None
    reverse: bool
    peeky: bool
    attention: Literal["none", "dot", "general", "additive"]
    attention_at: Literal["output", "input"]
    bidirectional: Literal["none", "first", "all"]
    residual: bool
    tied: bool
    dropout: float
    input_dropout: float
    output_dropout: float
    weight_dropout: float
    locked: bool
    n_heads: int | None
    feed_forward_dim: int | None
    positions: Literal["sinusoidal", "learned"] | None
    epochs: int
    batch_size: int | None
    optimizer: Literal["adamw", "sgd", "asgd"]
    learning_rate: float | None
    warmup: float
    weight_decay: float
    decay: float
    averaging_after: int
    clip: float
    patience: int
    precision: Literal["auto", "bf16", "fp32"]
    device: Literal["auto", "cpu", "cuda"]
    seed: int
    label_smoothing: float
    scheduled_sampling: float

class TrainMemoryKeywords(TypedDict, total=False):
    bits: int
    longest: int
    most_repeats: int
    lengths: Iterable[int]
    hidden_dim: int
    slots: int
    slot_dim: int
    epochs: int
    batch_size: int | None
    optimizer: Literal["adamw", "sgd", "asgd"]
    learning_rate: float | None
    warmup: float
    weight_decay: float
    decay: float
    averaging_after: int
    clip: float
    patience: int
    precision: Literal["auto", "bf16", "fp32"]
    device: Literal["auto", "cpu", "cuda"]
    seed: int

class TrainFasttextKeywords(TypedDict, total=False):
    method: Literal["skip-gram", "cbow"]
    dim: int
    window: int
    weighting: Literal["dynamic", "flat"]
    within: Literal["sentence", "document"]
    min_n: int
    max_n: int
    bucket: int
    negative: int
    ns_exponent: float
    subsample: float
    epochs: int
    learning_rate: float
    final_learning_rate: float
    seed: int
    threads: int

class TrainWord2vecKeywords(TypedDict, total=False):
    method: Literal["skip-gram", "cbow"]
    dim: int
    window: int
    weighting: Literal["dynamic", "flat"]
    within: Literal["sentence", "document"]
    negative: int
    ns_exponent: float
    subsample: float
    epochs: int
    learning_rate: float
    final_learning_rate: float
    layer: Literal["input", "output", "sum"]
    seed: int
    threads: int

class CompareSeq2seqKeywords(TypedDict, total=False):
    models: Iterable[str]
    seeds: int
    test: float
    samples: int
    separator: str | None
    swap: bool
    encoding: str | None
    errors: Literal["replace", "strict", "ignore"]
    tokenizer: str
    target_tokenizer: str | None
    merges: int
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    min_count: int
    max_size: int | None
    max_length: int
    skip: bool
    valid: float
    cell: str
    n_layers: int
    hidden_dim: int
    embedding_dim: int | None
    reverse: bool
    peeky: bool
    attention: Literal["none", "dot", "general", "additive"]
    attention_at: Literal["output", "input"]
    bidirectional: Literal["none", "first", "all"]
    residual: bool
    tied: bool
    dropout: float
    input_dropout: float
    output_dropout: float
    weight_dropout: float
    locked: bool
    n_heads: int | None
    feed_forward_dim: int | None
    positions: Literal["sinusoidal", "learned"] | None
    epochs: int
    batch_size: int | None
    optimizer: Literal["adamw", "sgd", "asgd"]
    learning_rate: float | None
    warmup: float
    weight_decay: float
    decay: float
    averaging_after: int
    clip: float
    patience: int
    precision: Literal["auto", "bf16", "fp32"]
    device: Literal["auto", "cpu", "cuda"]
    seed: int
    label_smoothing: float
    scheduled_sampling: float

class EncodeCorpusKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class EncodeTextKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]

class EncodeDocumentsKeywords(TypedDict, total=False):
    tokenizer: str | Tokenizer | Callable[[str], Iterable[str]]
    layout: Literal["sentences", "documents", "paragraphs"]
    min_count: int
    max_size: int | None
    keep: Iterable[str]
    lowercase: bool | None
    normalize: Literal["NFC", "NFKC", "none"]

class ReadPairsKeywords(TypedDict, total=False):
    separator: str | None
    swap: bool
    encoding: str | None
    errors: Literal["replace", "strict", "ignore"]

class CheckSplitKeywords(TypedDict, total=False):
    min_length: int
    tokenizer: str | None
    layout: Literal["sentences", "documents", "paragraphs"] | None
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class SplitCorpusKeywords(TypedDict, total=False):
    valid: float
    test: float
    most: int
    sample: int | None
    seed: int
    layout: Literal["sentences", "documents", "paragraphs"]
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class EncodeStreamKeywords(TypedDict, total=False):
    errors: Literal["replace", "strict", "ignore"]
    jsonl_field: str | None
    encoding: str | None
    text_format: str | None
    column: str | None
    element: str | None

class TranslateKeywords(TypedDict, total=False):
    beam: int
    length_penalty: float
    max_output: int | None
    replace_unk: bool

class TrainWordTableKeywords(TypedDict, total=False):
    iterations: int
    uniform: float
