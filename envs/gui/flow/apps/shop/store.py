"""What the shop stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.model import DATA, Vector

MOST = 24  # products
LINES = 3  # different things in the cart at once
CATEGORIES = len(words.WARES)
FOUND, ALL = CATEGORIES, CATEGORIES + 1  # lists that are no category

COUNT = DATA
SEARCHED = DATA + 1  # the text that was last searched for, from 1
ANSWERED = DATA + 2  # the kind (from 1) that the first text finds; no other text finds anything
CART = DATA + 3  # LINES of product (from 1), colour, quantity
ORDER = CART + 3 * LINES  # 1 once placed, then its cart, fields, delivery and payment
ORDER_LENGTH = 1 + 3 * LINES + 5
CHECKOUT = ORDER + ORDER_LENGTH  # delivery and payment as chosen on the form
COLOUR, QUANTITY = CHECKOUT + 2, CHECKOUT + 3  # as chosen on a product's page
SAVED = CHECKOUT + 4  # whether the form begins with an address that the shop knows
PRODUCT = CHECKOUT + 5  # fields of products
KIND, MAKE, PRICE = range(3)  # kind is 8 * category + thing


def place(product: int) -> int:
    """Where a product's fields begin."""
    return PRODUCT + 3 * product


def kind_words(kind: int) -> str:
    """What a kind of product is called."""
    return words.WARES[kind // 8][2][kind % 8]


def product_name(m: Vector, product: int) -> str:
    """Make and kind."""
    at = place(product)
    return f"{words.MAKES[m[at + MAKE]]} {kind_words(m[at + KIND])}"


def price(m: Vector, product: int) -> str:
    """Its price, as shown."""
    return f"€{m[place(product) + PRICE]}"


def cart_lines(m: Vector) -> list[tuple[int, int, int]]:
    """(product, colour, quantity) of every line of the cart."""
    lines = [m[CART + 3 * i : CART + 3 * i + 3] for i in range(LINES)]
    return [(product - 1, colour, quantity) for product, colour, quantity in lines if product]


def set_cart(m: Vector, lines: list[tuple[int, int, int]]) -> None:
    """Store the cart's lines."""
    m[CART : CART + 3 * LINES] = [0] * (3 * LINES)
    for i, (product, colour, quantity) in enumerate(lines):
        m[CART + 3 * i : CART + 3 * i + 3] = [product + 1, colour, quantity]


def products_of(m: Vector, listed: int) -> list[int]:
    """The products of a list: a category, all, or what was found."""
    if listed == ALL:
        return list(range(m[COUNT]))
    if listed == FOUND:
        return found(m) if m[SEARCHED] == 1 else []
    return [i for i in range(m[COUNT]) if m[place(i) + KIND] // 8 == listed]


def found(m: Vector) -> list[int]:
    """What a search for the first text finds."""
    return [i for i in range(m[COUNT]) if m[place(i) + KIND] == m[ANSWERED] - 1]
