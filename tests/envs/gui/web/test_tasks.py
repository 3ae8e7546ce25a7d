"""Pages of one's own by address and by path, found without a browser."""

from pathlib import Path

import pytest

from vgym.envs.gui.web.tasks import FLOWS, find_tasks


def test_a_page_is_named_by_address_or_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "my page.HTML"
    (found,) = find_tasks(page.as_uri(), None, False)
    assert found.url == page.as_uri()
    for name in (page, str(page), Path("my page.HTML"), "my page.HTML", [page], (str(page),)):
        assert find_tasks(name, None, False) == (found,)
    assert find_tasks([page, page.as_uri()], 64, False)[0].size_hw == (64, 64)


def test_names_stay_names(tmp_path: Path) -> None:
    assert [task.name for task in find_tasks([*FLOWS], None, False)] == [*FLOWS]
    assert find_tasks("http://localhost:8000/a.html", None, False)[0].url.startswith("http://local")
    with pytest.raises(ValueError, match="address on another machine"):
        find_tasks("https://example.org/a.html", None, False)
    with pytest.raises(ValueError, match="did you mean 'shop'"):
        find_tasks("shopp", None, False)
    with pytest.raises(ValueError, match="unknown task 7"):
        find_tasks([7], None, False)  # type: ignore[list-item]
