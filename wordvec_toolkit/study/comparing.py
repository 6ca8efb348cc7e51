"""A study from beginning to end."""

import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from glob import has_magic
from pathlib import Path
from tempfile import TemporaryDirectory

from ..bundles.reading import open_bundle
from ..errors import SettingError, WordvecError, expect
from ..evaluation.datasets import read_analogy_set, read_similarity_set
from ..evaluation.minimal_pair_sets import read_minimal_pairs
from ..models.opening import workspace_path
from ..report.data import Report
from ..runtime.progress import ProgressLike, as_progress
from ..text.cutting import keeping_tokens
from ..text.files import STDIN, find_sources
from ..text.tokenizers import make_tokenizer, names_function
from ..workspace.folder import is_workspace
from .folder import SETTINGS, SUFFIX, Record, StudyFolder
from .gathering import gather
from .planning import Countdown, Plan, PlannedStep, make_plan
from .running import Outcome, Runner
from .settings import StudySettings, of_role, write_settings
from .steps import Step, Steps, Texts, split_step
from .words import corpus_of, sample_words, vocabulary_of

_WORKER = f"{__package__}.worker"
_BYTES_OF_A_WORD = 6.0
_SUFFIXES_OF_PACKED = (".gz", ".bz2", ".xz", ".zst")
_READ_AGAIN = "a study reads its text more than once; give a file (wvt split makes some), not {}"
_PACKED = 3.0  # times smaller that text is when packed


def run_study(
    settings: StudySettings,
    output: str | Path | None = None,
    *,
    command: str = "",
    only_plan: bool = False,
    on_plan: Callable[[Plan], None] | None = None,
    on_outcome: Callable[[Outcome], None] | None = None,
    progress: ProgressLike = None,
) -> Report | None:
    """Build every model on one text, measure them all, and report.

    The folder of the study keeps what each step has made.  A step whose command, inputs and version
    of the toolkit are the same is not run again, so that a killed study goes on where it was.

    Parameters
    ----------
    settings : StudySettings
    output : path, optional
        The folder; by default next to the corpus, with the suffix ``.study``.
    command : str
        What the user typed, for the report.
    only_plan : bool
        Stop once the plan is known; nothing is written.
    on_plan, on_outcome : callable, optional
        Called with the plan before anything else is run, and with how each step ended.

    Returns
    -------
    Report or None
        Also written, as ``report.json`` and ``report.html``.  None if only the plan was asked for.

    Raises
    ------
    SettingError
        If settings make no sense.
    WordvecError
        If the text cannot be split, or the folder cannot be written.
    """
    expect("settings", settings, StudySettings, "StudySettings, such as StudySettings(('lee',))")
    progress = as_progress(progress)
    folder = StudyFolder(study_path(settings.corpus, output))
    _check_names(
        str(folder.path),
        *settings.corpus,
        settings.valid,
        settings.test,
        *(test for tests in settings.tests().values() for test in tests),
        *settings.words,
    )
    workspace = _workspace(settings)
    _check_inputs(settings, workspace)  # before a folder is made for nothing
    runner = Runner(folder, _worker(), progress)
    study = _Study(settings, folder, runner, workspace, on_outcome)
    with nullcontext() if only_plan else folder.lock():
        study.know_texts(only_plan)
        if not only_plan:
            folder.write(SETTINGS, write_settings(settings))
        settings = study.settings
        words = study.words_of(settings.chosen)
        plan = make_plan(settings, folder, study.steps, runner, words)
        if on_plan is not None:
            on_plan(plan)
        if only_plan:
            return None
        study.countdown = Countdown(plan)
        with keeping_tokens():
            study.build(plan)
            study.measure(plan)
        report = gather(settings, folder, study.steps, runner.outcomes, command)
        write_report(folder, report)
    return report


def _worker() -> tuple[str, ...]:
    """Return the command of a worker that has the modules of this process, in any folder."""
    run = f"import sys; sys.path[:] = {sys.path!r}; from {_WORKER} import main; main()"
    return sys.executable, "-c", run


def write_report(folder: StudyFolder, report: Report) -> None:
    """Write the report as JSON and as a page."""
    from ..report.html import write_report_html

    folder.write("report.json", report.as_json())
    write_report_html(report, folder.path / "report.html", overwrite=True)


def study_path(corpus: Sequence[str], output: str | Path | None) -> Path:
    """Return the folder of the study of a corpus: next to it, unless `output` says where."""
    if output is not None:
        return Path(output)
    if STDIN in corpus:
        raise SettingError(_READ_AGAIN.format(STDIN))
    if len(corpus) != 1 or (has_magic(corpus[0]) and not Path(corpus[0]).exists()):
        raise SettingError("give the folder of the study (-o), for instance -o my.study")
    return workspace_path(list(corpus), None).with_suffix(SUFFIX)


def _check_names(*names: str) -> None:
    """Refuse names that no file of the study can hold."""
    for name in names:
        try:
            name.encode()
        except UnicodeEncodeError:
            raise SettingError(
                f"{name!r} is not UTF-8, and the settings and the report of a study have to name "
                "it; rename it"
            ) from None


def _workspace(settings: StudySettings) -> Path | None:
    """Return the workspace that was given for a corpus, if it is one."""
    if len(settings.corpus) == 1 and is_workspace(settings.corpus[0]):
        return Path(settings.corpus[0])
    return None


def _check_inputs(settings: StudySettings, workspace: Path | None) -> None:
    """Refuse texts, test sets and tokenizers that are not there, before anything is built."""
    texts = [*(() if workspace is not None else settings.corpus), settings.valid, settings.test]
    for text in filter(None, texts):
        if text == STDIN or any(source.is_stream for source in find_sources([text])):
            raise SettingError(_READ_AGAIN.format(text))
    if of_role("vectors", settings.chosen):
        for test in settings.similarity:
            read_similarity_set(test)
        for test in settings.analogy:
            read_analogy_set(test)
    if of_role("language model", settings.chosen):
        for test in settings.minimal_pairs:
            read_minimal_pairs(test)
    cut = str(settings.section("text").get("tokenizer", "words"))
    if not names_function(cut):
        make_tokenizer(cut)


class _Study:
    """A study at work."""

    def __init__(
        self,
        settings: StudySettings,
        folder: StudyFolder,
        runner: Runner,
        workspace: Path | None,
        on_outcome: Callable[[Outcome], None] | None,
    ) -> None:
        self.settings, self.folder, self.runner = settings, folder, runner
        self.workspace, self._on_outcome = workspace, on_outcome
        self.steps: Steps
        self.countdown: Countdown | None = None

    def _begin(self, step: Step) -> None:
        if self.countdown is not None:
            self.runner.standing = self.countdown.begin(step.name)

    def _tell(self, outcome: Outcome) -> None:
        if self.countdown is not None:
            self.countdown.end(outcome)
        if self._on_outcome is not None:
            self._on_outcome(outcome)

    def know_texts(self, only_plan: bool = False) -> None:
        """Split the text, unless its parts were given; then the steps are known."""
        if self.workspace is not None or not self._wants_split():
            texts = self._given_texts()
        elif only_plan:
            texts = self._split_elsewhere()
        else:
            texts = self._split(self.runner)
        self.settings = self.settings.for_text(texts.n_words)
        self.steps = Steps(self.settings, self.folder, texts, self.workspace)

    def _wants_split(self) -> bool:
        """Return whether parts of the text are needed: to be held out, or as a sample."""
        settings = self.settings
        if not (settings.valid and settings.test):
            return True
        most = settings.section("split").get("sample")
        n_words = sum(map(_n_words, settings.corpus))
        return bool(most and of_role("language model", settings.chosen) and n_words > int(most))

    def _split_elsewhere(self) -> Texts:
        """Return the parts of the text that the study has, or split it in a temporary folder."""
        step = split_step(self.settings, self.folder)
        if self.runner.finished(step) is not None:
            return self._split(self.runner)
        with TemporaryDirectory(prefix="wvt-") as temporary:
            elsewhere = StudyFolder(Path(temporary) / "plan.study")
            with elsewhere.lock():
                runner = Runner(elsewhere, self.runner.worker, self.runner.progress)
                texts = self._split(runner)
            self.runner.outcomes |= runner.outcomes
        return texts

    def _given_texts(self) -> Texts:
        """Return texts that need no splitting; that step counts as done."""
        settings = self.settings
        if self.workspace is not None:
            n_words = int(open_bundle(self.workspace / "corpus").facts.get("n_tokens", 0))
        else:
            n_words = sum(map(_n_words, settings.corpus))
        step = Step("split", "split")
        self.runner.outcomes[step.name] = Outcome(step, "done", record=Record("", "done"))
        return Texts(
            settings.corpus,
            settings.valid,
            settings.test,
            n_words=n_words,
            n_test_words=_n_words(settings.test),
        )

    def _split(self, runner: Runner) -> Texts:
        step = split_step(self.settings, runner.folder)
        outcome = runner.run(step, 5.0)
        if outcome.status != "done":
            raise WordvecError(
                f"{outcome.reason} (a study takes these settings from the tables [split] and "
                "[text] of a --settings file, and text of your own to predict as valid and test "
                "(--valid, --test))"
            )
        self._tell(outcome)
        parts = {part["name"]: part for part in runner.folder.result("split")["parts"]}
        # Their place is not taken from the result: the study may have moved since.
        sample = parts.get("sample")
        train, valid, test = (str(self.folder.part(name)) for name in ("train", "valid", "test"))
        facts = runner.folder.result("split")["facts"]
        return Texts(
            (train,),
            valid if parts["valid"]["n_words"] else self.settings.valid,
            test if parts["test"]["n_words"] else self.settings.test,
            str(self.folder.part("sample")) if sample else "",
            parts["train"]["n_words"],
            sample["n_words"] if sample else 0,
            parts["test"]["n_words"] or _n_words(self.settings.test),
            parts=(train, valid, test, str(self.folder.part("sample"))),
            are_lines=any("format" in source for source in facts["sources"]),
        )

    def build(self, plan: Plan) -> None:
        for planned in plan.builds:
            self._run(planned)

    def _run(self, planned: PlannedStep) -> None:
        step = planned.step
        self._begin(step)
        if step.name in self.runner.outcomes:  # it was there
            outcome = self.runner.outcomes[step.name]
        elif planned.status != "to do":
            outcome = self.runner.pass_over(step, planned.status, planned.reason)
        else:
            outcome = self.runner.run(step, planned.estimate.seconds)
        self._tell(outcome)

    def measure(self, plan: Plan) -> None:
        """Measure the models that were built."""
        outcomes = self.runner.outcomes
        done = [name for name in self.settings.chosen if outcomes[name].status == "done"]
        words = self.words_of(done)
        planned = {each.step.name: each for each in plan.measurements}
        for step in self.steps.measurements(done, words):
            expected = planned.get(step.name)
            self._begin(step)
            if expected is not None and expected.status == "refused":
                outcome = self.runner.pass_over(step, "refused", expected.reason)
            else:
                seconds = expected.estimate.seconds if expected is not None else 5.0
                outcome = self.runner.run(step, seconds)
            self._tell(outcome)

    def words_of(self, done: list[str]) -> tuple[str, ...]:
        """Return the words whose neighbours are shown: those asked for, if they are known."""
        if not of_role("vectors", done):
            return ()
        if self.settings.words:
            vocabulary = vocabulary_of(self.steps.vectors)
            return tuple(word for word in self.settings.words if vocabulary and word in vocabulary)
        corpus = corpus_of(self.steps.vectors)
        return () if corpus is None else sample_words(corpus)


def _n_words(path: str) -> int:
    """Return about how many words a file holds."""
    if not path:
        return 0
    paths = [source.path for source in find_sources([path]) if source.path is not None]
    sizes = [
        each.stat().st_size * (_PACKED if each.suffix in _SUFFIXES_OF_PACKED else 1)
        for each in paths
    ]
    return int(sum(sizes) / _BYTES_OF_A_WORD)
