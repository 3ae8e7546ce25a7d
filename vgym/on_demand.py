"""Modules that are imported when first touched: ``vgym.data`` works after ``import vgym``."""

from __future__ import annotations

import importlib.util
import pkgutil
import sys
from collections.abc import Iterable
from typing import Any


def modules_on_demand(package: str, also: Iterable[str] = ()) -> None:
    """Let every module of a package be read as an attribute of it; called by its ``__init__``.

    A function, not a ``__getattr__`` in each: type checkers would take every name then.

    Args:
        package: its ``__name__``.
        also: further modules, ``"package.module:name"``, of which the name is read.
    """
    module = sys.modules[package]
    further = {name.rpartition(":")[2]: name.rpartition(":")[0] for name in also}

    def found(name: str) -> Any:
        if name in further:
            return getattr(importlib.import_module(further[name]), name)
        # Names with underscores are asked for by tools that look at every module.
        if not name.startswith("_") and importlib.util.find_spec(f"{package}.{name}"):
            return importlib.import_module(f"{package}.{name}")
        raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=module)

    def names() -> list[str]:
        modules = {each.name for each in pkgutil.iter_modules(module.__path__)}
        return sorted({*vars(module), *further, *modules})

    vars(module).update(__getattr__=found, __dir__=names)
