"""Every span of code in the README and the documents is something that there is.

A span is read by the first reader that knows its kind; one that nobody reads fails. What is not
vgym's own (words of Gymnasium, shapes, placeholders) is declared below.
"""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import gymnasium
import pytest
from documents.pages import PAGES, ROOT, commands, help_texts, spans

from vgym.baselines.agents import AGENTS, AgentRow
from vgym.chat import ChatEnv, ChatVectorEnv, dialect, dialects
from vgym.chat.conversations import Conversations
from vgym.chat.messages import encoded
from vgym.chat.reading.calls import TOOL_FORMS
from vgym.chat.reading.dialect import Dialect
from vgym.chat.reading.resizing import policies
from vgym.chat.reading.said import Reading
from vgym.core.action_forms import FORMS
from vgym.core.config import Config, make_config
from vgym.core.single_env import Env
from vgym.core.task import Task
from vgym.core.vector_env import VectorEnv
from vgym.data import Item, load
from vgym.data.geotagged.columns import COLUMNS
from vgym.envs.geolocation.moves import MOVES as GEO_MOVES
from vgym.envs.navigation.mazes.types import NAMES
from vgym.envs.navigation.team.types import TASK_NAMES
from vgym.envs.zoom.moves import PAGE_MOVES
from vgym.evaluation import conversation
from vgym.evaluation.agent import Agent
from vgym.evaluation.audit import ATTACKS
from vgym.evaluation.pictures import MASKED, PERTURBED
from vgym.geometry.conventions import Convention
from vgym.integrations.episodes import SCORES
from vgym.registration import Family, Row, named, register, registered
from vgym.rewards import Reward, Score, recipes, score
from vgym.rewards.facts import FACTS, MASKS

if not (ROOT / "README.md").exists():
    pytest.skip("the installed package has no documents beside it", allow_module_level=True)

# Words of Gymnasium, PettingZoo, SB3, pytest, trainers, and of files that other programs write.
OF_OTHERS = """
--train.agent_func_path
datasets.load_dataset("ground", split="train")
shuffle_dataset=False
train_dataset
make
make_vec
final_obs
info["final_obs"]
final_info
_final_obs
reset_mask
options={"reset_mask": mask}
DISABLED
NEXT_STEP
SAME_STEP
SyncVectorEnv
num_envs
copy
info
act
vector_kwargs={"shared_memory": False}
vectorization_mode="async"
vectorization_mode="sync"
"sync"
VecMonitor
info_keywords
env_method
get_attr
set_attr
set_options
GRPOTrainer(..., reward_funcs=grounding_reward)
compute_score
custom_reward_function.path
target_box
dict
eval
pickle.load
pathlib.Path
import vgym
help(gymnasium.make(id).unwrapped)
.map
map_server
"units": "degrees"
iscrowd
annotations
annotations/
valid/_annotations.coco.json
instances.json
instances*.json
instances_val2017.json
images/
images/val2017/
val2017/
refs
refs*.json
refs*.p
testA
screenspot_imgs/
screenspotv2_image/
direct_attributes/
relative_position/
labelTxt/
im2gps3k_places365.csv
yfcc4k_places365.csv
train.csv
test.csv
0.png
"lonlat": [2.2945, 48.8584]
f_path
bbox_info
short_expr
strict=True
VGYM_QUIET=1
VGYM_THREADS
NUMBA_CACHE_DIR
-O
-W error
type
interact
pytest
lint-imports
-m "slow or web"
ResetNeeded
ClosedEnvironmentError
is_success
RescaleAction
VecEnv
VecFrameStack
VecNormalize(envs, norm_obs_keys=["goal"])
RecurrentPPO("MultiInputLstmPolicy", ...)
MaskablePPO
AutoresetMode
pickle
copy.deepcopy
terminated
truncated
terminated | truncated
info["final_info"]
<bbox>1 2 3 4</bbox>
settings = {"depth": True}
window.vgym
start(seed, split)
texts
{instruction, done, reward, success}
transformers serve
&
%2C
OPENAI_API_KEY
cache=FILE
local:FOLDER
scripted:FILE
<answer>
<tool_call>
<|begin_of_box|>
Action:
Answer:
NaN
Infinity
(box)
left_click
start_box
refcoco_grounding
{kind, box, to, text}
inspect eval vgym/play
-T
generate_until
generate_until_agentic
reverse_geocoder
cv2.remap
remap
coordinate
rapidocr-onnxruntime
options={"record": k}
data:
action: {"answer": ...}
Authorization: Bearer TOKEN
headers={...}
""".splitlines()
# Placeholders, shapes and what stands in words: whatever is a Python expression, with these names.
VARIABLES = set(
    "a d f g t B H W M N K R i s level path mask robots columns rows width height max_boxes".split()
)
VARIABLES |= set(
    "j seed x y x0 y0 x1 y1 keys state action unread team_share success convention".split()
)
MARKS = {"NAME-sound", "-sound", "-vN", "sound", "web", "ID", "0.99 as fraction/yxyx", "note"}
MARKS |= {"at once", "at random", "by heart"}  # policies of a table
# What commands write, and what a page that is followed makes (tests/test_contributing.py).
WRITTEN = re.compile(
    r"(?:report/)?report\.html|results\.json|audit\.(?:json|html)|episodes\.jsonl"
    r"|.*\b(?:dots|my_package|\w+_agent)\b.*|(?:types|generator|task)\.py"
)


@cache
def _rows() -> tuple[Row, ...]:
    return registered()


@cache
def _configs() -> tuple[tuple[type[Config], dict[str, Any]], ...]:
    rows = [row for row in _rows() if row.task]
    return tuple((named(row.task, "task").config_class, dict(row.settings)) for row in rows)


@cache
def _settings() -> frozenset[str]:
    """Names of settings, of all tasks, and of what `make` and `make_vec` take beside them."""
    found = {name for config, _ in _configs() for name in config.__dataclass_fields__}
    for row in _rows():
        for path in (row.entry_point, row.vector_entry_point):
            found |= set(inspect.signature(named(path, "env")).parameters)
    for function in (score, load, register):
        found |= set(inspect.signature(function).parameters)
    return frozenset(found | {"task", "max_cycles"})


@cache
def _metrics() -> frozenset[str]:
    """Keys of infos and observations, of every id that can be made without an extra."""
    found: set[str] = set()
    for row in _rows():
        if row.native:
            env = gymnasium.make(row.id, image_size=64, expose="truth")
            observation, info = env.reset(seed=0)
            found |= set(observation) | set(info) | set(env.step(env.action_space.sample())[4])
            env.close()
    return frozenset(found)


def _an_id(span: str) -> bool:
    return any(span in (row.id, row.id.removesuffix("-v0")) for row in _rows())


def _a_recipe(span: str) -> bool:
    return span in recipes() or span in FACTS or span in MASKS.values() or span in AGENTS


def _a_file(span: str) -> bool:
    if not re.fullmatch(r"[\w./-]+", span) or span.startswith("/"):
        return False
    folders = (
        "",
        "docs",
        "baselines",
        "vgym",
        "vgym/rewards",
        "vgym/rewards/published",
        "vgym/data",
        "assets",
    )
    found = [ROOT / folder / span for folder in folders] + list((ROOT / "assets").rglob(span))
    return "." in span[1:] + ("." if "/" in span else "") and any(p.exists() for p in found)


def _a_test(span: str) -> bool:
    """``file.py::test_name``, looked up by test_hardening.py."""
    return "::test_" in span


def _a_command(span: str) -> bool:
    """Run by test_commands.py, or a flag of one."""
    flags = " ".join(help_texts().values())
    flag = span.split(" ")[0]
    option = span.startswith("--") and (f"{flag} " in flags or flag in _options())
    return option or span.startswith("vgym ") or span in {command.text for command in commands()}


@cache
def _options() -> frozenset[str]:
    """Flags of scripts and modules that are run by ``python -m``."""
    files = [f for top in ("vgym", "baselines") for f in (ROOT / top).rglob("*.py")]
    flags = re.compile(r'add_argument\(\s*"(--[\w-]+)"')
    return frozenset(n for f in files for n in flags.findall(f.read_text(encoding="utf-8")))


def _a_setting(span: str) -> bool:
    """``name`` or ``name=value`` of an environment that takes it."""
    name, _, value = span.partition("=")
    if not name.isidentifier():
        return False
    if not value:
        return name in _settings()
    if name == "source" and not re.fullmatch(r'"[a-z]+"', value):
        return True  # a file of the reader's
    by_other_names = {"task", "max_cycles", "copy", "family", "target_convention"}
    taken = any(_takes(config, fixed, name, value) for config, fixed in _configs())
    return taken or name in by_other_names


def _takes(config: type[Config], fixed: dict[str, Any], name: str, value: str) -> bool:
    """Whether it does as it is, or with one of its forms of actions."""
    for action in ({}, *({"action": form} for form in config.actions)):
        try:
            make_config(config, {**fixed, **action, name: ast.literal_eval(value)})
        except (TypeError, ValueError, SyntaxError):
            continue
        return True
    return False


def _a_choice(span: str) -> bool:
    """One of the words that settings take."""
    words = {*FORMS, *NAMES, *TASK_NAMES, "train", "val", "test", "tokens", "text", "bag"}
    words |= {source for config, _ in _configs() for source in config.sources}
    words |= {form for config, _ in _configs() for form in config.actions}
    words |= {*PAGE_MOVES, *GEO_MOVES, *SCORES, MASKED, PERTURBED}
    return span.strip('"') in words or _of_a_literal(span)


def _of_a_literal(span: str) -> bool:
    word = re.fullmatch(r'"?([a-z]+)"?', span)
    return word is not None and any(
        _takes(config, fixed, name, repr(word[1]))
        for config, fixed in _configs()
        for name in config.__dataclass_fields__
        if name not in ("reward", "device", "source")
    )


def _a_metric(span: str) -> bool:
    key = re.fullmatch(r'info\["(\w+)"\]', span)
    return (key[1].removeprefix("_") if key else span) in _metrics() | OF_PAGES  # or its mask


# Metrics and info keys of what is not made here: told by the pages of teams, of the browser and of
# answers that say regions; and a part of one.
OF_PAGES = frozenset(
    {
        *("crash", "left", "crash_reason", "progress", "distance", "parse_error", "plan_left"),
        *("closeness", "area_to_truth_km2", "recall_area", "oriented_iou", "chain"),
    }
)


@cache
def _tasks() -> tuple[type[Any], ...]:
    return tuple(named(row.task, "task") for row in _rows() if row.task)


def _an_attribute(span: str) -> bool:
    name = span.partition("(")[0].rpartition(".")[2]
    own = (Env, VectorEnv, Task, Item, Family, Row, AgentRow, Reward, Score, *_tasks())
    return any(hasattr(each, name) or name in getattr(each, "__annotations__", {}) for each in own)


def _a_name(span: str) -> bool:
    """Dotted names are test_names.py's; plain ones are looked for in every module of ours."""
    if span.startswith("vgym"):
        return True
    return span.partition("(")[0] in _defined()


@cache
def _defined() -> frozenset[str]:
    """What modules define at their own level."""
    files = [f for top in ("vgym", "envs", "baselines") for f in (ROOT / top).rglob("*.py")]
    top_level = re.compile(r"^(?:class |def |)([A-Za-z_]\w*)", re.M)
    return frozenset(n for f in files for n in top_level.findall(f.read_text(encoding="utf-8")))


def _an_attack(span: str) -> bool:
    return span in {attack.name for attack in ATTACKS}


def _of_an_agent(span: str) -> bool:
    """What an agent may have, as the docstrings tell it."""
    return f"``{span}``" in f"{Agent.__doc__}{conversation.__doc__}"


def _a_convention(span: str) -> bool:
    try:
        Convention.parse(span)
    except ValueError:
        return False
    return True


def _an_extra(span: str) -> bool:
    """An extra, or a package that one asks for."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    packages = {re.split(r"[\[>]", each)[0] for wanted in extras.values() for each in wanted}
    return span in extras or span in packages


def _a_column(span: str) -> bool:
    """What a table with places may call its columns."""
    return any(span in names for names in COLUMNS.values())


def _an_expression(span: str) -> bool:
    """A literal, a space, or an expression over declared variables."""
    numbers = r"\[[-\d. ]+\]"  # as NumPy prints them
    if re.fullmatch(rf"MultiDiscrete\({numbers}\)|Box\({numbers}, {numbers}, .*\)", span):
        return True
    try:
        tree = ast.parse(span, mode="eval")
    except SyntaxError:
        return False
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    spaces = {"Box", "Dict", "Discrete", "MultiDiscrete", "Text", "gymnasium"}
    spaces |= {"float32", "float64", "uint8"}
    return names <= VARIABLES | spaces | {"score", "vgym", "step", "reset"}


@cache
def _told_in_conversations() -> frozenset[str]:
    return frozenset(ChatEnv("VGroundPoint-v0", image_size=64).reset(seed=0)[1])


def _of_a_conversation(span: str) -> bool:
    """A dialect or a resize policy by name, or what conversations and readings have and take."""
    if span.strip('"') in {*dialects(), *policies(), *TOOL_FORMS}:
        return True
    told = re.fullmatch(r'info\["(\w+)"\]', span)
    if told:
        return told[1] in _told_in_conversations()
    said = re.fullmatch(r"(?:(?P<of>\w+)\.)?(?P<name>\w+)(?:[=(].*)?", span)
    owners = (Dialect, Reading, ChatEnv, ChatVectorEnv, Conversations)
    taken = {name for each in owners for name in inspect.signature(each).parameters}
    taken |= {
        *inspect.signature(dialect).parameters,
        *inspect.signature(encoded).parameters,
        "dialect",
        *(each.__name__ for each in owners),
    }
    if said is None or said["of"] not in (None, "dialect", "reading", "env"):
        return False
    if said["of"] is None:
        return said["name"] in taken
    return any(hasattr(each, said["name"]) for each in owners) or said["name"] in taken


@cache
def _server() -> str:
    return "".join(f.read_text(encoding="utf-8") for f in (ROOT / "vgym/chat/serving").glob("*.py"))


def _of_the_server(span: str) -> bool:
    """A path of `vgym serve`, or a field of what it is sent and sends."""
    said = re.fullmatch(r"(?:GET |POST )?(/\w+)(?:\?(\w+)=\.\.\.)?|(?:metadata\.)?(\w+)", span)
    return said is not None and all(f'"{name}"' in _server() for name in said.groups() if name)


READERS: tuple[Callable[[str], bool], ...] = (
    _an_id, _a_recipe, _a_file, _a_test, _a_command, _a_setting, _a_choice, _an_attribute, _a_name,
    _an_expression, _a_convention, _a_metric, _an_attack, _of_an_agent,
    _of_a_conversation, _of_the_server, _an_extra, _a_column,
)  # fmt: skip


def _declared() -> set[str]:
    return set(OF_OTHERS) | MARKS | {package.name for package in (ROOT / "vgym").iterdir()}


def _unread(page: Any) -> Iterator[str]:
    for span in dict.fromkeys(spans(page)):
        known = span in _declared() or WRITTEN.fullmatch(span)
        if not known and not any(reads(span) for reads in READERS):
            yield span


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_span_is_something_that_there_is(page: Any) -> None:
    assert list(_unread(page)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "span",
    ["VGruond-v0", "gui-g3", "docs/nothing.md", "--nothing", 'view="sideways"', 'info["nothing"]'],
)
def test_what_there_is_not_is_found(span: str) -> None:
    assert not any(reads(span) for reads in READERS)
