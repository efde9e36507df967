"""Where the bars of a chart stand. Text is the page's: it stays readable on a small screen."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 240
"""Of a drawing, in its own units; pages stretch it."""

_GAP = 0.25
"""Part of a bar's place that stays empty."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    below: bool
    """Whether it hangs below the line, for an amount under zero."""


@dataclass(frozen=True, slots=True)
class Columns:
    bars: Sequence[Bar]
    baseline: float


def columns(values: Sequence[int]) -> Columns:
    """One bar a value, side by side; the tallest reaches the edge."""
    top, bottom = max(0, *values), min(0, *values)
    scale = HEIGHT / ((top - bottom) or 1)
    baseline = HEIGHT + bottom * scale
    place = WIDTH / len(values)
    return Columns(
        bars=[
            Bar(
                x=round(number * place + place * _GAP / 2, 2),
                y=round(baseline - max(value, 0) * scale, 2),
                width=round(place * (1 - _GAP), 2),
                height=round(abs(value) * scale, 2),
                below=value < 0,
            )
            for number, value in enumerate(values)
        ],
        baseline=round(baseline, 2),
    )


def shares(values: Sequence[int]) -> list[float]:
    """How long each of several bars lies, from 0 to `WIDTH`, the longest over all of it."""
    longest = max(values, default=0) or 1
    return [round(WIDTH * value / longest, 2) for value in values]
