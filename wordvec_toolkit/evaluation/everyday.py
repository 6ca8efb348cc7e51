"""A small categorisation set of our own: ten everyday English words of each of ten kinds.

Chosen by hand among common words with one usual sense; enough to try the commands on a new
machine, too few for a claim about a model.
"""

NAME = "everyday"
EVERYDAY: dict[str, str] = {
    "animals": "dog cat horse cow sheep goat pig rabbit lion elephant",
    "body": "hand foot arm leg head nose ear mouth knee finger",
    "clothes": "shirt coat hat dress shoes trousers skirt jacket gloves boots",
    "colours": "red blue green yellow black white brown grey pink purple",
    "family": "mother father brother sister uncle aunt son daughter cousin grandfather",
    "food": "bread cheese butter rice meat soup cake sugar fruit potatoes",
    "instruments": "piano violin guitar flute trumpet cello drum harp clarinet saxophone",
    "people at work": "doctor teacher lawyer nurse farmer soldier baker painter engineer carpenter",
    "vehicles": "car bus train ship truck bicycle boat airplane tram motorcycle",
    "weather": "rain snow wind storm fog clouds thunder frost drought hail",
}
