"""``python -m vgym.cli`` is ``vgym``."""

from __future__ import annotations

import sys

from vgym.cli import main

if __name__ == "__main__":
    sys.exit(main())
