"""Demo data: sales and diagrams, each loaded only if its tables are empty."""

from django.db import transaction
from django.utils import timezone

from workbench.diagrams import demo as diagrams
from workbench.diagrams.models import Diagram
from workbench.sales import demo as sales
from workbench.sales.models import Product, Sale


@transaction.atomic
def load() -> None:
    if not Product.objects.exists() and not Sale.objects.exists():
        sales.load(timezone.now().date())
    if not Diagram.objects.exists():
        diagrams.load()
