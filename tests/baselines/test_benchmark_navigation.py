"""The benchmark of walking runs, and says why what it could not run is missing."""

from __future__ import annotations

import importlib.util

import pytest

from vgym.baselines import benchmark_navigation


@pytest.mark.slow
def test_every_contestant_has_a_rate_or_a_reason() -> None:
    result = benchmark_navigation.measure(4, 1, rooms=4, worlds=1)
    rates = result["frames_per_s"]
    assert len(rates) == 5
    for name, rate in rates.items():
        if isinstance(rate, str):
            assert not name.startswith(("native", "sync"))
        else:
            assert 0 < rate["lower"] <= rate["median"] <= rate["upper"]
    if importlib.util.find_spec("miniworld") is None:
        assert rates["MiniWorld FourRooms, one environment"] == "not installed"
    assert result["native_64_over"]["sync, 64 px"] == pytest.approx(
        rates["native, 64 px"]["median"] / rates["sync, 64 px"]["median"]
    )
    assert "native, 64 px, over sync" in benchmark_navigation.table(result)
    assert result["commit"]
