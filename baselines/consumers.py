"""Which trainers take vgym's environments: each is run, and what ran is written with its versions.

Those that need other versions than the rest run in environments of their own; results of several
runs are merged.

    python -m vgym.baselines.consumers                     all that are installed
    python -m vgym.baselines.consumers "SB3 PPO" RLlib --out consumers.json
"""

from __future__ import annotations

import argparse
import json
import platform
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vgym.baselines.consumer_runs import CONSUMERS

RESULT = Path(__file__).parent / "results" / "consumers.json"
_BESIDE = ("torch", "gymnasium", "numpy")


def versions(packages: tuple[str, ...]) -> dict[str, str] | None:
    """Those that are installed; None where one is missing."""
    try:
        return {name: version(name) for name in (*packages, *_BESIDE)}
    except PackageNotFoundError:
        return None


def tried(name: str) -> dict[str, Any]:
    """What a consumer ran, or the error that it met.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    run, packages = CONSUMERS[name]
    held = versions(packages)
    if held is None:
        raise ModuleNotFoundError(f"{name} needs {' and '.join(packages)}: pip install them")
    result = {"versions": held, "python": platform.python_version()}
    try:
        return {"ran": run(), **result}
    except Exception as error:  # whatever a trainer raises is the result
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"[:300], **result}


def table(results: dict[str, Any]) -> str:
    """The results as a table in Markdown."""
    lines = ["| consumer | what ran | versions |", "| --- | --- | --- |"]
    for name in CONSUMERS:
        found = results.get(name, {"error": "not run"})
        said = found.get("ran") or f"**failed**: {found['error']}"
        held = ", ".join(f"{package} {one}" for package, one in found.get("versions", {}).items())
        lines.append(f"| {name} | {said} | {held} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Run them, print what ran, and merge it into the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CONSUMERS))
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in CONSUMERS:
            parser.error(f"unknown consumer {name!r}; there are {', '.join(CONSUMERS)}")
    installed = [name for name, (_, packages) in CONSUMERS.items() if versions(packages)]
    results: dict[str, Any] = (
        json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    )
    for name in options.names or installed:
        results[name] = tried(name)
        print(f"{name}: {results[name].get('ran') or results[name]['error']}", flush=True)
        options.out.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
