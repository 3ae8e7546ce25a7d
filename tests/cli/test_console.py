"""What is being compiled is drawn where a screen is being drawn on, and said in lines elsewhere."""

import io

import pytest
from rich.console import Console

from vgym.cli.console import compiling_shown, spinner
from vgym.compile_progress import tell


@pytest.mark.parametrize("screen", [True, False])
def test_where_it_is_shown(screen: bool, capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[str] = []
    console = Console(file=io.StringIO(), force_terminal=screen)
    with compiling_shown(console, shown.append):
        tell("3 of 9", False)
        tell("done", True)
    assert shown == (["3 of 9", ""] if screen else [])
    assert capsys.readouterr().err.endswith("" if screen else "done\n")


def test_a_spinner_guesses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with spinner():
        pass
    assert capsys.readouterr().err.strip() == ""
