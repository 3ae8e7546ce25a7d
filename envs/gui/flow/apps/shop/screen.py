"""The shop's pages as widgets."""

from __future__ import annotations

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.shop.store import (
    ALL,
    FOUND,
    PRODUCTS,
    STORE,
    cart_lines,
    price,
    product_name,
)
from vgym.envs.gui.flow.model import DRAFT, FOCUS, ITEM, PAGE, SCROLL, Vector, written
from vgym.envs.gui.flow.screen import Box, Entry, Screen, Sizes

_PREFILLED = ("Robin Hale", "12 Quay Street", "Bath")


def rows_shown(sizes: Sizes) -> int:
    """How many products a list shows at once."""
    return max(1, (sizes.height - sizes.bar - sizes.row) // _tall(sizes))


def draw_products(
    screen: Screen,
    m: Vector,
    texts: tuple[str, ...],
    products: list[int],
    extent: tuple[int, int],
    title: str,
) -> None:
    """One row a product: picture, name, price.

    Args:
        screen: drawn on.
        m: the vector.
        texts: of the instruction.
        products: those of the list.
        extent: how many there are, and how many show.
        title: over the list; "" for the category's.
    """
    sizes = screen.sizes
    _frame(screen, m, texts)
    x0, y, x1, _ = sizes.beside
    if not title:
        title = "All products" if m[ITEM] == ALL else words.WARES[m[ITEM] % FOUND][0]
    screen.add("title", (x0 + sizes.gap * 2, y, x1, y + sizes.row), title)
    y += sizes.row
    top, tall = y, _tall(sizes)
    count, shown = extent
    if not products:
        screen.add("muted", (x0, y, x1, y + sizes.row), "Nothing found", align="centre")
    for product in products[m[SCROLL] : m[SCROLL] + shown]:
        box = (x0, y, x1, y + tall)
        screen.add("row", box, event=("product", product), name=product_name(m, product))
        side = tall - 2 * sizes.gap
        _picture(screen, m, product, (x0 + sizes.gap, y + sizes.gap, side))
        left = x0 + tall + sizes.gap
        screen.add("text", (left, y, x1 - 5 * sizes.text, y + tall), product_name(m, product))
        cost = (x1 - 6 * sizes.text, y, x1 - 2 * sizes.gap, y + tall)
        screen.add("strong", cost, price(m, product), align="right")
        y += tall
    screen.scrollbar((x0, top, x1, y), m[SCROLL], shown, count)


def draw_product(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """One product: colours, quantity, and the button that puts it in the cart."""
    sizes, product = screen.sizes, m[ITEM]
    _frame(screen, m, texts)
    x0, y, x1, _ = sizes.beside
    x0 += sizes.gap * 2
    row, gap = sizes.row, sizes.gap
    back = (x0, y + gap // 2, x0 + row, y + gap // 2 + row)
    screen.add("icon", back, event=("back",), icon="arrow-left", name="Back")
    screen.add("title", (x0 + row + gap, y, x1, y + row + gap), product_name(m, product))
    y += row + 2 * gap
    side = min((x1 - x0) // 3, 4 * row)
    _picture(screen, m, product, (x0, y, side))
    left = x0 + side + 3 * gap
    screen.add("title", (left, y, x1, y + row), price(m, product))
    y += row
    screen.add(
        "muted", (left, y, x1, y + row * 3 // 4), f"Colour: {words.COLOURS[m[STORE.colour]]}"
    )
    y += row * 3 // 4
    wide = min((x1 - left - gap) // 6, row + gap)
    for i, colour in enumerate(words.COLOURS):
        box = (left + i * wide, y, left + (i + 1) * wide - gap, y + wide - gap)
        screen.add("swatch", box, event=("colour", i), on=m[STORE.colour] == i, tint=i, name=colour)
    y += wide + gap
    minus = (left, y, left + row, y + row)
    plus = (left + 3 * row, y, left + 4 * row, y + row)
    screen.add("icon", minus, event=("quantity", -1), icon="dash-lg", name="Fewer")
    screen.add(
        "strong", (left + row, y, left + 3 * row, y + row), str(m[STORE.quantity]), align="centre"
    )
    screen.add("icon", plus, event=("quantity", 1), icon="plus-lg", name="More")
    y += row + 2 * gap
    add = (left, y, min(x1 - gap, left + 10 * sizes.text), y + row)
    screen.add("button", add, "Add to cart", event=("add",), on=True, align="centre")


def draw_cart(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """What is in the cart, and the way to the form."""
    sizes = screen.sizes
    _frame(screen, m, texts)
    x0, y, x1, _ = sizes.beside
    screen.add("title", (x0 + sizes.gap * 2, y, x1, y + sizes.row), "Your cart")
    y += sizes.row
    lines, tall = cart_lines(m), _tall(sizes)
    total = 0
    for i, (product, colour, quantity) in enumerate(lines):
        total += quantity * m[PRODUCTS.price[product]]
        side = tall - 2 * sizes.gap
        _picture(screen, m, product, (x0 + sizes.gap, y + sizes.gap, side))
        left, half = x0 + tall + sizes.gap, tall // 2
        name = product_name(m, product)
        screen.add("text", (left, y, x1 - 3 * sizes.row, y + half), name)
        detail = f"{quantity} x {words.COLOURS[colour]}"
        screen.add("muted", (left, y + half, x1 - 3 * sizes.row, y + tall), detail)
        cost = f"€{quantity * m[PRODUCTS.price[product]]}"
        right = x1 - sizes.row - 2 * sizes.gap
        screen.add("strong", (right - 2 * sizes.row, y, right, y + tall), cost, align="right")
        top = y + (tall - sizes.row) // 2
        box = (x1 - sizes.row - sizes.gap, top, x1 - sizes.gap, top + sizes.row)
        screen.add("icon", box, event=("remove", i), icon="trash", name=f"Remove {name}")
        y += tall
    if not lines:
        screen.add("muted", (x0, y, x1, y + sizes.row), "The cart is empty", align="centre")
        return
    screen.add("line", (x0 + sizes.gap, y, x1 - sizes.gap, y + 1))
    y += sizes.gap
    screen.add("strong", (x0 + sizes.gap * 2, y, x1, y + sizes.row), f"Total €{total}")
    box = (x1 - 8 * sizes.text, y, x1 - sizes.gap, y + sizes.row)
    screen.add("button", box, "Checkout", event=("checkout",), on=True, align="centre")


def draw_checkout(screen: Screen, m: Vector, texts: tuple[str, ...], placed: bool) -> None:
    """Address, delivery and payment."""
    sizes = screen.sizes
    _frame(screen, m, texts)
    x0, y, x1, y1 = sizes.beside
    x0, x1 = x0 + sizes.gap * 2, x1 - sizes.gap * 2
    row, gap = sizes.row, sizes.gap
    screen.add("title", (x0, y, x1, y + row), "Thank you" if placed else "Checkout")
    y += row
    if placed:
        screen.add("text", (x0, y, x1, y + row), "Your order is on its way.")
        return
    label = 5 * sizes.text
    for n, title in enumerate(("Name", "Street", "City")):
        text = written(m[DRAFT + 1 + n], texts, _PREFILLED[n])
        screen.add("text", (x0, y, x0 + label, y + row - 2), title)
        screen.add(
            "field", (x0 + label, y, x1, y + row - 2), text, event=("field", n + 2),
            on=m[FOCUS] == n + 2, name=title,
        )  # fmt: skip
        y += row + (0 if sizes.height < 260 else gap)
    for title, options, event, chosen in (
        ("Delivery", words.DELIVERIES, "delivery", m[STORE.checkout.delivery]),
        ("Payment", words.PAYMENTS, "payment", m[STORE.checkout.payment]),
    ):
        screen.add("strong", (x0, y, x1, y + row * 3 // 4), title)
        y += row * 3 // 4
        wide = (x1 - x0) // len(options)
        for i, option in enumerate(options):
            box = (x0 + i * wide, y, x0 + (i + 1) * wide - gap, y + row - 2)
            screen.add("radio", box, option, event=(event, i), on=chosen == i)
        y += row
    box = (x1 - 9 * sizes.text, y1 - row - gap, x1, y1 - gap)
    screen.add("button", box, "Place order", event=("place",), on=True, align="centre")


def _frame(screen: Screen, m: Vector, texts: tuple[str, ...]) -> None:
    """The bar with search and cart, and the categories."""
    sizes = screen.sizes
    screen.add("panel", (0, 0, sizes.width, sizes.height), tint=0)
    screen.add("bar", (0, 0, sizes.width, sizes.bar))
    screen.add("heading", (sizes.gap, 0, sizes.side, sizes.bar), "Bazaar")
    count = sum(quantity for _, _, quantity in cart_lines(m))
    cart = f"Cart ({count})" if count else "Cart"
    screen.actions((cart, "cart", ("cart",), True))
    right = screen.widgets[-1].box[0] - sizes.gap
    screen.add(
        "field", (sizes.side, sizes.gap, right, sizes.bar - sizes.gap),
        written(m[DRAFT], texts), event=("field", 1), on=m[FOCUS] == 1,
        icon="search", detail="Search", name="Search",
    )  # fmt: skip
    chosen = m[ITEM] if m[PAGE] == 0 else -1
    entries: list[Entry] = [("All", "grid", ("category", ALL), chosen == ALL, "")]
    for i, (name, icon, _) in enumerate(words.WARES):
        entries.append((name, icon, ("category", i), chosen == i, ""))
    screen.sidebar(entries)


def _picture(screen: Screen, m: Vector, product: int, at: tuple[int, int, int]) -> None:
    """A product's picture: its category's icon on a tint of its own."""
    x, y, side = at
    icon = words.WARES[m[PRODUCTS.kind[product]] // 8][1]
    box: Box = (x, y, x + side, y + side)
    screen.add("picture", box, icon=icon, tint=m[PRODUCTS.kind[product]] + 3 * product)


def _tall(sizes: Sizes) -> int:
    return sizes.row * 3 // 2
