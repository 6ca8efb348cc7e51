from .comparing import compare as compare
from .settings import StudySettings as StudySettings
