"""Python in the README and the documents runs as printed, in order, in one session a page."""

import re
from pathlib import Path
from typing import Any

import matplotlib
import pytest

import vgym

README = Path(vgym.__file__).resolve().parents[1] / "README.md"
if not README.exists():
    pytest.skip("the installed package has no README beside it", allow_module_level=True)
PAGES = sorted((README.parent / "docs").glob("*.md"))


# Whose blocks are files of a package: tests/documents/test_your_pages.py follows them.
FOLLOWED = ("your_agent.md", "your_task.md")


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def _run(page: Path) -> dict[str, Any]:
    """What a session that runs the page's blocks holds at its end."""
    session: dict[str, Any] = {"__name__": "__main__"}
    for number, block in enumerate(_blocks(page), 1):
        exec(compile(block, f"{page.name}, block {number}", "exec"), session)
    return session


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*PPO on the GPU.*:UserWarning")
def test_python_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(_blocks(README)) >= 3
    pytest.importorskip("stable_baselines3")
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    _run(README)


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if _blocks(page) and page.name not in FOLLOWED],
    ids=lambda p: p.name,
)
def test_python_blocks_of_the_documents(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _run(page)


@pytest.mark.web
def test_python_blocks_that_need_a_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (README.parent / "docs" / "gui.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python no-run\n(.*?)^```", text, re.M | re.S)
    session: dict[str, Any] = {}
    exec(compile(f"import gymnasium, vgym\n{block}", "gui.md", "exec"), session)
    session["env"].reset(seed=0)
    session["envs"].reset(seed=0)
    session["env"].close()
    session["envs"].close()


def test_a_trainer_is_paid_what_the_page_says() -> None:
    session = _run(README.parent / "docs" / "your_trainer.md")
    said = [
        '{"box": [12, 8, 58, 44]}',
        "no",
        '{"box": [1, 2]}',
        "[" * 100_000,
        '{"box": [1e999, 0, 1, 1]}',
    ]
    paid = session["grounding_reward"](
        ["?"] * 5, said, target_box=[[12, 8, 58, 44]] * 5, size_hw=[[240, 320]] * 5
    )
    assert paid == [1.0, 0.0, 0.0, 0.0, 0.0]
    turns = [[{"role": "assistant", "content": said[0]}]]
    assert session["grounding_reward"](["?"], turns, [[12, 8, 58, 44]], [[240, 320]]) == [1.0]
    assert session["compute_score"]("", said[0], [12, 8, 58, 44])["score"] == 3.0
    assert session["compute_score"]("", "no", [12, 8, 58, 44])["score"] == 0.0
    assert session["boxes"].grad.abs().sum() > 0
    halved = vgym.rewards.score(session["halved"], **session["BOXES"], size_hw=(240, 320))
    assert [round(value, 4) for value in halved.value.tolist()] == [0.5, 0.2125]
    session["envs"].reset(seed=0)
    *_, info = session["envs"].step(session["envs"].unwrapped.oracle())
    assert {"iou", "covered"} <= info["reward_terms"].keys()


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_id_is_in_the_table() -> None:
    from vgym.registration import registered

    text = README.read_text(encoding="utf-8")
    assert all(row.id in text for row in registered())
