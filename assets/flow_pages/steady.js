// Runs before a page's own scripts: two visits that do the same see the same.
//
// Time on a page does not run: it opens at one moment, and each action lets some of it pass. So
// what a page does later does not depend on how fast the machine is.
(() => {
  const RealDate = Date;
  const opened = RealDate.UTC(2024, 4, 15, 9, 0, 0);
  const soon = 20; // what is to happen within so many milliseconds happens by itself
  const later = new Map();
  const { setTimeout, setInterval, clearTimeout, clearInterval } = window;
  let now = 0;
  let count = 1e9; // out of the way of the browser's own numbers

  window.Date = class extends RealDate {
    constructor(...parts) {
      if (parts.length) super(...parts);
      else super(opened + now);
    }
    static now() {
      return opened + now;
    }
  };
  const put = (act, delay, parts, every) => {
    const run = typeof act === 'function' ? () => act(...parts) : () => (0, eval)(act);
    later.set(++count, { run, due: now + delay, every });
    return count;
  };
  window.setTimeout = (act, delay, ...parts) =>
    delay > soon ? put(act, Number(delay), parts, 0) : setTimeout(act, delay, ...parts);
  window.setInterval = (act, delay, ...parts) => {
    const every = Math.max(soon, Number(delay) || 0);
    return put(act, every, parts, every);
  };
  window.clearTimeout = (id) => later.delete(id) || clearTimeout(id);
  window.clearInterval = (id) => later.delete(id) || clearInterval(id);

  // Lets so many milliseconds pass.
  window.vgymPass = (span) => {
    const until = now + span;
    for (;;) {
      let next = 0;
      for (const [id, timer] of later) {
        if (timer.due <= until && (!next || timer.due < later.get(next).due)) next = id;
      }
      if (!next) break;
      const timer = later.get(next);
      now = Math.max(now, timer.due);
      if (timer.every) timer.due += timer.every;
      else later.delete(next);
      try {
        timer.run();
      } catch (error) {
        console.error(error);
      }
    }
    now = until;
  };
  // Waits until pictures that a style sheet shows only now and then are there.
  window.vgymFetch = (addresses) => {
    window.vgymImages = addresses.map((address) => Object.assign(new Image(), { src: address }));
    return Promise.all(window.vgymImages.map((image) => image.decode().catch(() => 0)));
  };
  // Waits until the pictures of the page are there, as a script may have put them in just now; but
  // not for ever, as one may never come.
  const patience = 2000;
  const shown = new WeakMap();
  window.vgymShown = async () => {
    const waiting = [...document.images].filter((image) => shown.get(image) !== image.src);
    if (!waiting.length) return;
    const there = waiting.map((image) => {
      shown.set(image, image.src);
      return image.decode().catch(() => 0);
    });
    await Promise.race([Promise.all(there), new Promise((done) => setTimeout(done, patience))]);
  };

  const still = () => {
    const style = document.createElement('style');
    style.textContent =
      '*{caret-color:transparent!important;transition:none!important;animation:none!important}';
    document.head.append(style);
    if (window.jQuery) window.jQuery.fx.off = true;
  };
  document.addEventListener('DOMContentLoaded', still, { once: true });
})();
