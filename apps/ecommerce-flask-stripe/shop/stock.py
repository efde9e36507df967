"""The products in stock: finding, adding, changing and removing them, loading product files."""

import logging
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.models import Origin, Product
from shop.paging import Page, page_of
from shop.product_files import read_folder
from shop.product_rules import MAX_SLUG_LENGTH, Draft, is_slug, slug_of

PAGE_LENGTH = 12

logger = logging.getLogger(__name__)


def page_of_products(session: Session, number: int) -> Page[Product] | None:
    """One page of the products, the newest first; None if there is no such page."""
    return page_of(session, select(Product).order_by(Product.id.desc()), number, PAGE_LENGTH)


def product_at(session: Session, slug: str) -> Product | None:
    """The product with this slug, or None. `slug` may be any text from a request."""
    if not is_slug(slug):
        return None
    return session.scalar(select(Product).where(Product.slug == slug))


def add_product(session: Session, draft: Draft, attempts: int = 5) -> Product:
    """Stores an admin's product and commits. If the slug is taken, a number is appended."""
    product = _product(_free_slug(session, draft.name), draft, Origin.ADMIN)
    session.add(product)
    try:
        session.commit()
    except IntegrityError:
        # Another replica has used the slug since the query, so choose another one.
        session.rollback()
        if attempts == 1:
            raise
        return add_product(session, draft, attempts - 1)
    return product


def change_product(session: Session, product: Product, draft: Draft, version: int) -> bool:
    """Overwrites an admin's product and commits. False if it no longer has this version."""
    values = {**_columns(draft), "version": version + 1}
    statement = update(Product).where(_is_admins(product, version)).values(values)
    changed = session.scalar(statement.returning(Product.id)) is not None
    session.commit()
    return changed


def remove_product(session: Session, product: Product, version: int) -> bool:
    """Removes an admin's product and commits; its orders stay.

    False if it no longer has this version.
    """
    statement = delete(Product).where(_is_admins(product, version))
    removed = session.scalar(statement.returning(Product.id)) is not None
    session.commit()
    return removed


def _is_admins(product: Product, version: int) -> ColumnElement[bool]:
    # The next release would load a file's product again.
    is_admins = and_(Product.id == product.id, Product.origin == Origin.ADMIN)
    return and_(is_admins, Product.version == version)


def load_product_files(session: Session) -> None:
    """Adds, updates and removes products so that they match the product files of the image.

    An invalid file is logged and skipped, and a product that an earlier release loaded from it
    stays. A product without a file is removed. An admin's product is never changed.
    """
    files = read_folder()
    for name, reason in files.errors.items():
        logger.error(
            "product file %s is skipped: %s", name, reason, extra={"fields": {"file": name}}
        )
    sync_products(session, files.drafts, keep={name.removesuffix(".json") for name in files.errors})
    logger.info("loaded %d product files", len(files.drafts))


def sync_products(session: Session, drafts: Mapping[str, Draft], keep: set[str]) -> None:
    """Adds, updates and removes the products of files, except those with a slug in `keep`."""
    stored = {product.slug: product for product in session.scalars(select(Product))}
    for slug, draft in drafts.items():
        product = stored.get(slug)
        if product is None:
            session.add(_product(slug, draft, Origin.FILE))
        elif product.origin == Origin.ADMIN:
            logger.error(
                "product file %s.json is skipped: an admin's product has the same slug", slug
            )
        else:
            for field, value in _columns(draft).items():
                setattr(product, field, value)
    for slug, product in stored.items():
        if product.origin == Origin.FILE and slug not in drafts and slug not in keep:
            session.delete(product)


def _product(slug: str, draft: Draft, origin: Origin) -> Product:
    return Product(slug=slug, origin=origin, **_columns(draft))


def _columns(draft: Draft) -> dict[str, object]:
    return {**asdict(draft), "images": list(draft.images)}


def _free_slug(session: Session, name: str) -> str:
    wanted = slug_of(name)
    similar = select(Product.slug).where(Product.slug.startswith(wanted[: MAX_SLUG_LENGTH - 7]))
    taken = set(session.scalars(similar))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        ending = f"-{number}"
        slug = wanted[: MAX_SLUG_LENGTH - len(ending)].rstrip("-") + ending
    return slug
