"""What conversations keep beside what is said."""

import gymnasium
import pytest

import vgym  # noqa: F401
from vgym.chat.conversations import Conversations


@pytest.mark.parametrize("calls", ["text", "native"])
def test_transcripts_say_which_places_were_read(calls: str) -> None:
    envs = gymnasium.make_vec("VGroundPoint-v0", num_envs=2, image_size=100)
    talks = Conversations(envs, "qwen2.5-vl", calls=calls)
    talks.see(envs.reset(seed=0)[0])
    assert talks.shown_hw == (112, 112)
    told = talks.say(1, envs.unwrapped.oracle()[1])
    talks.hear(1, told)
    point = 112 * envs.unwrapped.oracle()[1]
    (read,) = talks.whole(1)[-1]["places"]["points"]
    assert read == pytest.approx(point, abs=0.5001)
    assert "places" not in talks.messages(1)[-1]
    talks.take_back(1)
    talks.hear(1, "nowhere")
    assert "places" not in talks.whole(1)[-1]
