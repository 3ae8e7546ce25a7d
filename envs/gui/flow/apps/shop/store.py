"""What the shop stores, and where in the vector."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.layout import Column, Field, Record, Table
from vgym.envs.gui.flow.model import DATA, Vector

MOST = 24  # products
LINES = 3  # different things in the cart at once
CATEGORIES = len(words.WARES)
FOUND, ALL = CATEGORIES, CATEGORIES + 1  # lists that are no category


class Cart(Table, rows=LINES):
    """A product counts from 1; 0 is an empty line."""

    product: Column
    colour: Column
    quantity: Column


class Checkout(Record):
    """As chosen on the form."""

    delivery: Field
    payment: Field


class Order(Record):
    """What was ordered; its address as drafts."""

    placed: Field  # 1 once it was
    cart: Cart
    name: Field
    street: Field
    city: Field
    checkout: Checkout


class Products(Table, rows=MOST):
    """A kind is 8 * category + thing."""

    kind: Column
    make: Column
    price: Column


class Store(Record):
    """Everything stored."""

    count: Field  # how many products there are
    searched: Field  # the text that was last searched for, from 1
    answered: Field  # the kind (from 1) that the first text finds; no other finds anything
    cart: Cart
    order: Order
    checkout: Checkout
    colour: Field  # as chosen on a product's page
    quantity: Field
    saved: Field  # whether the form begins with an address that the shop knows
    products: Products


STORE = Store(DATA)
PRODUCTS = STORE.products


def kind_words(kind: int) -> str:
    """What a kind of product is called."""
    return words.WARES[kind // 8][2][kind % 8]


def product_name(m: Vector, product: int) -> str:
    """Make and kind."""
    return f"{words.MAKES[m[PRODUCTS.make[product]]]} {kind_words(m[PRODUCTS.kind[product]])}"


def price(m: Vector, product: int) -> str:
    """Its price, as shown."""
    return f"€{m[PRODUCTS.price[product]]}"


def cart_lines(m: Vector) -> list[tuple[int, int, int]]:
    """(product, colour, quantity) of every line of the cart."""
    lines = [m[STORE.cart.row(i)] for i in range(LINES)]
    return [(product - 1, colour, quantity) for product, colour, quantity in lines if product]


def set_cart(m: Vector, lines: list[tuple[int, int, int]]) -> None:
    """Store the cart's lines."""
    m[STORE.cart.span] = [0] * (3 * LINES)
    for i, (product, colour, quantity) in enumerate(lines):
        m[STORE.cart.row(i)] = [product + 1, colour, quantity]


def products_of(m: Vector, listed: int) -> list[int]:
    """The products of a list: a category, all, or what was found."""
    if listed == ALL:
        return list(range(m[STORE.count]))
    if listed == FOUND:
        return found(m) if m[STORE.searched] == 1 else []
    return [i for i in range(m[STORE.count]) if m[PRODUCTS.kind[i]] // 8 == listed]


def found(m: Vector) -> list[int]:
    """What a search for the first text finds."""
    return [i for i in range(m[STORE.count]) if m[PRODUCTS.kind[i]] == m[STORE.answered] - 1]
