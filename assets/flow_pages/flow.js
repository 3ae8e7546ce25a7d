// What our own pages share: seeded draws, drawing, typed fields, and what vgym asks of a page.
//
// window.vgym = {start(seed, split), read()}; read() tells {instruction, done, reward, success,
// texts, plan}. A page calls flow({...}) with: draw(pick) -> the instance; html() -> what shows; act(word) for
// clicks on [data-do=word]; judge() -> true, false or null; plan() -> the steps still to do.

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// Draws named by nothing but their order, from a seed of 16 hexadecimal digits.
class Draws {
  constructor(seed) {
    this.state = 2166136261;
    for (const c of seed) this.state = Math.imul(this.state ^ c.charCodeAt(0), 16777619) >>> 0;
  }
  below(n) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let z = this.state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return Math.floor((((z ^ (z >>> 14)) >>> 0) / 4294967296) * n);
  }
  of(list) {
    return list[this.below(list.length)];
  }
  chance(share) {
    return this.below(1000) < share * 1000;
  }
  shuffled(list) {
    const all = [...list];
    for (let i = all.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all;
  }
}

// The steps that bring about one: scrolling its scroller first where it does not show.
function steps(element, kind = 'click', more = {}) {
  if (!element) return [{ kind, ...more }];
  const box = element.getBoundingClientRect();
  const scroller = element.closest('.scroller');
  const view = scroller ? scroller.getBoundingClientRect() : { top: 0, bottom: innerHeight };
  const middle = (box.top + box.bottom) / 2;
  const step = { kind, box: [box.left, box.top, box.right, box.bottom], ...more };
  if (scroller && (box.top < view.top || box.bottom > view.bottom)) {
    const far = Math.max(-innerHeight, Math.min(innerHeight, middle - (view.top + view.bottom) / 2));
    const place = [view.left, view.top, view.right, view.bottom];
    return [{ kind: 'scroll', box: place, to: [0, far] }, step];
  }
  return [step];
}

const the = (word) => document.querySelector(`[data-do="${word}"]`);
const does = (word) => steps(the(word));

// The steps that write a text into a field, whatever it holds.
function writes(name, wanted) {
  const field = document.querySelector(`[data-field="${name}"]`);
  const typing = { kind: 'type', text: wanted };
  if (!field) return [{ kind: 'click' }, typing];
  if (field.value === wanted) return [];
  const focused = document.activeElement === field;
  const all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
  if (!field.value) return focused ? [typing] : [...steps(field), typing];
  if (focused && all) return [typing];
  const selecting = { kind: 'key', text: 'Control+A' };
  return focused ? [selecting, typing] : [...steps(field), selecting, typing];
}

function flow(page) {
  const app = document.getElementById('app');
  let verdict = null;
  const themes = ['', 'theme-forest', 'theme-plum', 'theme-rust'];

  function show() {
    const places = [...app.querySelectorAll('.scroller')].map((scroller) => scroller.scrollTop);
    app.innerHTML = page.html();
    app.querySelectorAll('.scroller').forEach((scroller, i) => {
      if (page.keepsPlace) scroller.scrollTop = places[i] || 0;
    });
    for (const field of app.querySelectorAll('[data-field]')) {
      field.value = page.fields[field.dataset.field] || '';
    }
  }

  function judge() {
    if (verdict === null) verdict = page.judge();
  }

  app.addEventListener('click', (event) => {
    const hit = event.target.closest('[data-do]');
    if (!hit || verdict !== null) return;
    page.act(hit.dataset.do);
    show();
    judge();
  });
  app.addEventListener('input', (event) => {
    const name = event.target.dataset.field;
    if (name) page.fields[name] = event.target.value;
  });

  window.vgym = {
    start(seed, split) {
      const draws = new Draws(seed);
      document.body.className = split === 'test' ? 'theme-night' : draws.of(themes);
      page.fields = {};
      page.draw(draws);
      verdict = null;
      if (document.activeElement) document.activeElement.blur();
      app.innerHTML = '';
      show();
    },
    read() {
      return {
        instruction: page.instruction,
        done: verdict !== null,
        success: verdict === true,
        reward: verdict === null ? 0 : verdict ? 1 : -1,
        plan: verdict === null ? page.plan() : [],
      };
    },
  };
  window.vgym.start('0', 'train');
}
