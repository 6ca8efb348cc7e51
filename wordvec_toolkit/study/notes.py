"""Notes and warnings of the report."""

from collections.abc import Mapping, Sequence

from ..bundles.reading import Bundle, open_bundle
from ..bundles.recognising import is_bundle
from ..evaluation.perplexity_results import PerplexityResult
from ..models.catalogue import MODELS
from ..text.split_results import CorpusSplit, SharedSentences
from .findings import Findings
from .languages import tests_for
from .measurements import COMBINATION
from .running import Outcome
from .settings import StudySettings, of_role
from .steps import Steps
from .words import vocabulary_of

_FEW = 8  # documents
_MARK = "unk"  # what most tokenizers make of <unk>
_MUCH = 0.002  # of the tokens
_MANY = 0.25  # of the tokens
_LEAKS = 0.01  # of the tokens
_TESTS = ("eval-similarity", "eval-analogy")


def warnings_of(
    settings: StudySettings, found: "Findings", outcomes: Mapping[str, Outcome]
) -> tuple[str, ...]:
    """Return what a reader has to know before the conclusions."""
    warnings = []
    if settings.level == "quick":
        warnings.append(
            "This was --quick: smaller vectors and fewer epochs than usual, which hurts neural "
            "models more than count-based ones. Do not quote it as a comparison of methods."
        )
    if found.split is not None and found.split.unit == "line":
        warnings.append(
            "The text marks too few documents to be split by them (a blank line would, and "
            "--layout documents says that each line is one), so its lines were split. Where lines "
            "of one document are on both sides, the test text is easier to predict than new text."
        )
    warnings += [_leaks(each) for each in found.leaks if each.share > _LEAKS]
    warnings.append(_not_measured(outcomes))
    warnings.append(_unknown(found.perplexities))
    return tuple(warning for warning in warnings if warning)


def notes_of(
    settings: StudySettings,
    steps: Steps,
    found: "Findings",
    outcomes: Mapping[str, Outcome],
    versions: Mapping[str, str],
) -> tuple[str, ...]:
    """Return sentences; `versions` are those of steps that were run with others than now."""
    notes = [_on_training(settings, steps, found.split is not None)]
    for name, given in (("validation", settings.valid), ("test", settings.test)):
        if given:
            notes.append(f"The {name} text is {given}, as given.")
    if found.split is not None:
        notes += _on_split(found.split)
    if of_role("vectors", settings.chosen) and not (settings.similarity or settings.analogy):
        notes.append(f"Vectors were not tested: {tests_for(settings.corpus)[1]}.")
    if not steps.texts.test:
        notes.append(
            "Language models were not measured, as there was no text to score; --test gives one."
        )
    notes += [_leaks(each) for each in found.leaks if each.share <= _LEAKS]
    notes += _on_words(settings, steps)
    notes += _on_models(settings, steps)
    notes.append(_as_they_stood(settings, outcomes))
    if any(score.model == COMBINATION for score in found.scores):
        notes.append(
            "The combination with WordNet uses a lexicon, too: a weighted sum of a cosine and a "
            "WordNet measure. Its weights, and which count-based vectors it takes, are chosen "
            "on pairs that are not scored with them (10 folds)."
        )
    if versions:
        steps_of = "; ".join(f"{name} ({which})" for name, which in versions.items())
        notes.append(f"Some steps were run earlier, with other versions than now: {steps_of}.")
    if found.comparisons:
        notes.append(
            "The best model of each kind was found on the same items on which the others are "
            "compared with it, which favours it a little."
        )
    return tuple(note for note in notes if note)


def _on_training(settings: StudySettings, steps: Steps, was_split: bool) -> str:
    """State whether all models were trained on the same text."""
    texts = steps.texts
    vectors = of_role("vectors", settings.chosen)
    if texts.sample and of_role("language model", settings.chosen):
        return (
            f"Language models were trained on a sample of {texts.n_sample_words:,} words of the "
            f"training text ({texts.n_words:,} words), all of them the same, with one vocabulary"
            f"{'; vectors on the whole' if vectors else ''}."
        )
    if was_split and vectors and len(vectors) < len(settings.chosen):
        return (
            "Vectors and language models were trained on the same tokens with the same vocabulary."
        )
    return ""


def _as_they_stood(settings: StudySettings, outcomes: Mapping[str, Outcome]) -> str:
    """Say to which models of a workspace the options did not come."""
    stood = [
        name
        for name, outcome in outcomes.items()
        if outcome.record is not None
        and not outcome.record.key
        and name in MODELS
        and (
            settings.given_for(name)
            if MODELS[name].role == "vectors"
            else settings.options.get(name)
        )
    ]
    if not stood:
        return ""
    return (
        "The workspace had these models, which were used unchanged; the options do not apply to "
        "them: "
        f"{', '.join(stood)}."
    )


def _on_words(settings: StudySettings, steps: Steps) -> list[str]:
    """State which words that were asked for are not known, and of what looks like a mark."""
    notes = []
    vectors = vocabulary_of(steps.vectors)
    if vectors is not None and (unknown := [w for w in settings.words if w not in vectors]):
        notes.append(
            f"Not in the vocabulary, and so without neighbours: {', '.join(unknown)}; the "
            "vocabulary holds words as tokenised, by default in lower case."
        )
    known = vocabulary_of(steps.lm)
    if known is not None and _MARK in known:
        share = int(known.counts[known.id(_MARK)]) / max(1, int(known.counts.sum()))
        if share > _MUCH:
            notes.append(
                f"{share:.1%} of the words are “{_MARK}”. If the text has <{_MARK}> in place of "
                "rare words, read it with --tokenizer whitespace, which leaves that whole; now it "
                "is a word like any other."
            )
    return notes


def _on_models(settings: StudySettings, steps: Steps) -> list[str]:
    """State what a reader of the numbers of some models has to know."""
    chosen = settings.chosen
    notes = [
        MODELS[name].note(settings.section(name), _bundle(steps, name))
        for name in dict.fromkeys(n for each in chosen for n in (*MODELS[each].inherits, each))
    ]
    if times := [MODELS[name].time_note for name in chosen if MODELS[name].time_note]:
        notes.append(f"Times are those of a model's own command: {'; '.join(times)}.")
    if any(MODELS[name].family == "neural" for name in chosen):
        notes.append(
            f"Neural models were trained once, with seed {settings.seed}: another seed moves their "
            "scores by an amount that the intervals do not include (wvt compare --seed)."
        )
    return notes


def _bundle(steps: Steps, name: str) -> Bundle | None:
    path = steps.path(name)
    return open_bundle(path) if is_bundle(path) else None


def _on_split(split: CorpusSplit) -> list[str]:
    """State what was kept whole, and what that does to intervals."""
    notes = []
    if split.n_duplicates:
        notes.append(
            f"{split.n_duplicates:,} of {split.n_units:,} {split.unit}s are duplicates of others; "
            "they are on the same side as those."
        )
    test = split.part("test")
    if test is not None and test.n_words and test.n_documents < _FEW:
        notes.append(
            "Intervals of perplexities are over long runs of sentences where the test text has few "
            "documents; in short texts they can be too narrow."
        )
    return notes


def _not_measured(outcomes: Mapping[str, Outcome]) -> str:
    """State what helps where tests of words have failed for lack of words; the steps say why."""
    failed = (outcome for outcome in outcomes.values() if outcome.status == "failed")
    if not any(o.step.section in _TESTS and "vocabulary" in o.reason for o in failed):
        return ""
    return (
        "Tests of words have to be in the language of the text: --similarity FILE takes rated "
        "pairs of words, --analogy FILE questions of four words, and wvt fetch lists public ones."
    )


def _unknown(perplexities: Sequence[PerplexityResult]) -> str:
    """Warn of perplexities that are low because many words are out of vocabulary."""
    shares = [each.n_oov / each.n_tokens for each in perplexities if each.n_tokens]
    if not shares or max(shares) < _MANY:
        return ""
    return (
        f"{max(shares):.0%} of the tokens of the test text are outside the vocabulary and count as "
        "one and the same word, which lowers perplexities with OOV. A smaller --min-count keeps "
        "more words."
    )


def _leaks(found: SharedSentences) -> str:
    """State how much of the test text is in the training text."""
    if not found.n_sentences:
        return ""
    undecided = ""
    if found.n_undecided:
        undecided = (
            f"; {found.n_undecided:,} more equal one there except for words outside the vocabulary"
        )
    return (
        f"Of the {found.n_sentences:,} sentences of {found.text} that have at least "
        f"{found.min_length} tokens, {found.n_shared:,} occur verbatim in the training text, too "
        f"({found.share:.2%} of the tokens){undecided}."
    )
