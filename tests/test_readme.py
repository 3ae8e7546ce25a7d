"""The README's Python runs as printed, in order, in one session."""

import re
from pathlib import Path
from typing import Any

import matplotlib
import pytest

import vgym

README = Path(vgym.__file__).resolve().parents[1] / "README.md"
if not README.exists():
    pytest.skip("the installed package has no README beside it", allow_module_level=True)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*PPO on the GPU.*:UserWarning")
def test_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = README.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    assert len(blocks) >= 3
    pytest.importorskip("stable_baselines3")
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    session: dict[str, Any] = {"__name__": "__main__"}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"README.md, block {number}", "exec"), session)


def test_links_lead_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (README.parent / target).exists(), target


def test_every_id_is_in_the_table() -> None:
    from vgym.registration import registered

    text = README.read_text(encoding="utf-8")
    assert all(row.id in text for row in registered())
