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
    DemoCategory("ground", "Ground crew", "Equipment that makes a launch safe."),
    DemoCategory("sky", "Sky watching", "Charts and prints of the night sky."),
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
        "A first rocket with three fins, built in one evening. It climbs to sixty metres.",
        "Sparrow is a kit for beginners. Every part is numbered, the slots fit only one way, and"
        " the body tube is already cut.\n\n"
        "It comes down under a small streamer and can fly again at once.",
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
        "A rocket with two stages, eighty centimetres long.",
        "The lower stage separates at a hundred metres and falls back by itself; the upper stage"
        " climbs on. Meridian needs a calm day and a wide field.\n\n"
        "The version with a payload bay has room for an egg, an altimeter, or a very small flag.",
        "A tall two-stage rocket crossing a striped sky",
        (("MERIDIAN-STD", "Standard", 4900, 9), ("MERIDIAN-BAY", "With payload bay", 5900, 0)),
    ),
    DemoProduct(
        "pelican",
        "Pelican",
        "kits",
        ("wood", "reusable", "small-batch"),
        "A glider that is launched as a rocket.",
        "Balsa wings fold along the body on the way up and open at the top. Then Pelican turns"
        " wide, slow circles until it lands close to the launch pad.\n\n"
        "The wings are cut in batches of forty.",
        "A glider with wide wooden wings above a curved horizon",
        (("PELICAN-45", "45 cm span", 3600, 3), ("PELICAN-60", "60 cm span", 4400, 2)),
    ),
    DemoProduct(
        "parasol",
        "Parasol parachute",
        "ground",
        ("reusable",),
        "A parachute of ripstop nylon with eight lines, packed flat.",
        "A parachute with eight panels, eight lines, and a swivel that keeps the lines apart. Its"
        " colours are easy to see in the sky and in the grass.\n\n"
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
        "A launch pad with three legs, a rail and a steel plate.",
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
        "A launch controller with a safety key, a lamp and a button.",
        "The controller works only with its key. The lamp shows that the circuit is closed, and"
        " the red button ignites the motor from a safe distance.\n\n"
        "It needs four AA batteries, which are not included.",
        "A small control box with a key, a lamp and a large red button",
        (("COUNTDOWN-10", "10 m cable", 3400, 17), ("COUNTDOWN-20", "20 m cable", 3900, 5)),
    ),
    DemoProduct(
        "altitude-finder",
        "Altitude finder",
        "ground",
        ("wood", "beginner"),
        "An instrument that measures the height of a flight.",
        "A quadrant of beech with a brass weight. Stand a hundred metres away, follow the rocket,"
        " and release the trigger at the highest point. The scale is in metres.",
        "A wooden quadrant with a brass weight on a thread",
        (("ALTITUDE-1", "Beech", 2400, 26),),
    ),
    DemoProduct(
        "star-wheel",
        "Star wheel",
        "sky",
        ("paper", "gift"),
        "A star chart that you turn to the date and the hour.",
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
        "The near side of the moon in four colours, printed by hand.",
        "Each colour is printed separately, so every print is slightly different. The larger seas"
        " are named in the margin.\n\nPrinted on 250 g cotton paper and rolled in a tube.",
        "A poster with the moon above a row of hills",
        (("MOON-A3", "A3", 2800, 31), ("MOON-A2", "A2", 4200, 4)),
    ),
    DemoProduct(
        "orbit-mug",
        "Orbit mug",
        "base",
        ("gift",),
        "An enamel mug with a painted ring.",
        "The mug holds three decilitres and can be heated on a camp stove. The ring is painted by"
        " hand.",
        "An enamel mug with an orbit painted around it",
        (("MUG-CREAM", "Cream", 1600, 48), ("MUG-NAVY", "Navy", 1600, 0)),
    ),
    DemoProduct(
        "launch-log",
        "Launch log",
        "base",
        ("paper", "beginner"),
        "A notebook for ninety-six flights, with one page for each.",
        "Each page has fields for the date, wind, motor, height, landing place and damage. The"
        " binding is sewn, so that the book lies flat, and has a pocket for small parts.",
        "A notebook with a rocket's path on its cover",
        (("LOG-RULED", "Ruled", 1200, 90), ("LOG-DOT", "Dotted", 1200, 73)),
    ),
    DemoProduct(
        "mission-patch",
        "Mission patch",
        "base",
        ("gift", "small-batch"),
        "An embroidered patch with a diameter of nine centimetres.",
        "The patch is embroidered in five colours with a merrowed edge. It can be ironed or sewn"
        " on.",
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
