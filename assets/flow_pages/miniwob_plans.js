// What is still to be done on pages of MiniWoB++, where the page itself gives it away: by task, a
// function to the list of steps, as our own pages tell them (see flow.js and closeness.py).
//
// Evaluated after miniwob_page.js, in a page that is loaded.
(() => {
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const one = (query, within = document) => within.querySelector(query);
  const words = (element) => element.textContent.replace(/\s+/g, ' ').trim();
  const saying = (query, wanted) => all(query).find((element) => words(element) === wanted);
  const said = () => core.getUtterance();
  const quoted = () => [...said().matchAll(/"([^"]*)"/g)].map((found) => found[1]);
  const shows = (element) => element && element.getClientRects().length > 0;
  const later = (n) => Array.from({ length: n }, () => ({ kind: 'click' }));

  // Where an element can be clicked: its box, or, where its middle is covered, a part that is not.
  const WIDTH = 160;
  const HEIGHT = 210;
  function hit(element, x, y) {
    const top = x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT && document.elementFromPoint(x, y);
    return top && (top === element || element.contains(top));
  }
  function place(element) {
    const rects = [...element.getClientRects()].sort((a, b) => b.width * b.height - a.width * a.height);
    for (const { left, top, right, bottom, width, height } of rects) {
      if (hit(element, (left + right) / 2, (top + bottom) / 2)) return [left, top, right, bottom];
      for (let i = 1; i < 8; i++) {
        for (let j = 1; j < 8; j++) {
          const [x, y] = [left + (width * i) / 8, top + (height * j) / 8];
          if (hit(element, x, y)) return [x - 1, y - 1, x + 1, y + 1];
        }
      }
    }
    return null;
  }
  // Clicking an element, after scrolling to it where it is out of sight.
  function click(element) {
    if (!element) return [];
    const box = place(element);
    if (box) return [{ kind: 'click', box }];
    const { top, bottom } = element.getBoundingClientRect();
    for (let outer = element.parentElement; outer; outer = outer.parentElement) {
      const moves = /auto|scroll/.test(getComputedStyle(outer).overflowY);
      if (!moves || outer.scrollHeight <= outer.clientHeight) continue;
      const view = outer.getBoundingClientRect();
      const far = (top + bottom) / 2 - (view.top + Math.min(view.bottom, HEIGHT)) / 2;
      const to = [0, Math.max(-HEIGHT, Math.min(HEIGHT, far))];
      return [{ kind: 'scroll', box: [view.left, view.top, view.right, Math.min(view.bottom, HEIGHT)], to }, ...later(1)];
    }
    return [];
  }
  const submit = (query = '#subbtn') => click(one(query));
  // Writing into a field, over whatever it holds.
  function write(field, wanted) {
    const typing = { kind: 'type', text: String(wanted) };
    if (!field || field.value === typing.text) return [];
    const focused = document.activeElement === field;
    if (!field.value) return focused ? [typing] : [...click(field), typing];
    const marked = focused && field.selectionStart === 0 && field.selectionEnd === field.value.length;
    if (marked) return [typing];
    const over = [{ kind: 'key', text: 'Control+A' }, typing];
    return focused ? over : [...click(field), ...over];
  }

  const selected = (wanted) => {
    const wrong = all('#area input[type=checkbox]').filter((box) => box.checked !== wanted(words(box.parentElement)));
    return [...wrong.flatMap(click), ...submit()];
  };
  const boxes = () => {
    const names = /^Select (.*) and click Submit\.$/.exec(said())[1].split(', ');
    return selected((name) => names.includes(name));
  };
  const synonyms = () => {
    const names = /similar to (.*) and click Submit\.$/.exec(said())[1].split(', ');
    const alike = (a, b) => SYNONYMS.some((group) => group.includes(a) && group.includes(b));
    return selected((name) => names.some((wanted) => alike(name, wanted)));
  };
  const radio = () => {
    const label = saying('#area label', /^Select (.*) and click Submit\.$/.exec(said())[1]);
    return [...(one('input', label).checked ? [] : click(one('input', label))), ...submit()];
  };
  const shades = () => {
    const colour = /shades of (\w+)/.exec(said())[1];
    const wrong = all('#area span').filter((span) => (span.className === 'selected') !== (span.dataset.color === colour));
    return [...wrong.flatMap(click), ...submit('#submit')];
  };
  // A link that is perhaps in a part that another must open first.
  const link = (opener) => () => {
    const links = all('.alink').filter((known) => words(known) === quoted()[0]);
    const shown = links.find(shows);
    // Where there is none (in one task), opening the second part is what was asked for.
    if (!links.length) return submit('.ui-tab:nth-child(2)');
    return shown ? click(shown) : [...click(opener(links[0])), ...later(1)];
  };
  const tabbed = link((known) => one(`#area a[href="#${known.closest('.ui-tabs-panel').id}"]`));
  const folded = link((known) => known.closest('.ui-accordion-content').previousElementSibling);
  const unfold = () => [...(shows(one('.ui-accordion-content')) ? [] : click(one('#area h3'))), ...submit()];
  const typed = (wanted, field = '#tt') => () => [...write(one(field), wanted()), ...submit()];
  const login = () => {
    if (one('#popup')) return [...click(one('#popup-cancel')), ...later(5)];
    const [user, password] = quoted();
    return [...write(one('#username'), user), ...write(one('#password'), password), ...submit()];
  };
  const cell = (name) => words(saying('#tab td:first-child', name).nextElementSibling);
  const shape = () => {
    const [drawn] = one('#area_svg').children;
    const kinds = { rect: 'rectangle', circle: 'circle', polygon: 'triangle' };
    return kinds[drawn.tagName] || (/\d/.test(drawn.textContent) ? 'digit' : 'letter');
  };
  const tree = () => {
    const wanted = all('#tree span').filter((span) => words(span) === quoted()[0]);
    const shown = wanted.find(shows);
    if (shown) return click(shown);
    let closed = 0;
    let outer = wanted[0];
    for (let item = outer.parentElement; item && item.id !== 'tree'; item = item.parentElement) {
      if (item.tagName === 'UL' && !shows(item)) {
        closed++;
        outer = item.parentElement;
      }
    }
    return [...click(one('.folder', outer)), ...later(closed)];
  };
  const ascending = () => {
    const first = saying('#area text', '1');
    return first ? [...click(first), ...later(4)] : all('#area rect').flatMap(click);
  };
  const greatest = () => {
    const cards = all('.card').map((card) => [Number(words(one('.card-value', card))), card]);
    const [, best] = cards.sort(([a], [b]) => b - a)[0];
    return [...(best.classList.contains('hidden') ? click(best) : []), ...submit('#submit')];
  };
  const parity = () => [
    ...all('.row').flatMap((row) => {
      const button = one(Number(words(one('.display-number', row))) % 2 ? '.odd' : '.even', row);
      return button.classList.contains('selected') ? [] : click(button);
    }),
    ...submit('#submit'),
  ];
  const spinner = () => {
    const far = Number(/Select (-?\d+)/.exec(said())[1]) - Number(one('#spinner').value);
    const arrow = one(far > 0 ? '.ui-spinner-up' : '.ui-spinner-down');
    return [...Array.from({ length: Math.abs(far) }, () => click(arrow)[0]), ...submit()];
  };
  const sum = () => {
    const [a, sign, b] = words(one('#math-problem')).split(' ');
    return { '+': Number(a) + Number(b), '-': a - b, x: a * b }[sign];
  };
  const unknown = () => {
    const [a, sign, b, , c] = words(one('#math-problem')).split(' ');
    if (a === 'x') return sign === '+' ? c - b : Number(c) + Number(b);
    return sign === '+' ? c - a : a - c;
  };
  const nth = () => words(one('#area p')).split(' ')[parseInt(/the (\d+)/.exec(said())[1]) - 1].replace(/[^a-zA-Z]/g, '');
  const inside = () => {
    const [small, large] = [one('#draggableSmall'), one('#draggableLarge')].map((box) => box.getBoundingClientRect());
    const [x, y] = [(large.left + large.right) / 2, (large.top + large.bottom) / 2];
    if (Math.abs((small.left + small.right) / 2 - x) < 10 && Math.abs((small.top + small.bottom) / 2 - y) < 10) return submit();
    // The large box lies above: where it covers the small one's middle, a corner is taken.
    const box = place(one('#draggableSmall'));
    if (!box) {
      const away = [x > 77 ? 30 : 125, y];
      return [{ kind: 'drag', box: place(one('#draggableLarge')), to: away }, ...later(2)];
    }
    const [dx, dy] = [(box[0] + box[2] - small.left - small.right) / 2, (box[1] + box[3] - small.top - small.bottom) / 2];
    return [{ kind: 'drag', box, to: [x + dx, y + dy] }, ...submit()];
  };
  const mail = () => {
    const [, sender, asked] = /Find the email by (.*?) and (.*)$/.exec(said());
    const thread = all('#main .email-thread').find((known) => words(one('.email-sender', known)) === sender);
    if (/delete|important/.test(asked)) {
      const icon = /delete/.test(asked) ? '.trash' : '.star';
      return click(one(icon, one('#email') || thread));
    }
    const reply = /^reply/.test(asked);
    const form = one(reply ? '#reply' : '#forward');
    if (form) {
      const wanted = reply ? quoted().pop() : /to (\S+)\.$/.exec(asked)[1];
      const field = one(reply ? '#reply-text' : '.forward-sender', form);
      return [...write(field, wanted), ...click(one(reply ? '#send-reply' : '#send-forward'))];
    }
    if (one('#email')) return [...click(one(reply ? '.email-reply' : '.email-forward')), ...later(3)];
    return [...click(one('.email-left', thread)), ...later(4)];
  };

  const plans = {
    'ascending-numbers': ascending,
    'click-button': () => click(saying('#area button', quoted()[0])),
    'click-button-sequence': () => [...(buttonsPushed.length ? [] : submit()), ...submit('#subbtn2')],
    'click-checkboxes': boxes,
    'click-checkboxes-large': boxes,
    'click-checkboxes-soft': synonyms,
    'click-checkboxes-transfer': boxes,
    'click-collapsible': unfold,
    'click-collapsible-2': folded,
    'click-collapsible-2-nodelay': folded,
    'click-collapsible-nodelay': unfold,
    'click-color': () => click(one(`#area [data-color="${/the (\w+) colored/.exec(said())[1]}"]`)),
    'click-dialog': () => submit('.ui-dialog-titlebar button'),
    'click-dialog-2': () => click(quoted()[0] === 'x' ? one('.ui-dialog-titlebar button') : saying('.ui-dialog-buttonset button', quoted()[0])),
    'click-link': () => click(saying('.alink', quoted()[0])),
    'click-option': radio,
    'click-shades': shades,
    'click-tab': () => click(saying('#area ul a', /(Tab #\d)/.exec(said())[1])),
    'click-tab-2': tabbed,
    'click-tab-2-easy': tabbed,
    'click-tab-2-hard': tabbed,
    'click-tab-2-medium': tabbed,
    'click-test': () => submit(),
    'click-test-2': () => submit(),
    'click-test-transfer': () => click(saying('#area button', /button (\w+)/.exec(said())[1])),
    'click-widget': () => submit(`.widget [data-type="${quoted()[0]}"]`),
    'drag-box': inside,
    'email-inbox': mail,
    'email-inbox-delete': mail,
    'email-inbox-forward': mail,
    'email-inbox-important': mail,
    'email-inbox-noscroll': mail,
    'email-inbox-reply': mail,
    'email-inbox-star-reply': mail,
    'enter-password': () => [...write(one('#password'), quoted()[0]), ...write(one('#verify'), quoted()[0]), ...submit()],
    'enter-text': typed(() => quoted()[0]),
    'enter-text-2': typed(() => (/upper/.test(said()) ? quoted()[0].toUpperCase() : quoted()[0].toLowerCase())),
    'enter-text-dynamic': typed(() => quoted()[0]),
    'find-greatest': greatest,
    'find-word': typed(nth, '#answer-input'),
    'focus-text': () => submit('#tt'),
    'focus-text-2': () => submit(`#tt${/the (\d)/.exec(said())[1]}`),
    'grid-coordinate': () => click(document.getElementById(/(\(.*\))/.exec(said())[1])),
    'identify-shape': () => submit(`#area-buttons [data-type=${shape()}]`),
    'login-user': login,
    'login-user-popup': login,
    'navigate-tree': tree,
    'odd-or-even': parity,
    'read-table': typed(() => cell(/value of (.*) into/.exec(said())[1])),
    'read-table-2': () => [...[1, 2].flatMap((i) => write(one(`#tt${i}`), cell(one(`#ll${i}`).dataset.key))), ...submit()],
    'simple-algebra': typed(unknown, '#math-answer'),
    'simple-arithmetic': typed(sum, '#math-answer'),
    'text-transform': typed(() => words(one('#captcha'))),
    'unicode-test': () => click(saying('#area button', quoted()[0])),
    'use-spinner': spinner,
    'visual-addition': typed(() => all('.addition-block').length, '#math-answer'),
  };
  const name = location.pathname.split('/').pop().replace('.html', '');
  window.vgym.plan = plans[name] || (() => []);
})();
