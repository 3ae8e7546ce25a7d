"""What is said where a package is missing that only some users need."""

from __future__ import annotations


def missing(package: str, extra: str, error: ImportError, *, alone: bool = False) -> ImportError:
    """The error to raise from that of an optional package.

    Args:
        package: what cannot be loaded, by the name that people know it by.
        extra: of vgym, which installs it.
        error: why it cannot; it may be there and broken.
        alone: whether it wants other versions than `constraints.txt` has, and so an environment of
            its own.

    >>> print(missing("Ray", "ray", ImportError("No module named 'ray'")))
    Ray cannot be loaded (No module named 'ray'); from a clone of vgym: \
pip install -c constraints.txt -e '.[ray]'
    """
    where = " in an environment of its own" if alone else ""
    versions = "" if alone else "-c constraints.txt "
    return ImportError(
        f"{package} cannot be loaded ({error}); from a clone of vgym{where}: "
        f"pip install {versions}-e '.[{extra}]'"
    )
