"""``vgym serve``: episodes over HTTP, for trainers in other processes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import vgym
from vgym.chat.messages import ENCODINGS
from vgym.chat.prompts import CALLS
from vgym.cli import options as words
from vgym.cli.console import spinner
from vgym.cli.parser import add_command
from vgym.number_options import count, integer, number
from vgym.registration import row_of

if TYPE_CHECKING:
    from vgym.cli.parser import Commands

_EXAMPLES = """
examples:
  vgym serve VGround-v0 --dialect qwen2.5-vl
  vgym serve VZoom-v0 --dialect qwen3-vl --source earth --split test --port 0
  vgym serve VGui-v0 --host 0.0.0.0               needs a token, see below

Each session plays episodes of its own, by messages in OpenAI's form with their pictures in them:
  curl localhost:8000/reset -d '{"seed": 7}'      begins one; metadata.session_id names it
  curl localhost:8000/step -d '{"session_id": "...", "action": {"answer": "[10, 20, 80, 90]"}}'
  curl localhost:8000/close -d '{"session_id": "..."}'
Clients of OpenEnv connect as they are: GenericEnvClient(base_url="http://localhost:8000"). They
speak by /ws, where a connection is a session. Episode, messages and reward are those of
vgym.chat.ChatEnv with the same seed and settings, to the bit; docs/serve.md has a client to copy.

By default this machine alone is let in. For others set a token, which they send in the header
`Authorization: Bearer TOKEN`:
  export VGYM_TOKEN=$(python -c 'import secrets; print(secrets.token_urlsafe())')
It is not encrypted on its way: across a network that is not yours, put a proxy with TLS before it.
Environments run in one thread: for more cores start more servers. Ctrl-C ends one.
"""


def add(commands: Commands) -> None:
    """Add the command."""
    text = "episodes over HTTP, for trainers in other processes"
    serve = add_command(commands, "serve", run, text, _EXAMPLES)
    serve.add_argument("id", metavar="ID", help="an environment, see `vgym list`")
    serve.add_argument(
        "--dialect", default="json", help="how models write places (default %(default)s)"
    )
    serve.add_argument(
        "--calls",
        choices=CALLS,
        default="text",
        help="whether the system prompt tells of tools, or the trainer by `tools` (default text)",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address (default %(default)s)")
    serve.add_argument(
        "--port", type=integer, default=8000, help="0 for one that is free (default 8000)"
    )
    serve.add_argument(
        "--sessions", type=count, default=64, metavar="N", help="at a time (default 64)"
    )
    serve.add_argument(
        "--idle",
        type=number,
        default=600.0,
        metavar="S",
        help="seconds without a request after which a session ends (default 600)",
    )
    serve.add_argument(
        "--encode",
        choices=ENCODINGS,
        default="png",
        help="of pictures; png loses nothing (default png)",
    )
    words.add_source_options(serve, "one that ships, such as photos, or a path (default: ID's own)")
    words.add_setting_options(serve)


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from vgym.chat.serving.server import run_server, token_of

    row = row_of(options.id)
    if not 0 <= options.port < 65536:
        raise ValueError(f"--port {options.port} is no port: 0 to 65535")
    if not options.idle > 0:
        raise ValueError(f"--idle {options.idle:g} must be more than 0 seconds")
    key = token_of(options.host)
    with spinner():
        from vgym.chat.env import ChatEnv
        from vgym.chat.serving.sessions import Sessions

        names = ("source", "split", "convention", "difficulty", "image_size")
        settings = words.given(options, *names)

        def make() -> ChatEnv:
            return ChatEnv(options.id, options.dialect, calls=options.calls, **settings)

        make().close()  # so that what is wrong is said now, and caches are filled

    def tell(address: str) -> None:
        who = "" if key is None else ", for whoever sends the token"
        print(f"{row.id} at {address}{who}; Ctrl-C ends it", flush=True)

    sessions = Sessions(make, options.encode, options.sessions, options.idle)
    try:
        run_server(
            {"name": row.id, "description": row.summary, "version": vgym.__version__},
            sessions,
            host=options.host,
            port=options.port,
            key=key,
            tell=tell,
        )
    except KeyboardInterrupt:
        print("ended")
    return 0
