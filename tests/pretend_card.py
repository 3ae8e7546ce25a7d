"""A card for who has none: tensors that say they are on CUDA, and lie in the CPU's memory.

What a batch does with ``device="cuda"`` is then done in earnest, with the card's own rules: a
tensor there is no NumPy array and is not mixed with one of the CPU. Every operation on the card is
counted as a launch (those that only look at memory in another way, or have nothing to do, are
none), and every place where the host must wait for a value as a sync.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from card_bodies import launch_in_turn
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

from vgym.card_kernels import CardKernel

CARD = torch.device("cuda", 0)
_READ = ("item", "tolist", "__bool__", "__int__", "__float__", "__index__", "__contains__")
_WAIT = ("nonzero", "masked_select", "unique", "_unique2", "unique_dim", "unique_consecutive")
_CROSS = ("__getitem__", "__setitem__", "copy_", "to", "cpu", "cuda", "__get__", "index_put_")


def on_card(tensor: Tensor) -> bool:
    return tensor.__dict__.get("on_card", False)


def put_on_card(value: Any) -> Any:
    def mark(tensor: Tensor) -> Tensor:
        tensor.__dict__["on_card"] = True
        return tensor

    return tree_map_only(Tensor, mark, value)


class Counts:
    """Launches and syncs, and where in vgym each was asked for."""

    def __init__(self) -> None:
        self.launches: collections.Counter[str] = collections.Counter()
        self.syncs: collections.Counter[str] = collections.Counter()
        self.copies: collections.Counter[str] = collections.Counter()

    @property
    def all(self) -> tuple[collections.Counter[str], ...]:
        return self.launches, self.syncs, self.copies

    def clear(self) -> None:
        for each in self.all:
            each.clear()


def _asked_by() -> str:
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if ("/envs/" in name and "/tests/" not in name) or "/vgym/" in name:
            return f"{name.split('/')[-1]}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return "?"


class _Launches(TorchDispatchMode):
    def __init__(self, card: PretendCard) -> None:
        super().__init__()
        self._card = card

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if not self._card.busy:
            return result
        name = func._schema.name.removeprefix("aten::")
        outputs = [leaf for leaf in tree_leaves(result) if isinstance(leaf, Tensor)]
        waits = name in _WAIT or (name == "_local_scalar_dense")
        if name == "index":
            waits = any(i is not None and i.dtype == torch.bool for i in args[1])
        if name in ("index_put", "index_put_"):
            masks = any(i is not None and i.dtype == torch.bool for i in args[1])
            waits = masks and args[2].numel() > 1
        if name == "repeat_interleave" and "output_size" not in (kwargs or {}):
            waits = True
        if waits:
            self._card.counts.syncs[f"{_asked_by()} {name}"] += 1
        nothing = func.is_view or name in ("empty", "empty_strided", "_unsafe_view", "detach")
        nothing = nothing or name in ("_local_scalar_dense", "lift_fresh", "empty_like")
        if not nothing and any(o.numel() for o in outputs):
            self._card.counts.launches[f"{_asked_by()} {name}"] += 1
        return result


class PretendCard(TorchFunctionMode):
    """Where the card is there: ``with PretendCard() as card``."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = Counts()
        self.busy = 0
        self._launches = _Launches(self)
        self._patched = pytest.MonkeyPatch()

    def __enter__(self) -> PretendCard:
        counts = self.counts

        def launch(kernel: CardKernel, count: int, device: torch.device, *arguments: Any) -> None:
            assert device.type == "cuda"
            counts.launches[f"{_asked_by()} {kernel.body.__name__}"] += 1
            launch_in_turn(kernel, count, device, *arguments)

        self._patched.setattr(torch.cuda, "is_available", lambda: True)
        self._patched.setattr(CardKernel, "launch", launch)
        super().__enter__()
        self._launches.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._launches.__exit__(*error)
        super().__exit__(*error)
        self._patched.undo()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        tensors = [t for t in tree_leaves((args, kwargs)) if isinstance(t, Tensor)]
        there = [on_card(t) for t in tensors]
        getter = getattr(func, "__self__", None)
        if getter is Tensor.device:
            return CARD if there[0] else func(*args)
        if getter is Tensor.is_cuda:
            return there[0]
        if name in ("cpu", "cuda", "to") and tensors:
            return self._moved(func, name, args, kwargs)
        device = kwargs.get("device")
        target = any(there)
        if device is not None:
            if not isinstance(device, torch.device):
                device = torch.device(device)
            target = device.type == "cuda"
            kwargs["device"] = torch.device("cpu") if target else device
        if not target:
            return func(*args, **kwargs)
        if name == "numpy" or name == "__array__":
            raise TypeError("can't convert cuda:0 device type tensor to numpy")
        if name in _READ and there and there[0]:
            self.counts.syncs[f"{_asked_by()} {name}"] += 1
            return func(*args, **kwargs)
        stray = [t for t, t_there in zip(tensors, there, strict=True) if not t_there and t.dim()]
        if stray and tensors and device is None:
            if name not in _CROSS:
                raise RuntimeError(f"{name}: tensors on cuda:0 and on the CPU")
            self.counts.copies[f"{_asked_by()} {name}"] += 1
        self.busy += 1
        try:
            result = func(*args, **kwargs)
        finally:
            self.busy -= 1
        return put_on_card(result)

    def _moved(self, func: Any, name: str, args: Any, kwargs: Any) -> Any:
        tensor, rest = args[0], list(args[1:])
        before = on_card(tensor)
        after = {"cpu": False, "cuda": True}.get(name, before)
        if name == "to":
            named = [*rest, *kwargs.values()]
            for value in named:
                if isinstance(value, Tensor):
                    after = on_card(value)
                elif isinstance(value, torch.device | str):
                    after = torch.device(value).type == "cuda"
            rest = [torch.device("cpu") if isinstance(v, torch.device | str) else v for v in rest]
            if "device" in kwargs:
                kwargs["device"] = torch.device("cpu")
        else:
            rest = []
        if before and not after:
            self.counts.syncs[f"{_asked_by()} {name}"] += 1
        if after and not before:
            self.counts.copies[f"{_asked_by()} {name}"] += 1
        self.busy += before and after
        try:
            result = Tensor.to(tensor, *rest, **kwargs) if name == "to" else tensor
        finally:
            self.busy -= before and after
        if before != after and result is tensor:
            result = tensor.clone()
        return put_on_card(result) if after else result


def most(counter: collections.Counter[str], number: int = 40) -> Iterator[str]:
    for where, count in counter.most_common(number):
        yield f"{count:6d} {where}"
