"""Which time zone a wire means: by its agency, its language, or a place that it names (``London time``)."""

import re
from zoneinfo import ZoneInfo

_AGENCIES = {
    "America/New_York": "ap upi",
    "America/Toronto": "cp",
    "Asia/Karachi": "app",
    "Asia/Kolkata": "pti ani ians uni",
    "Asia/Seoul": "yonhap",
    "Asia/Shanghai": "xinhua",
    "Asia/Tokyo": "kyodo jiji",
    "Australia/Sydney": "aap",
    "Europe/Amsterdam": "anp",
    "Europe/Berlin": "dpa dpa-afx epd kna",
    "Europe/Brussels": "belga",
    "Europe/Dublin": "rte",
    "Europe/Lisbon": "lusa",
    "Europe/London": "pa",
    "Europe/Madrid": "efe",
    "Europe/Moscow": "tass itar-tass ria",
    "Europe/Oslo": "ntb",
    "Europe/Paris": "afp",
    "Europe/Rome": "ansa agi adnkronos",
    "Europe/Stockholm": "tt",
    "Europe/Vienna": "apa",
    "Europe/Zurich": "sda ats keystone-sda",
}
"""The agencies that work in one zone; Reuters gives GMT, and always says so."""
_ZONES = {agency: name for name, agencies in _AGENCIES.items() for agency in agencies.split()}
_SHORT_NAMES = {
    "associated press": "ap",
    "press association": "pa",
    "pa media": "pa",
    "agence france-presse": "afp",
    "canadian press": "cp",
    "deutsche presse-agentur": "dpa",
    "press trust of india": "pti",
    "australian associated press": "aap",
}
_LANGUAGES = {
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "it": "Europe/Rome",
    "ja": "Asia/Tokyo",
    "nl": "Europe/Amsterdam",
}
"""Languages whose agencies share a zone. English, Spanish and Portuguese are written all over the world."""
_PLACES = {
    "America/Chicago": "central",
    "America/Denver": "mountain",
    "America/Los_Angeles": "pacific",
    "America/New_York": "eastern|new york|washington",
    "Asia/Kolkata": "delhi|india|indian",
    "Asia/Shanghai": "beijing",
    "Asia/Tokyo": "tokyo|japan",
    "Australia/Sydney": "sydney",
    "Europe/Berlin": "berlin",
    "Europe/Brussels": "brussels",
    "Europe/London": "london|uk|british",
    "Europe/Madrid": "madrid",
    "Europe/Moscow": "moscow",
    "Europe/Paris": "paris|central european",
    "Europe/Rome": "rome|roma",
    "Europe/Zurich": "geneva",
}
_PLACE_ZONES = {place: name for name, places in _PLACES.items() for place in places.split("|")}
PLACE_NAMES = "|".join(sorted(_PLACE_ZONES, key=len, reverse=True))
"""An expression for the places that ``place_zone`` knows, in lower case."""
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def home_zone(provider: str | None, language: str | None) -> ZoneInfo | None:
    """The zone in which an agency gives times that name none; else that of the language (BCP 47), if it has one."""
    name = (provider or "").lower().removeprefix("the ").split(".")[0]
    name = next((short for long, short in _SHORT_NAMES.items() if name.startswith(long)), name)
    first = _WORD.match(name)
    home = _ZONES.get(name) or (_ZONES.get(first[0]) if first else None) or _LANGUAGES.get((language or "")[:2].lower())
    return ZoneInfo(home) if home else None


def place_zone(name: str) -> ZoneInfo | None:
    """The zone of a place that times are given in."""
    zone = _PLACE_ZONES.get(name.lower())
    return ZoneInfo(zone) if zone else None
