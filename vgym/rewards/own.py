"""vgym's own recipes: the defaults of its tasks, and plain measures of boxes, points and steps."""

from vgym.rewards.earth import CHAIN, NEARNESS, SPACE, by_distance
from vgym.rewards.flow import ADVANCE, FURTHER
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import CENTRE_GAUSSIAN, COVERAGE, GIOU, IOU, SOLVED_AT_50
from vgym.rewards.path import ADVANCE_ON_LOAN, CAREFUL_SUCCESS, CLEAN_SUCCESS
from vgym.rewards.plans import PLAN_PROGRESS
from vgym.rewards.pointing import ALL_HIT, HIT, POINT_GAUSSIAN
from vgym.rewards.progress import BOX_LOCATION, BOX_NEARNESS, POINT_LOCATION, POINT_NEARNESS
from vgym.rewards.recipes import register
from vgym.rewards.reward import Reward
from vgym.rewards.search import FAIR_CHOICE, PIXELS, SEARCH
from vgym.rewards.stated import SUCCESS, stated

_OURS = "vgym"
_TOLD_APART = stated("told_apart", "robots_told_apart")
_TRAJECTORY = stated("progress", "trajectory_progress")
_SESSION = stated("progress", "session_progress")
_MEMORY = "the nearest so far is not in the picture: the reward has a memory"


def _dense(kind: str, progress: Term, success: Term, doc: str, *modes: str) -> Reward:
    """Half for progress and half for success, as `dense` pays in a task of that kind."""
    return Reward(
        name=f"dense-{kind}",
        forms=(Form(kind, ((0.5, progress), (0.5, success))),),
        source=_OURS,
        doc=doc,
        space="no coordinates",
        failure_modes=modes,
    )


register(
    Reward(
        name="dense",
        forms=(
            Form("boxes", ((0.5, IOU), (0.4375, BOX_LOCATION), (0.0625, BOX_NEARNESS))),
            Form("points", ((0.5, HIT), (0.4375, POINT_LOCATION), (0.0625, POINT_NEARNESS))),
        ),
        source=_OURS,
        doc="The default: 1 at the truth alone. A step towards it pays from everywhere (a pixel of "
        "1280, for all of 100 uniform answers), and answers that ignore the question earn at most "
        "0.07 on average (of targets anywhere, a tenth of the picture wide).",
        failure_modes=(
            "a fixed guess is close to some targets by luck and earns a few hundredths on average",
            "near repeats of a box (not exact ones) can be matched with further targets",
        ),
    ),
    Reward(
        name="sparse",
        forms=(
            Form("success", ((1.0, SUCCESS),)),
            Form("boxes", ((1.0, SOLVED_AT_50),)),
            Form("points", ((1.0, ALL_HIT),)),
        ),
        source="the usual success measure; without a task Acc@0.5 for boxes, a hit for points",
        doc="1 if the answer counts as solved, else 0; what the task states decides, else a set "
        "must be complete and have no extras.",
        failure_modes=("no slope: a policy that never succeeds learns nothing",),
    ),
    Reward(
        name="iou",
        forms=(Form("boxes", ((1.0, IOU),)),),
        source="standard; Visual-RFT, arXiv 2503.01785, uses it as a reward",
        doc="Intersection over union with continuous coordinates; soft F1 of it for sets.",
        failure_modes=(
            "no slope where boxes do not overlap",
            "used alone, boxes tend to grow (reported by GUI-G1, arXiv 2505.15810)",
        ),
    ),
    Reward(
        name="giou",
        forms=(Form("boxes", ((1.0, GIOU),)),),
        source="Rezatofighi et al., CVPR 2019, arXiv 1902.09630",
        doc="Generalised IoU: IoU less the share of the enclosing box that neither box covers.",
        range=(-1.0, 1.0),
        failure_modes=(
            "a box that covers the whole image scores above a near miss",
            "the mean over targets is above -1 for any box, so a wrong box beats no box",
        ),
    ),
    Reward(
        name="gaussian",
        forms=(
            Form("boxes", ((0.5, CENTRE_GAUSSIAN), (0.5, COVERAGE))),
            Form("points", ((1.0, POINT_GAUSSIAN),)),
        ),
        source="after GUI-G2, arXiv 2507.15846: its two terms averaged, no rounding, no format",
        doc="Gaussian of the target at the answer, and overlap of the two boxes as Gaussians.",
        failure_modes=(
            "the point half ignores the size: a box of any size with the right centre earns 0.5",
            "next to no slope further than two target sizes away",
        ),
    ),
    subject="grounding",
)
register(
    Reward(
        name="dense-earth",
        forms=by_distance((1.0, NEARNESS)),
        source=_OURS + "; places on a sphere of 6371.0088 km",
        doc="Each halving of the distance pays the same, from the antipode, which earns 0 as an "
        "answer does that could not be read, down to some fifty metres; 1 at the truth alone.",
        space=SPACE,
        failure_modes=(
            "uniform answers earn 0.06, and the best place to answer always 0.12 where "
            "places are drawn by people (it lies in eastern China), 0.09 where by area of land",
            "the middle of a country, 500 km off, earns 0.29",
        ),
    ),
    Reward(
        name="hierarchical",
        forms=by_distance((1.0, CHAIN)),
        source=_OURS + ", after GeoVista, arXiv 2511.15705, whose levels double likewise",
        doc="Continent, country, region, city: each level is worth twice the one above it, and "
        "within a level the nearer place earns more.",
        space=SPACE + "; levels of place names",
        failure_modes=(
            "a near miss across a border earns less than a far place on the right side of it",
            "uniform answers earn 0.01, and the best place to answer always 0.06 where "
            "places are drawn by people, 0.04 where by area of land",
            "a truth at sea has no levels: it earns 1/16 at most",
        ),
    ),
    subject="Earth",
)
register(
    _dense(
        "flow",
        FURTHER,
        SUCCESS,
        "Several steps on screens: each step of the shortest plan paid once, and success.",
        "the best so far is not on the screen: the reward has a memory",
    ),
    Reward(
        name="flow-potential",
        forms=(Form("flow step", ((0.25, ADVANCE), (0.25, FURTHER), (0.5, SUCCESS))),),
        source=_OURS + ", after Ng, Harada and Russell, ICML 1999",
        doc="Change of the shortest remaining plan, paid back and forth; getting further than ever "
        "before; and success. What spoils the goal counts as a plan lost twice over.",
        range=(-0.5, 1.0),
        space="plans",
        failure_modes=("a discount below 1 makes steps back cheaper than the steps before them",),
    ),
    subject="screens",
)
register(
    Reward(
        name="dense-walk",
        forms=(Form("walk", ((0.4, ADVANCE_ON_LOAN), (0.8, CAREFUL_SUCCESS))),),
        source=_OURS + "; success after SPL, arXiv 1807.06757",
        doc="A way to a goal: each metre of it is lent when it is first made, and half of the "
        "square is kept; and arriving by the shortest way, worth less with every collision. An "
        "episode earns from 0 to 1.",
        range=(-0.2, 1.0),
        space="no coordinates",
        failure_modes=(
            _MEMORY,
            "the loan falls due by the limit of steps, too, which is not in the picture",
            "a step tells whether it was right: one who climbs on that comes near, unseeing",
        ),
    ),
    _dense(
        "session",
        _SESSION,
        CLEAN_SUCCESS,
        "A session: trials of its criterion paid once, a little for the way, and success.",
        _MEMORY,
    ),
    _dense(
        "team",
        stated("progress", "robot_progress"),
        SUCCESS,
        "A robot of a team: its work, each unit paid once, and the success that needed it.",
        _MEMORY,
    ),
    _dense(
        "activate",
        _TOLD_APART,
        SUCCESS,
        "Whom to send: the needed robots told from the others, and success.",
        "the share is paid for the choice alone: it need not follow from the instruction",
    ),
    _dense(
        "plan",
        PLAN_PROGRESS,
        SUCCESS,
        "A plan for several robots: the share of the jobs that those who should get done, less for "
        "others that stir and for detours; and success.",
        "no slope from a plan whose first job fails",
    ),
    _dense(
        "trajectory",
        _TRAJECTORY,
        SUCCESS,
        "A way drawn in the picture: how near it comes to the reference, and success.",
        "another way that is as good as the reference earns less",
    ),
    subject="navigation",
)
register(
    Reward(
        name="dense-search",
        forms=(
            Form(
                "boxes",
                (
                    (0.4, SEARCH),
                    (0.3, IOU),
                    (0.2625, BOX_LOCATION),
                    (0.0375, BOX_NEARNESS),
                    (-0.1, PIXELS),
                ),
            ),
            Form(
                "points",
                (
                    (0.4, SEARCH),
                    (0.3, HIT),
                    (0.2625, POINT_LOCATION),
                    (0.0375, POINT_NEARNESS),
                    (-0.1, PIXELS),
                ),
            ),
            Form("choice", ((0.4, SEARCH), (0.6, FAIR_CHOICE), (-0.1, PIXELS))),
        ),
        source=_OURS + "; the potential after Ng, Harada and Russell, ICML 1999",
        doc="Looking closer: views of the target at fair odds, paid back and forth; the answer, "
        "paid as in dense or less what guessing earns; and a price on pixels. An episode earns at "
        "most 1.",
        range=(-1.5, 1.4),
        failure_modes=(
            "views of where targets often are, chosen without looking, earn a few hundredths",
            "a discount below 1 makes steps back cheaper than the steps before them",
        ),
    ),
    subject="zoom and pages",
)
