"""The products that the shop has: finding, adding, following the files."""

import logging
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.models import Origin, Product
from shop.paging import Page, page_of
from shop.product_files import read_folder
from shop.rules import SLUG_LENGTH, Draft, is_slug, slug_of

PAGE_LENGTH = 12

logger = logging.getLogger(__name__)


def page_of_products(session: Session, number: int) -> Page[Product] | None:
    """One page of the shelf, the newest first; None when there is no page of that number."""
    return page_of(session, select(Product).order_by(Product.id.desc()), number, PAGE_LENGTH)


def product_at(session: Session, slug: str) -> Product | None:
    """The product at an address, which may be any text that a visitor sent."""
    if not is_slug(slug):
        return None
    return session.scalar(select(Product).where(Product.slug == slug))


def add_product(session: Session, draft: Draft, tries: int = 5) -> Product:
    """Store an admin's product and commit. A name that is taken gets an address with a number."""
    product = _product(_free_slug(session, draft.name), draft, Origin.ADMIN)
    session.add(product)
    try:
        session.commit()
    except IntegrityError:
        # Another replica took the address between our look and our write: look again.
        session.rollback()
        if tries == 1:
            raise
        return add_product(session, draft, tries - 1)
    return product


def change_product(session: Session, product: Product, draft: Draft) -> bool:
    """Write a draft over an admin's product and commit; False when it was taken away meanwhile."""
    change = update(Product).where(_is_admins(product)).values(_columns(draft))
    changed = session.scalar(change.returning(Product.id)) is not None
    session.commit()
    return changed


def remove_product(session: Session, product: Product) -> None:
    """Take an admin's product off the shelf and commit. Its orders stay."""
    session.execute(delete(Product).where(_is_admins(product)))
    session.commit()


def _is_admins(product: Product) -> ColumnElement[bool]:
    # One of a file would be back with the next release.
    return and_(Product.id == product.id, Product.origin == Origin.ADMIN)


def load_product_files(session: Session) -> None:
    """Make the shelf follow the image's files.

    A bad file is named in the log and skipped: what an earlier release loaded from it stays. A
    product whose file is gone goes. One that an admin created is never touched.
    """
    files = read_folder()
    for name, reason in files.bad.items():
        logger.error(
            "product file %s is skipped: %s", name, reason, extra={"fields": {"file": name}}
        )
    sync_products(session, files.drafts, keep={name.removesuffix(".json") for name in files.bad})
    logger.info("loaded %d product files", len(files.drafts))


def sync_products(session: Session, drafts: Mapping[str, Draft], keep: set[str]) -> None:
    """Create, update, remove the products of files; `keep` are addresses to leave as they are."""
    shelf = {product.slug: product for product in session.scalars(select(Product))}
    for slug, draft in drafts.items():
        product = shelf.get(slug)
        if product is None:
            session.add(_product(slug, draft, Origin.FILE))
        elif product.origin == Origin.ADMIN:
            logger.error(
                "product file %s.json is skipped: an admin's product is at its address", slug
            )
        else:
            for field, value in _columns(draft).items():
                setattr(product, field, value)
    for slug, product in shelf.items():
        if product.origin == Origin.FILE and slug not in drafts and slug not in keep:
            session.delete(product)


def _product(slug: str, draft: Draft, origin: Origin) -> Product:
    return Product(slug=slug, origin=origin, **_columns(draft))


def _columns(draft: Draft) -> dict[str, object]:
    return {**asdict(draft), "images": list(draft.images)}


def _free_slug(session: Session, name: str) -> str:
    wanted = slug_of(name)
    similar = select(Product.slug).where(Product.slug.startswith(wanted[: SLUG_LENGTH - 7]))
    taken = set(session.scalars(similar))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        ending = f"-{number}"
        slug = wanted[: SLUG_LENGTH - len(ending)].rstrip("-") + ending
    return slug
