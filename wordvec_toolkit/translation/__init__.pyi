from .model import Decoded as Decoded
from .model import Translation as Translation
from .model import TranslationModel as TranslationModel
from .model import translate as translate
from .settings import DecodingSettings as DecodingSettings
