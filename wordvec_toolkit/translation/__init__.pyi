from .model import Decoded as Decoded
from .model import Translation as Translation
from .model import TranslationModel as TranslationModel
from .model import translate as translate
from .settings import DecodingSettings as DecodingSettings
from .word_table import WordTable as WordTable
from .word_table import train_word_table as train_word_table
