"""What a reward pays around the right answer, as a picture.

One fact of the example answer (`vgym.rewards.facts`) is moved, the others stay right: a click
or a box over the picture, a place away from the truth, a number over its range. A reward that reads
nothing of the kind is shown as bars: the example, then each fact made wrong alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.evaluation.landscape_curves import over_distance, over_numbers
from vgym.evaluation.landscape_maps import over_boxes, over_clicks
from vgym.evaluation.landscape_values import SIZE_HW, title_of, values_around
from vgym.evaluation.plot import Area, Axis, Sheet, even_axis
from vgym.rewards import Reward
from vgym.rewards.facts import FACTS
from vgym.rewards.form import Form

_MOST_BARS = 14


def landscape(reward: Reward) -> NDArray[np.uint8]:
    """The picture of a reward.

    Args:
        reward: a recipe; the first of its forms that can be pictured is.

    Returns:
        Pixels `(*SIZE_HW, 3)` uint8.

    Raises:
        ValueError: for a reward that declares no facts (a function), or facts without example.
    """
    forms = [form for form in reward.forms if form.needs and set(form.needs) <= FACTS.keys()]
    if not forms:
        unknown = sorted({n for form in reward.forms for n in form.needs} - FACTS.keys())
        why = f"vgym.rewards.facts lacks {unknown}" if unknown else "it declares no facts"
        raise ValueError(f"reward {reward.name!r} cannot be pictured: {why}")
    for form in forms:
        for draw in (over_boxes, over_clicks, over_distance, over_numbers):
            sheet = draw(reward, form)
            if sheet is not None:
                return sheet.pixels()
    return _bars(reward, forms[0]).pixels()


def _bars(reward: Reward, form: Form) -> Sheet:
    """The value of the example, and with each fact wrong alone."""
    bars = {"all right": float(values_around(reward, form, {})[0])}
    for name in form.needs:
        if FACTS[name].wrong is not None and len(bars) < _MOST_BARS:
            bars[f"{name} wrong"] = float(values_around(reward, form, {}, wrong=name)[0])
    low, high = min(0.0, *bars.values()), max(0.0, *bars.values())
    pad = 0.12 * (high - low)
    x = even_axis("value", low - pad if low < 0 else low, high + pad)
    step = min(44, 280 // len(bars))
    area = Area(200, 44, 410, step * len(bars))
    middles = [(k + 0.5, name) for k, name in enumerate(bars)]
    sheet = Sheet(SIZE_HW, title_of(reward))
    sheet.axes(area, x, Axis("", float(len(bars)), 0.0, middles))
    zero = area.left + x.share(0) * area.width
    for k, value in enumerate(bars.values()):
        end = area.left + x.share(value) * area.width
        top = area.top + k * step + 3
        sheet.bar((min(zero, end), top, max(zero, end), top + step - 6), min(k, 1))
        sheet.text(
            (end + (4 if value >= 0 else -4), top + step / 2 - 3),
            f"{value:.3g}",
            "lm" if value >= 0 else "rm",
        )
    sheet.rule(zero, area.top, area.top + area.height)
    return sheet
