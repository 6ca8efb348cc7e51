from .comparing import run_study as run_study
from .settings import StudySettings as StudySettings
