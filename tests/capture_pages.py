"""Folders of pages for the tests of capture."""

from pathlib import Path

OK = "<button>Still here</button>"
HEAD = (
    "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>T</title>"
)
STYLE = "<style>body{margin:0} .at{position:absolute;border:0;padding:0;font-size:11px}</style>"


def write(folder: Path, **pages: str) -> Path:
    """A folder with one HTML file a page, named and filled as given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in pages.items():
        text = f"{HEAD}{STYLE}<body>{body}</body>"
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder
