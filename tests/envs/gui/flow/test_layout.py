"""Places declared by name: where fields, records and tables lie in a vector."""

from vgym.envs.gui.flow.layout import Column, Field, Record, Table
from vgym.envs.gui.flow.model import DATA, SIZE
from vgym.envs.gui.flow.templates import APPS


class Pairs(Table, rows=3):
    left: Column
    right: Column


class Inner(Record):
    one: Field
    two: Field


class Outer(Record):
    first: Field
    inner: Inner
    pairs: Pairs
    last: Field


def test_parts_lie_one_after_another_in_the_order_of_their_names() -> None:
    places = Outer(10)
    assert (places.first, places.inner.one, places.inner.two, places.last) == (10, 11, 12, 19)
    assert places.pairs.left == (13, 15, 17) and places.pairs.right == (14, 16, 18)
    assert (places.inner.span, places.pairs.span) == (slice(11, 13), slice(13, 19))
    assert places.span == slice(10, 20)
    assert places.pairs.row(2) == slice(17, 19)


def test_what_every_application_stores_fits_the_vector() -> None:
    for app in APPS:
        module = app.__module__.removesuffix(".app")
        holder = module + (".app" if app.name == "settings" else ".store")
        store = __import__(holder, fromlist=["STORE"]).STORE
        assert store.span.start == DATA and store.span.stop <= SIZE, app.name
