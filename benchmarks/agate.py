"""Lists that come every day with other figures in the same words: weather, scores, market tables. None copies another.

Each function makes two of one kind, a day or a league apart, as the wire would send them.
"""

import random
from collections.abc import Callable

_CITIES = (
    "Amsterdam Athens Beijing Berlin Boston Brussels Cairo Chicago Dublin Geneva Havana Helsinki Jakarta Lima Lisbon "
    "London Madrid Manila Miami Moscow Nairobi Oslo Paris Prague Quito Rome Seoul Sofia Sydney Tokyo Vienna Warsaw"
).split()
_TEAMS = (
    "Arrows Badgers Comets Dragons Eagles Falcons Giants Hawks Jets Knights Lions Mariners Oilers Pirates Rovers Royals"
).split()
_SKIES = "clear cloudy fair fog partly-cloudy rain showers snow sunny thunderstorms windy".split()
_PAPERS = (
    "Anglo-Dutch,Barlow,Cadmus,Delta Steel,Eastern Gas,First Harbour,Grant,Holt,Inverness,Jarvis,Kemp,Lomond".split(",")
)


def weather(draw: random.Random) -> tuple[str, str]:
    """Conditions abroad."""

    def day() -> str:
        rows = (f"{city} {draw.randint(-5, 38)} {draw.randint(-9, 25)} {draw.choice(_SKIES)}" for city in _CITIES)
        head = "Temperatures and conditions in selected cities around the world at noon, local time, degrees Celsius:"
        return "\n".join([head, "City High Low Conditions", *rows])

    return day(), day()


def forecast(draw: random.Random) -> tuple[str, str]:
    """A forecast in sentences, of set phrases."""

    def day() -> str:
        lines = []
        for part in ("Tonight", "Tomorrow", "Tomorrow night", "The day after", "Extended forecast"):
            sky, low = draw.choice(_SKIES).replace("-", " "), draw.randint(-5, 25)
            wind, chance = draw.choice(("northerly", "southerly", "westerly", "easterly")), draw.randrange(0, 100, 10)
            lines.append(
                f"{part}, mostly {sky}, with lows around {low} and highs near {low + draw.randint(3, 12)}. Winds "
                f"{wind} at {draw.randint(5, 40)} kilometres an hour. Chance of rain {chance} per cent."
            )
        return "\n\n".join(["The forecast for the metropolitan area issued by the weather service:", *lines])

    return day(), day()


def scores(draw: random.Random) -> tuple[str, str]:
    """Standings of a league."""

    def day() -> str:
        rows = []
        for team in draw.sample(_TEAMS, len(_TEAMS)):
            won, lost = draw.randint(5, 60), draw.randint(5, 60)
            rows.append(f"{team} {won} {lost} .{round(1000 * won / (won + lost)):03d} {draw.randint(0, 30)}")
        results = [
            f"{a} {draw.randint(0, 9)}, {b} {draw.randint(0, 9)}"
            for a, b in zip(_TEAMS[:12], _TEAMS[3:15], strict=True)
        ]
        return "\n".join(["Standings through yesterday's games", "W L Pct GB", *rows, "Yesterday's results", *results])

    return day(), day()


def market(draw: random.Random) -> tuple[str, str]:
    """Closing prices with the paragraph that always stands above them."""

    def price(low: int, high: int) -> str:
        return f"{draw.randint(low, high)}.{draw.randint(0, 99):02d}"

    def day() -> str:
        rows = (f"{name} {price(80, 900)} {draw.choice('+-')}{price(0, 9)}" for name in _PAPERS)
        way = draw.choice(("higher", "lower", "little changed"))
        rising, falling = draw.randint(200, 900), draw.randint(200, 900)
        text = (
            f"Share prices closed {way} in moderate trading. The index of thirty leading shares ended at "
            f"{price(1500, 2600)}, a change of {price(0, 30)} points, on volume of {draw.randint(200, 600)} million "
            f"shares. Declining issues and advancing issues were {falling} and {rising} respectively."
        )
        return "\n".join([text, "", "Closing prices of selected shares, with the change on the day:", *rows])

    return day(), day()


AGATE: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "weather tables": weather,
    "weather forecasts": forecast,
    "sports agate": scores,
    "market tables": market,
}
