from .comparing import run_study as run_study
from .ladder import compare_seq2seq as compare_seq2seq
from .settings import StudySettings as StudySettings
