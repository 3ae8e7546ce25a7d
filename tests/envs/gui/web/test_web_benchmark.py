"""The benchmark of pages runs, and says why what it could not run is missing."""

import pytest

pytest.importorskip("playwright")

from vgym.baselines import benchmark_web

pytestmark = pytest.mark.web


# Selenium leaves sockets and processes to the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_every_contestant_has_a_rate_or_a_reason() -> None:
    result = benchmark_web.measure(2, 1, ("click-test",))
    rates = result["steps_per_s"]["click-test"]
    assert set(rates) == {"batch of 2", benchmark_web.ONE, benchmark_web.SELENIUM}
    for name, rate in rates.items():
        if isinstance(rate, str):
            assert name == benchmark_web.SELENIUM and rate in ("not installed", "no chromedriver")
        else:
            assert 0 < rate["lower"] <= rate["median"] <= rate["upper"]
    assert result["batch_over"]["click-test"][benchmark_web.ONE] == pytest.approx(
        rates["batch of 2"]["median"] / rates[benchmark_web.ONE]["median"]
    )
    assert "batch of 2 over one environment" in benchmark_web.table(result)
    assert result["commit"] and result["versions"]["chromium"]
