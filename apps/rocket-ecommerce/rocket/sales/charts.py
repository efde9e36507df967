"""The geometry of the charts. Texts are HTML, so that they stay readable on small screens."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000, 240
"""The size of a chart in its own units. Pages stretch it to the width that they have."""

_GAP_RATIO = 0.25
"""The share of a bar's slot that stays empty."""


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    below: bool
    """Whether the value is negative, so that the bar is below the baseline."""


@dataclass(frozen=True, slots=True)
class ColumnChart:
    bars: Sequence[Bar]
    baseline: float


def column_chart(values: Sequence[int]) -> ColumnChart:
    """One vertical bar per value. The scale is such that the range of values fills the height."""
    top, bottom = max(0, *values), min(0, *values)
    scale = HEIGHT / ((top - bottom) or 1)
    baseline = HEIGHT + bottom * scale
    slot = WIDTH / len(values)
    return ColumnChart(
        bars=[
            Bar(
                x=round(index * slot + slot * _GAP_RATIO / 2, 2),
                y=round(baseline - max(value, 0) * scale, 2),
                width=round(slot * (1 - _GAP_RATIO), 2),
                height=round(abs(value) * scale, 2),
                below=value < 0,
            )
            for index, value in enumerate(values)
        ],
        baseline=round(baseline, 2),
    )


def bar_lengths(values: Sequence[int]) -> list[float]:
    """The lengths of horizontal bars, from 0 to `WIDTH`. The largest value has length `WIDTH`."""
    largest = max(values, default=0) or 1
    return [round(WIDTH * value / largest, 2) for value in values]
