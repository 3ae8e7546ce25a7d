// Evaluated in a page of MiniWoB++: what it says through core.js, said as vgym asks for it.
(() => {
  const style = document.createElement('style');
  // The cover between episodes and the panels beside the task are not part of its picture.
  style.textContent =
    'html{overflow:hidden}#sync-task-cover,#reward-display,#click-canvas{display:none!important}';
  document.head.append(style);
  window.vgym = {
    start(seed, split) {
      // No clock: steps are counted by the environment, and the reward is the undiscounted one.
      core.EPISODE_MAX_TIME = 2147483647;
      if (core.EP_TIMER !== null) core.endEpisode(0);
      core.setDataMode(split === 'test' ? 'test' : 'train');
      Math.seedrandom(seed);
      core.startEpisodeReal();
      if (document.activeElement) document.activeElement.blur();
      window.scrollTo(0, 0);
    },
    read() {
      const said = core.getUtterance();
      const instruction = typeof said === 'object' ? said.utterance : said;
      // What can be typed: what the words quote, what they set in bold, what the page lists.
      const bold = [...document.querySelectorAll('#query .bold')].map((span) => span.textContent);
      const listed = typeof said === 'object' ? Object.values(said.fields).map(String) : [];
      const quoted = [...instruction.matchAll(/"([^"]*)"/g)].map((found) => found[1]);
      let plan = [];
      try {
        if (!WOB_DONE_GLOBAL) plan = window.vgym.plan();
      } catch (error) {
        console.error(error);
      }
      return {
        instruction,
        texts: [...new Set([...quoted, ...listed, ...bold])],
        done: WOB_DONE_GLOBAL,
        reward: WOB_DONE_GLOBAL ? WOB_RAW_REWARD_GLOBAL : 0,
        // Marks below the full one are credit for a part of the task, or for a near miss.
        success: WOB_DONE_GLOBAL && WOB_RAW_REWARD_GLOBAL >= window.vgymFullMark(),
        plan,
      };
    },
  };
})();
