// A page's full mark: what the best answer to it earns. It is 1, but on four pages that measure how
// near a point is to the truth. Points lie on whole pixels, and the truth does not: there the full
// mark is what the best pixel of the episode earns, or 1.00 as the page shows it, which rounds.
//
// Evaluated in a page of MiniWoB++ before miniwob_page.js, which asks for window.vgymFullMark().
(() => {
  const SHOWN_AS_ONE = 0.995;
  const ROUNDING = 1e-9; // of marks that are sums
  const QUERY = 50; // how far below the top of the page these pages think that their drawing begins
  const box = (query, index = 0) => document.querySelectorAll(query)[index].getBBox();
  const between = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

  // By page: the radius of the point that a click draws, and from the place of its box to its mark.
  const measured = {
    'circle-center'() {
      const [cx, cy, r] = ['cx', 'cy', 'r'].map((name) => Number(document.querySelector('.black-circle').getAttribute(name)));
      const truth = { x: cx - RADIUS_PADDING, y: cy - RADIUS_PADDING };
      return [3.5, (point) => 1 - between(point, truth) / r];
    },
    'find-midpoint'() {
      const [a, b] = [box('.black-circle'), box('.black-circle', 1)];
      const truth = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
      return [3.5, (point) => 1 - between(point, truth) / 30];
    },
    'bisect-angle'() {
      const [a, b, vertex] = [box('.init-black'), box('.init-black', 1), box('.init-blue')];
      const whole = findAngle(a, b, vertex);
      return [3.5, (point) => 2 - (2 * Math.max(findAngle(a, point, vertex), findAngle(b, point, vertex))) / whole];
    },
    'right-angle'() {
      const [a, vertex] = [box('#init-black'), box('#init-blue')];
      return [3, (point) => 1 - Math.abs(90 - findAngle(a, point, vertex)) / 90];
    },
  };

  function best([radius, mark]) {
    const grid = document.getElementById('svg-grid');
    const { left, top, right, bottom } = grid.getBoundingClientRect();
    const clicked = (x, y) => grid.contains(document.elementFromPoint(x, y)); // not the button
    let most = 0;
    for (let y = Math.ceil(top); y < bottom; y++) {
      for (let x = Math.ceil(left); x < right; x++) {
        const earned = mark({ x: x - radius, y: y - QUERY - radius });
        // It is no number, and so no more than any, on the vertex itself.
        if (earned > most && clicked(x, y)) most = earned;
      }
    }
    return most;
  }

  const name = location.pathname.split('/').pop().replace('.html', '');
  window.vgymFullMark = () =>
    (measured[name] ? Math.min(SHOWN_AS_ONE, best(measured[name]())) : 1) - ROUNDING;
})();
