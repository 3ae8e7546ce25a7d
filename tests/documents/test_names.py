"""Every name of vgym in the README, the documents and the help texts resolves."""

import ast
import inspect
import re
import subprocess
import sys
from importlib.util import find_spec

import pytest
from documents.pages import PAGES, ROOT, blocks, help_texts, spans, spans_of

import vgym

if not (ROOT / "README.md").exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)

_DOTTED = re.compile(r"(?<![\w./])vgym(?:\.[A-Za-z_]\w*)+")
_FILE = re.compile(r"\.(?:py|toml|md|json)$")
# Modules that are of no use without a package of an extra.
_NEED = {
    "vgym.integrations.inspect_ai": "inspect_ai",
    "vgym.integrations.verifiers": "verifiers",
}


def _names() -> set[str]:
    """Dotted names of spans, of code, and of help texts."""
    texts = [span for page in PAGES for span in spans(page)]
    texts += [span for text in help_texts().values() for span in spans_of(text)]
    texts += [b.text for page in PAGES for b in blocks(page) if b.kind.split(" ")[0] == "python"]
    found = {name for text in texts for name in _DOTTED.findall(text)}
    found -= {name for name, needed in _NEED.items() if find_spec(needed) is None}
    # vgym.envs.dots is made by who follows a page (tests/test_contributing.py).
    return {name for name in found if not _FILE.search(name) and ".dots" not in name}


def test_every_dotted_name_resolves_after_importing_vgym_alone() -> None:
    names = sorted(_names())
    assert {"vgym.data", "vgym.envs.navigation.team_v0", "vgym.rewards.score"} <= set(names)
    code = (
        "import functools, sys, vgym\n"
        "for name in sys.argv[1:]:\n"
        "    functools.reduce(getattr, name.split('.')[1:], vgym)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_keywords_of_calls_are_taken() -> None:
    """`vgym.data.load(path, strict=True)`: the function takes what it is shown with."""
    calls = 0
    for page in PAGES:
        for span in spans(page):
            match = re.match(_DOTTED.pattern + r"\(", span)
            if not match or not span.endswith(")"):
                continue
            call = ast.parse(span.replace("...", "None"), mode="eval").body
            assert isinstance(call, ast.Call)
            found = vgym
            for part in match[0][:-1].split(".")[1:]:
                found = getattr(found, part)
            names = inspect.signature(found).parameters
            assert {k.arg for k in call.keywords} <= set(names) or "settings" in names, span
            calls += 1
    assert calls > 1
