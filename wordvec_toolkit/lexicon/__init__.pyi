from .information import read_information as read_information
from .making import make_thesaurus as make_thesaurus
from .measures import MEASURES as MEASURES
from .measures import SensePair as SensePair
from .measures import ThesaurusMeasure as ThesaurusMeasure
from .thesaurus import Thesaurus as Thesaurus
from .wndb import read_layer as read_layer
from .wndb import read_wndb as read_wndb
