"""Pages for tests: one big button, which does what the test wants when it is clicked."""

from pathlib import Path

_PAGE = """<!doctype html><title>{title}</title>
<body style="margin:0"><button id="b" style="width:200px;height:100px">{title}</button>
<input id="t" style="width:190px"><script>
let clicks = 0, over = false, seed = '';
window.vgym = {{
  start(s) {{ clicks = 0; over = false; seed = s; document.getElementById('t').value = ''; }},
  read() {{
    const typed = document.getElementById('t').value.length;
    return {{ instruction: 'Click "' + seed + '" ' + clicks + ' ' + typed,
      done: over, reward: over ? 1 : 0, success: over,
      plan: [{{ kind: 'click', box: [0, 0, 200, 100] }}] }};
  }},
}};
document.getElementById('b').addEventListener('click', () => {{ clicks++; {onclick} }});
{script}
</script></body>"""


def page(folder: Path, onclick: str = "", script: str = "", title: str = "page") -> str:
    """The address of a page whose button runs ``onclick``; ``script`` runs as it loads."""
    file = folder / f"{title}.html"
    file.write_text(_PAGE.format(title=title, onclick=onclick, script=script))
    return file.as_uri()
