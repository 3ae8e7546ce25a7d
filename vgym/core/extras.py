"""What is said where a package is missing that only some users need."""

from __future__ import annotations


def missing(package: str, extra: str, error: ImportError) -> ImportError:
    """The error to raise from that of an optional package.

    Args:
        package: what cannot be loaded, by the name that people know it by.
        extra: of vgym, which installs it.
        error: why it cannot; it may be there and broken.

    >>> print(missing("Ray", "rllib", ImportError("No module named 'ray'")))
    Ray cannot be loaded (No module named 'ray'); from a clone of vgym: \
pip install -c constraints.txt -e '.[rllib]'
    """
    return ImportError(
        f"{package} cannot be loaded ({error}); from a clone of vgym: "
        f"pip install -c constraints.txt -e '.[{extra}]'"
    )
