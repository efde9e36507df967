"""The catalogue of the demo data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from rocket.catalog.models import Category, Image, Price, Product, Tag, Variant


@dataclass(frozen=True, slots=True)
class DemoCategory:
    slug: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product. Its slug is also the name of its drawing."""

    slug: str
    name: str
    category: str
    tags: Sequence[str]
    summary: str
    description: str
    alt: str
    variants: Sequence[tuple[str, str, int, int]]
    """SKU, name, price in euro cents, stock."""


CATEGORIES = (
    DemoCategory(
        "kits",
        "Kits",
        "Rockets and gliders to build yourself, from a first evening to a long weekend.",
    ),
    DemoCategory("ground", "Ground crew", "All that stays on the grass and makes a launch safe."),
    DemoCategory("sky", "Sky watching", "For the nights on which nothing is launched."),
    DemoCategory(
        "base", "Back at base", "Paper, cloth and enamel for the workshop and the kitchen."
    ),
)

TAGS = {
    "beginner": "Beginner",
    "reusable": "Reusable",
    "wood": "Wood",
    "paper": "Paper",
    "gift": "Gift",
    "small-batch": "Small batch",
}

PRODUCTS = (
    DemoProduct(
        "sparrow",
        "Sparrow",
        "kits",
        ("beginner", "reusable", "gift"),
        "A first rocket: three fins, one evening, sixty metres.",
        "Sparrow is the kit that we hand to people who have never glued a fin. Every part is"
        " numbered, the slots fit only one way, and the body tube is already cut.\n\n"
        "It comes down under a small streamer and is ready again as soon as you have found it in"
        " the grass.",
        "A short rocket with a red nose and red fins before a yellow sun",
        (
            ("SPARROW-RED", "Red", 1950, 34),
            ("SPARROW-BLUE", "Blue", 1950, 12),
            ("SPARROW-RAW", "Unpainted", 1650, 58),
        ),
    ),
    DemoProduct(
        "meridian",
        "Meridian",
        "kits",
        ("reusable", "small-batch"),
        "Two stages, eighty centimetres, and a long way to walk.",
        "The lower stage lets go at a hundred metres and tumbles home by itself; the upper one"
        " goes on. Meridian wants a calm day, a wide field and somebody to watch each half.\n\n"
        "The version with a payload bay has room for an egg, an altimeter, or a very small flag.",
        "A tall two-stage rocket crossing a striped sky",
        (("MERIDIAN-STD", "Standard", 4900, 9), ("MERIDIAN-BAY", "With payload bay", 5900, 0)),
    ),
    DemoProduct(
        "pelican",
        "Pelican",
        "kits",
        ("wood", "reusable", "small-batch"),
        "Goes up as a rocket, comes back as a glider.",
        "Balsa wings fold along the body on the way up and open at the top. Then Pelican turns"
        " wide, slow circles until it lands, usually closer to you than anything else here.\n\n"
        "Cut in batches of forty, when the wood is good.",
        "A glider with wide wooden wings above a curved horizon",
        (("PELICAN-45", "45 cm span", 3600, 3), ("PELICAN-60", "60 cm span", 4400, 2)),
    ),
    DemoProduct(
        "parasol",
        "Parasol parachute",
        "ground",
        ("reusable",),
        "Ripstop nylon with eight lines, packed flat.",
        "Eight panels, eight lines, a swivel so that they stay apart. The colours are there to be"
        " seen against a sky, and then against a hedge.\n\n"
        "Thirty centimetres for Sparrow, forty-five for Pelican's tow hook, sixty for Meridian.",
        "An open parachute in red and cream panels",
        (
            ("PARASOL-30", "30 cm", 690, 120),
            ("PARASOL-45", "45 cm", 890, 76),
            ("PARASOL-60", "60 cm", 1190, 41),
        ),
    ),
    DemoProduct(
        "tripod",
        "Tripod launch pad",
        "ground",
        ("reusable", "beginner"),
        "Three legs, one rail, a plate that takes the heat.",
        "The legs spread over half a metre of uneven ground and the head tilts up to thirty"
        " degrees into the wind. The steel plate turns the flame aside.\n\n"
        "Folds to the length of an umbrella.",
        "A launch pad on three legs with its rail pointing up",
        (("TRIPOD-1", "One rail", 2900, 22),),
    ),
    DemoProduct(
        "countdown",
        "Countdown controller",
        "ground",
        ("reusable", "gift"),
        "A key, a lamp and a button that wants to be pressed.",
        "Nothing happens without the key. With it, the lamp says that the circuit is closed, and"
        " the red button does what red buttons do, ten metres of cable away.\n\n"
        "Runs a season on four ordinary batteries, which are not in the box.",
        "A small control box with a key, a lamp and a large red button",
        (("COUNTDOWN-10", "10 m cable", 3400, 17), ("COUNTDOWN-20", "20 m cable", 3900, 5)),
    ),
    DemoProduct(
        "altitude-finder",
        "Altitude finder",
        "ground",
        ("wood", "beginner"),
        "Point it at the top and read how high that was.",
        "A quadrant of beech with a brass bob. Stand a hundred metres away, follow the rocket,"
        " let go of the trigger at the top: the scale is already in metres.",
        "A wooden quadrant with a brass weight on a thread",
        (("ALTITUDE-1", "Beech", 2400, 26),),
    ),
    DemoProduct(
        "star-wheel",
        "Star wheel",
        "sky",
        ("paper", "gift"),
        "Turn it to the date and the hour; look up; compare.",
        "Two discs of heavy card show which stars stand above the horizon at any minute of the"
        " year. The print is a deep blue that a red torch does not disturb.",
        "A round star chart with a turning cover",
        (("STARWHEEL-N", "Northern sky", 1450, 64), ("STARWHEEL-S", "Southern sky", 1450, 19)),
    ),
    DemoProduct(
        "moon-print",
        "Moon print",
        "sky",
        ("paper", "small-batch", "gift"),
        "The near side in four colours, pulled by hand.",
        "Each colour is its own pass through the press, so no two line up in quite the same way."
        " The larger seas are named in the margin.\n\nOn 250 g cotton paper, rolled in a tube.",
        "A poster with the moon above a row of hills",
        (("MOON-A3", "A3", 2800, 31), ("MOON-A2", "A2", 4200, 4)),
    ),
    DemoProduct(
        "orbit-mug",
        "Orbit mug",
        "base",
        ("gift",),
        "Enamel, with one ring around it.",
        "Holds three decilitres and does not mind a camp stove. The ring is painted by hand and"
        " meets itself, more or less, behind the handle.",
        "An enamel mug with an orbit painted around it",
        (("MUG-CREAM", "Cream", 1600, 48), ("MUG-NAVY", "Navy", 1600, 0)),
    ),
    DemoProduct(
        "launch-log",
        "Launch log",
        "base",
        ("paper", "beginner"),
        "Ninety-six flights, one to a page.",
        "Date, wind, motor, height, where it landed and what broke. Sewn, so that it lies flat on"
        " a tailgate, with a pocket for the pieces that were too small to glue.",
        "A notebook with a rocket's path on its cover",
        (("LOG-RULED", "Ruled", 1200, 90), ("LOG-DOT", "Dotted", 1200, 73)),
    ),
    DemoProduct(
        "mission-patch",
        "Mission patch",
        "base",
        ("gift", "small-batch"),
        "Nine centimetres of thread for a jacket that has earned it.",
        "Embroidered in five colours with a merrowed edge. Iron it on, then sew it, then tell"
        " people that it was nothing.",
        "A round embroidered patch with a rocket and three stars",
        (("PATCH-1", "Single", 750, 140), ("PATCH-3", "Set of three", 1900, 38)),
    ),
)


@transaction.atomic
def load() -> int:
    """Fills the catalogue if it is empty. Returns the number of products created."""
    if Product.objects.exists():
        return 0
    now = timezone.now()
    categories = {
        category.slug: Category.objects.create(
            slug=category.slug, name=category.name, summary=category.summary, position=position
        )
        for position, category in enumerate(CATEGORIES)
    }
    tags = {slug: Tag.objects.create(slug=slug, name=name) for slug, name in TAGS.items()}
    for age, item in enumerate(PRODUCTS, start=1):
        _create_product(
            item,
            categories[item.category],
            [tags[slug] for slug in item.tags],
            now - timedelta(days=age),
        )
    return len(PRODUCTS)


def _create_product(
    item: DemoProduct, category: Category, tags: Sequence[Tag], published_at: datetime
) -> None:
    product = Product.objects.create(
        category=category,
        name=item.name,
        slug=item.slug,
        summary=item.summary,
        description=item.description,
        published_at=published_at,
    )
    product.tags.set(tags)
    Image.objects.create(product=product, drawing=item.slug, alt=item.alt)
    for position, (sku, name, cents, stock) in enumerate(item.variants):
        variant = Variant.objects.create(
            product=product, sku=sku, name=name, stock=stock, position=position
        )
        Price.objects.bulk_create(
            Price(variant=variant, currency=currency, amount=amount)
            for currency, amount in _price_list(cents)
        )


def _price_list(cents: int) -> Sequence[tuple[str, int]]:
    """Pairs of currency and amount. Prices in yen are rounded down to whole hundreds."""
    return (
        ("EUR", cents),
        ("USD", cents + cents // 10),
        ("GBP", cents - cents // 10),
        ("JPY", cents * 16 // 1000 * 100),
    )
