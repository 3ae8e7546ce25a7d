"""How far down a ranking of cells a place is."""

from __future__ import annotations

from torch import Tensor

from vgym.geometry import cells


def searched_km2(shares: Tensor, place: Tensor, level: int) -> Tensor:
    """(B,) float64 the area of all cells that are as likely as that of the place, or likelier: how
    much is searched until it is found.

    Args:
        shares: (B, cells). place: (B, 2).

    >>> shares = torch.eye(12)[[4, 4]]
    >>> places = torch.tensor([[0.0, 0.0], [180.0, 0.0]])
    >>> (searched_km2(shares, places, level=0) / cells.area_km2(0)).tolist()
    [1.0, 12.0]
    """
    own = shares.gather(1, cells.cell_of(place, level)[:, None])
    return (shares >= own).sum(1).double() * cells.area_km2(level)
