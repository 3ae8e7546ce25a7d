"""Options and settings of the whole test run, and how it is shared out among workers."""

import os
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sampling import siblings_that_wait

# Every worker process of pytest-xdist would otherwise start a thread for each core.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/envs/golden.json anew instead of comparing with it",
    )


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a fresh clone, kernels are compiled before the workers start: each would do it again."""
    import vgym

    option, package = session.config.option, Path(vgym.__file__).parent
    cold = not any(package.glob("core/**/__pycache__/*.nbc"))
    if cold and getattr(option, "tx", None) and not option.collectonly:
        _compile_kernels()


def _compile_kernels() -> None:
    """Play a step of every id and source; those of one subject, which share kernels, in one
    process. One process a core: what subjects share is found on disk by those that begin later."""
    from vgym.evaluation.compiled_ahead import Configuration, compile_apart
    from vgym.registration import named, registered
    from vgym.row_threads import usable_cores

    subjects: dict[str, list[Configuration]] = defaultdict(list)
    for row in registered():
        if row.native:
            taken = named(row.task, "task").config_class.__dataclass_fields__
            view = {"view": "dual"} if "view" in taken else {}  # which shows all views
            for source in row.family.sources:
                played = {"image_size": 64, "source": source, **view}
                subjects[row.family.subject].append((row.id, played))

    def play(configurations: list[Configuration]) -> None:
        with compile_apart(configurations) as process:
            process.wait()  # what fails is told by the tests of its ids

    with ThreadPoolExecutor(usable_cores()) as cores:
        list(cores.map(play, sorted(subjects.values(), key=len, reverse=True)))


@pytest.fixture(autouse=True)
def _modules_are_found_where_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands look for modules in the folder they start in; no test's folder stays behind."""
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def own_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """No shared source of other tests; theirs are kept, and need not be made again afterwards."""
    from vgym.core import shared_sources

    monkeypatch.setattr(shared_sources, "_shelf", shared_sources._Shelf())


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What drives a browser is left out, aloud, where there is none. One worker runs all tests of
    an id, or else of a file: what they load and make once is not loaded in every worker; tests of a
    browser, which mostly wait, go wherever a worker is free. Of ids that are alike all but one wait
    for the slow tests."""
    from vgym.data.capture.chromium import find_chromium

    for item in siblings_that_wait(items) if not config.getoption("--update-golden") else ():
        item.add_marker(pytest.mark.slow)
    no_browser = pytest.mark.skip(reason="no Chromium here: apt install chromium")
    found = find_chromium() is not None
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        group = parameters.get("env_id", item.path.relative_to(item.config.rootpath))
        if item.get_closest_marker("web"):
            group = item.nodeid
            if not found:
                item.add_marker(no_browser)
        if item.get_closest_marker("xdist_group") is None:  # a file may say that it stays together
            item.add_marker(pytest.mark.xdist_group(str(group)))
