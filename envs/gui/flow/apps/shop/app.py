"""A shop: categories and search, a product's page, the cart, the checkout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from vgym.envs.gui.flow import words
from vgym.envs.gui.flow.apps.shop.screen import (
    draw_cart,
    draw_checkout,
    draw_product,
    draw_products,
    rows_shown,
)
from vgym.envs.gui.flow.apps.shop.store import (
    ALL,
    CATEGORIES,
    FOUND,
    LINES,
    MOST,
    PRODUCTS,
    STORE,
    cart_lines,
    found,
    kind_words,
    products_of,
    set_cart,
)
from vgym.envs.gui.flow.draws import Draws
from vgym.envs.gui.flow.model import (
    DRAFT,
    FOCUS,
    GO_BACK,
    ITEM,
    KEY,
    NOTE,
    PAGE,
    PREFILLED,
    RETURN_ITEM,
    RETURN_SCROLL,
    SCROLL,
    TYPE,
    App,
    Step,
    Template,
    Vector,
    blank,
    click,
    show_page,
)
from vgym.envs.gui.flow.model import ENTER as ENTER_KEY
from vgym.envs.gui.flow.screen import Screen

LISTED, PRODUCT_PAGE, CART_PAGE, FORM, THANKS = range(5)
SEARCH, NAME, STREET, CITY = 1, 2, 3, 4  # text fields
MOST_OF_ONE = 5
A_REMOVE, A_CHEAPEST, A_BUY, A_ORDER = range(4)


class Shop(App):
    """LISTED shows category ITEM or what was found; PRODUCT_PAGE shows product ITEM."""

    name: ClassVar[str] = "shop"
    templates: ClassVar[tuple[Template, ...]] = (
        Template("shop-remove", 2),
        Template("shop-cheapest", 4),
        Template("shop-buy", 10),
        Template("shop-order", 14),
    )

    def begin(self, draws: Draws, template: int, share: float) -> tuple[Vector, list[int]]:
        """Products in all categories, several makes of some kinds."""
        m = blank()
        m[STORE.count] = 12 + round(share * (MOST - 12))
        makes = draws.words("make", words.MAKES, 8)
        of_split = [8 * c + k for c in range(CATEGORIES) for k in draws.part(range(6))]
        asked = draws.pick("asked", of_split)
        others = [8 * c + k for c in range(CATEGORIES) for k in range(6) if 8 * c + k != asked]
        kinds = [asked, *draws.sample("kind", others, m[STORE.count] // 2 - 1)]
        prices = draws.sample("price", range(9, 190), m[STORE.count])
        for i in range(m[STORE.count]):
            again, nth = divmod(i, len(kinds))
            make = makes[(draws.below("made", len(makes), nth) + again) % len(makes)]
            m[PRODUCTS.row(i)] = [kinds[nth], make, prices[i]]
        third = m[STORE.count] - 1  # one kind is there three times, whatever its category
        taken = (m[PRODUCTS.make[0]], m[PRODUCTS.make[len(kinds)]])
        other = draws.pick("third", [make for make in makes if make not in taken])
        m[PRODUCTS.kind[third]], m[PRODUCTS.make[third]] = asked, other
        m[ITEM] = ALL
        m[STORE.colour], m[STORE.quantity] = 0, 1
        m[STORE.saved] = int(template != A_ORDER)
        product = draws.below("product", m[STORE.count])
        colour = draws.below("colour", len(words.COLOURS))
        if template == A_REMOVE:
            products = draws.sample("in cart", range(m[STORE.count]), 2 + draws.below("lines", 2))
            lines = [(p, draws.below("line", 6, p), 1 + p % 3) for p in products]
            set_cart(m, lines)
            return m, [products[0], *_named(m, products[0])]
        if template == A_CHEAPEST:
            same = [i for i in range(m[STORE.count]) if m[PRODUCTS.kind[i]] == asked]
            m[STORE.answered] = asked + 1
            best = min(same, key=lambda i: m[PRODUCTS.price[i]])
            return m, [best, asked, m[PRODUCTS.make[best]]]
        many = 1 if template == A_ORDER else 1 + draws.below("quantity", 3)
        goal = [product, *_named(m, product), colour, many]
        goal += [draws.below("delivery", 3), draws.below("payment", 3)]
        if template == A_ORDER:
            goal += [draws.word("first", words.FIRST), draws.word("last", words.LAST)]
            goal += [draws.word("street", words.STREETS), 1 + draws.below("number", 99)]
            goal += [draws.word("city", words.CITIES)]
        m[STORE.checkout.delivery] = (goal[5] + draws.below("other delivery", 3)) % 3
        m[STORE.checkout.payment] = (goal[6] + draws.below("other payment", 3)) % 3
        return m, goal

    def sentence(self, template: int, goal: Sequence[int]) -> str:
        """What is to be bought, or taken out."""
        if template == A_CHEAPEST:
            return f'Put the cheapest "{kind_words(goal[1])}" in the cart, and nothing else.'
        name = f"{words.MAKES[goal[2]]} {kind_words(goal[1])}"
        if template == A_REMOVE:
            return f"Take the {name} out of the cart."
        said = (
            f"Order {goal[4]} of the {name} in {words.COLOURS[goal[3]]} with delivery "
            f"{words.DELIVERIES[goal[5]]} and payment {words.PAYMENTS[goal[6]]}"
        )
        if template == A_BUY:
            return f"{said}."
        who, street, city = self.texts(template, goal)
        return f'{said}, for "{who}" at "{street}" in "{city}".'

    def texts(self, template: int, goal: Sequence[int]) -> tuple[str, ...]:
        """What to search for, or name, street and city."""
        if template == A_CHEAPEST:
            return (kind_words(goal[1]),)
        if template != A_ORDER:
            return ()
        street = f"{goal[10]} {words.STREETS[goal[9]]}"
        return words.person(goal[7], goal[8]), street, words.CITIES[goal[11]]

    def verdict(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> int:
        """The order, or the cart, is the wished one."""
        lines = cart_lines(m)
        if template in (A_REMOVE, A_CHEAPEST):
            if m[STORE.order.placed]:
                return -1
            if template == A_CHEAPEST:
                right = [(product, quantity) for product, _, quantity in lines]
                return int(right == [(goal[0], 1)])
            before = cart_lines(start)
            if lines == before:
                return 0
            if lines == [line for line in before if line[0] != goal[0]]:
                return 1
            kept = [line for line in before if line[0] != goal[0]]
            return 0 if all(line in lines for line in kept) else -1
        if not m[STORE.order.placed]:
            return 0
        fields = [1, 2, 3] if template == A_ORDER else [PREFILLED] * 3
        cart = [goal[0] + 1, goal[3], goal[4]] + [0] * (3 * LINES - 3)
        right_order = [1, *cart, *fields, goal[5], goal[6]]
        return 1 if m[STORE.order.span] == right_order else -1

    def moves(self, m: Vector, start: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        """Wrong things out of the cart, the right one in; then the form."""
        if template == A_REMOVE:
            return self._empty(m, goal[0], cart_lines(start))
        product = goal[0]
        colour, many = (goal[3], goal[4]) if template != A_CHEAPEST else (-1, 1)
        lines = cart_lines(m)
        right = [p == product and colour in (-1, c) and q == many for p, c, q in lines]
        wrong = [i for i, ok in enumerate(right) if not ok or sum(right[:i])]
        steps: list[Step] = []
        if wrong:
            on_cart = m[PAGE] == CART_PAGE
            steps += [click("remove", i) for i in wrong] if on_cart else [click("cart")]
        if not any(right):
            if len(lines) < LINES or any(p == product for p, _, _ in lines):
                steps += self._get(m, product, colour, many, lines)
        elif not wrong:
            return self._order(m, template, goal)
        return list(dict.fromkeys(steps))

    def on_click(self, m: Vector, kind: str, number: int) -> None:
        """Turn pages, fill the cart, place the order."""
        if kind == "category":
            show_page(m, LISTED, number)
        elif kind == "product":
            listed, scroll = m[ITEM], m[SCROLL]
            show_page(m, PRODUCT_PAGE, number)
            m[RETURN_ITEM], m[RETURN_SCROLL] = listed, scroll
            m[STORE.colour], m[STORE.quantity] = 0, 1
        elif kind == "colour":
            m[STORE.colour] = number
        elif kind == "quantity":
            m[STORE.quantity] = max(1, min(MOST_OF_ONE, m[STORE.quantity] + number))
        elif kind == "add":
            self._add(m)
        elif kind == "cart":
            show_page(m, CART_PAGE)
        elif kind == "remove":
            lines = cart_lines(m)
            del lines[number : number + 1]
            set_cart(m, lines)
        elif kind == "checkout" and cart_lines(m):
            show_page(m, FORM)
            if m[STORE.saved]:
                m[DRAFT + NAME - 1 : DRAFT + CITY] = [PREFILLED] * 3
        elif kind == "delivery":
            m[STORE.checkout.delivery] = number
        elif kind == "payment":
            m[STORE.checkout.payment] = number
        elif kind == "place":
            self._place_order(m)
        elif kind == "back":
            self.on_back(m)

    def on_back(self, m: Vector) -> None:
        """From a product to its list; from the form to the cart; from the cart to the list."""
        if m[PAGE] == PRODUCT_PAGE:
            scroll = m[RETURN_SCROLL]
            show_page(m, LISTED, m[RETURN_ITEM])
            m[SCROLL] = scroll
        elif m[PAGE] == FORM:
            show_page(m, CART_PAGE)
        elif m[PAGE] in (CART_PAGE, THANKS):
            show_page(m, LISTED, ALL)

    def on_enter(self, m: Vector) -> None:
        """Searches, where the search field has the keyboard."""
        if m[FOCUS] == SEARCH and m[DRAFT]:
            m[STORE.searched] = m[DRAFT]
            show_page(m, LISTED, FOUND)

    def fields(self, m: Vector) -> tuple[int, ...]:
        """The search, and on the form the address."""
        return (SEARCH, NAME, STREET, CITY) if m[PAGE] == FORM else (SEARCH,)

    def extent(self, m: Vector) -> tuple[int, int]:
        """The rows of products."""
        if m[PAGE] != LISTED:
            return 0, 1
        count = len(products_of(m, m[ITEM]))
        return count, max(1, min(count, rows_shown(self.sizes)))

    def screen(self, m: Vector, texts: tuple[str, ...]) -> Screen:
        """The page, below the bar with search and cart."""
        screen = Screen(self.sizes, "Shop")
        if m[PAGE] == LISTED:
            title = (
                f"Results for {texts[m[STORE.searched] - 1]}" if m[ITEM] == FOUND and texts else ""
            )
            draw_products(screen, m, texts, products_of(m, m[ITEM]), self.extent(m), title)
        elif m[PAGE] == PRODUCT_PAGE:
            draw_product(screen, m, texts)
        elif m[PAGE] == CART_PAGE:
            draw_cart(screen, m, texts)
        else:
            draw_checkout(screen, m, texts, placed=m[PAGE] == THANKS)
        if m[NOTE]:
            said = ("", "Added to the cart", "The cart is full", "Fill in the whole address")
            screen.note(said[m[NOTE]])
        return screen

    def _add(self, m: Vector) -> None:
        lines = cart_lines(m)
        for i, (product, colour, quantity) in enumerate(lines):
            if (product, colour) == (m[ITEM], m[STORE.colour]):
                total = min(9, quantity + m[STORE.quantity])
                lines[i] = (product, colour, total)
                break
        else:
            if len(lines) == LINES:
                m[NOTE] = 2
                return
            lines.append((m[ITEM], m[STORE.colour], m[STORE.quantity]))
        set_cart(m, lines)
        m[NOTE] = 1

    def _place_order(self, m: Vector) -> None:
        fields = m[DRAFT + NAME - 1 : DRAFT + CITY]
        if not all(fields):
            m[NOTE] = 3
            return
        cart = m[STORE.cart.span]
        m[STORE.order.span] = [1, *cart, *fields, *m[STORE.checkout.span]]
        set_cart(m, [])
        show_page(m, THANKS)

    def _empty(self, m: Vector, product: int, before: list[tuple[int, int, int]]) -> list[Step]:
        """Take out the product, and whatever else was put in."""
        if m[PAGE] != CART_PAGE:
            return [click("cart")]
        lines = cart_lines(m)
        extra = [i for i, line in enumerate(lines) if line not in before or line[0] == product]
        return [click("remove", extra[-1])] if extra else []

    def _get(
        self, m: Vector, product: int, colour: int, many: int, lines: list[tuple[int, int, int]]
    ) -> list[Step]:
        """Towards the product in the cart."""
        steps = []
        if m[PAGE] == PRODUCT_PAGE and m[ITEM] == product:
            shades = [colour] if colour >= 0 else list(range(len(words.COLOURS)))
            there = {c: q for p, c, q in lines if p == product}
            for shade in shades:
                missing = many - there.get(shade, 0)
                if missing <= 0 or (shade not in there and len(lines) == LINES):
                    continue
                if shade != m[STORE.colour]:
                    steps.append(click("colour", shade))
                elif m[STORE.quantity] == missing:
                    steps.append(click("add"))
                else:
                    steps.append(click("quantity", 1 if m[STORE.quantity] < missing else -1))
                    steps.append(click("add") if m[STORE.quantity] < missing else GO_BACK)
            return steps
        category = m[PRODUCTS.kind[product]] // 8
        steps.append(click("category", category))
        if m[PAGE] in (PRODUCT_PAGE, FORM, CART_PAGE):
            steps.append(GO_BACK)
        if m[PAGE] == LISTED and product in products_of(m, m[ITEM]):
            row = products_of(m, m[ITEM]).index(product)
            steps.append(self.reach(m, row, "product", product))
        if product in found(m):
            search = Step(KEY, ENTER_KEY) if m[DRAFT] == 1 else Step(TYPE, 0)
            steps.append(search if m[FOCUS] == SEARCH else click("field", SEARCH))
        return steps

    def _order(self, m: Vector, template: int, goal: Sequence[int]) -> list[Step]:
        if m[PAGE] != FORM:
            return [click("checkout") if m[PAGE] == CART_PAGE else click("cart")]
        wanted = ((NAME, 1), (STREET, 2), (CITY, 3)) if template == A_ORDER else ()
        step = self.fill(m, wanted)
        if step:
            return [step]
        if template == A_BUY and m[DRAFT + NAME - 1 : DRAFT + CITY] != [PREFILLED] * 3:
            return [GO_BACK]  # the form begins with the known address again
        if m[STORE.checkout.delivery] != goal[5]:
            return [click("delivery", goal[5])]
        if m[STORE.checkout.payment] != goal[6]:
            return [click("payment", goal[6])]
        return [click("place")]


def _named(m: Vector, product: int) -> list[int]:
    """Kind and make of a product."""
    return [m[PRODUCTS.kind[product]], m[PRODUCTS.make[product]]]
