"""Demo sales of a fictional maker of desk accessories, up to today."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from workbench.sales.models import Channel, Product, Sale

DAYS = 760


class Article(NamedTuple):
    name: str
    category: str
    price: int
    """Euro cents per unit."""
    weight: int
    """Relative frequency of purchases."""


ARTICLES = (
    Article("Tern desk lamp", "Lighting", 12900, 8),
    Article("Lantern No. 4", "Lighting", 8900, 6),
    Article("Fathom notebook", "Paper", 1850, 30),
    Article("Dot ledger", "Paper", 2400, 18),
    Article("Tide planner", "Paper", 3200, 12),
    Article("Harbour tray", "Desk", 4600, 10),
    Article("Slate blotter", "Desk", 7400, 5),
    Article("Gull paperweight", "Desk", 2900, 9),
    Article("Brass dividers", "Instruments", 5400, 6),
    Article("Parallel rule", "Instruments", 3900, 7),
)
CHANNEL_WEIGHTS = {Channel.ONLINE: 6, Channel.STUDIO: 3, Channel.PARTNER: 2}
# Monday to Sunday: the studio is busy on Saturdays and closed on Sundays.
WEEKDAY_FACTORS = (0.9, 0.85, 0.95, 1.0, 1.2, 1.5, 0.6)


def load(today: date) -> None:
    """Creates two years of sales; the same date always produces the same sales."""
    products = Product.objects.bulk_create(
        Product(name=article.name, category=article.category) for article in ARTICLES
    )
    Sale.objects.bulk_create(_sales(products, today), batch_size=2000)


def _sales(products: list[Product], today: date) -> Iterator[Sale]:
    random = Random(4711)  # noqa: S311  # fixed seed: reproducible, not secret
    weights = [article.weight for article in ARTICLES]
    for age in range(DAYS - 1, -1, -1):
        day = today - timedelta(days=age)
        for _ in range(round(_expected_sales(day, age) * random.uniform(0.6, 1.4))):
            index = random.choices(range(len(ARTICLES)), weights)[0]
            units = random.choices((1, 2, 3, 6), (70, 18, 8, 4))[0]
            yield Sale(
                product=products[index],
                channel=_channel(random, day),
                sold_on=day,
                units=units,
                amount=units * ARTICLES[index].price,
            )


def _expected_sales(day: date, age: int) -> float:
    """Expected sales of a day: growing over time, with a summer dip and a busy December."""
    growth = 6.0 + 3.0 * (1 - age / DAYS)
    season = 1 + 0.28 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 350) / 365)
    return growth * season * WEEKDAY_FACTORS[day.weekday()]


def _channel(random: Random, day: date) -> Channel:
    channels = [
        channel
        for channel in CHANNEL_WEIGHTS
        if channel is not Channel.STUDIO or day.weekday() != 6
    ]
    return random.choices(channels, [CHANNEL_WEIGHTS[channel] for channel in channels])[0]
