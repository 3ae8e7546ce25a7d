// Reads the controls that a person can see and click on the page now shown.
// Part of one function of `options`, put together in shoot.py, after names.js.
//
// `options` are {minSide, nameLimit, nameLength, limit}; boxes are pixels of the picture that the
// viewport shows. `surface` says whether the element paints a ground of its own, whose colour is
// then best read from the picture; `ink` is the colour of its text or icon.
// Returns {title, elements: [{box, role, name, text, enabled, icon, ink, surface}]}.
const readPage = () => {
  const everything = [];
  const gather = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node instanceof HTMLFormElement) continue; // what is in it is clicked
      everything.push(node);
      if (node.shadowRoot) gather(node.shadowRoot);
    }
  };
  gather(doc);

  for (const node of everything) {
    if (controls.size >= options.limit) break;
    const toggle = isToggle(node);
    const rect = node.getBoundingClientRect();
    if (!toggle && !(rect.right > 0 && rect.bottom > 0 && rect.left < viewport[2] && rect.top < viewport[3])) {
      continue;
    }
    if (!isControl(node, getComputedStyle(node))) continue;
    controls.set(node, null);
  }
  // One element a place: of two controls that fill the same box, a native or named role stays.
  const weight = (node) =>
    (node.matches("button, input, select, textarea, summary") ? 4 : node.matches("a[href]") ? 3 : 0) +
    (ROLES.has(node.getAttribute("role")) ? 2 : 0);
  for (const node of [...controls.keys()]) {
    let parent = up(node);
    while (parent && !controls.has(parent)) parent = up(parent);
    if (!parent) continue;
    const [inner, outer] = [xyxy(node.getBoundingClientRect()), xyxy(parent.getBoundingClientRect())];
    const same = overlap(inner, outer) >= 0.7 * Math.max(area(outer), 1) ||
      (tidy(parent.innerText) === tidy(node.innerText) && weight(node) === 0 && weight(parent) > 0);
    if (!same) continue;
    controls.delete(weight(node) >= weight(parent) ? parent : node);
  }

  const elements = [];
  for (const node of controls.keys()) {
    let box = null;
    let labelled = false;
    const found = places(node);
    for (const [index, place] of found.entries()) {
      if (place[2] - place[0] < minSide || place[3] - place[1] < minSide) continue;
      box = settled(node, place, controls);
      labelled = found.length > 1 ? index === 0 : found.length === 1 && !shows(node);
      if (box) break;
    }
    if (!box) continue;
    let inner = 0;
    for (const other of controls.keys()) {
      if (other !== node && within(other, node)) inner += overlap(xyxy(other.getBoundingClientRect()), box);
    }
    if (inner > 0.4 * area(box)) continue; // a container: what is in it is what is clicked
    // A whole page or panel that listens is no control; a text area may be as large as it likes.
    const role = roleOf(node);
    if (role !== "textbox" && area(box) > 0.5 * area(viewport)) continue;
    const icon = iconOf(node);
    elements.push({
      box: shown(box),
      role,
      name: nameOf(node, role, icon),
      text: textOf(node, { labelled }),
      enabled: !node.matches(":disabled") && node.closest("[aria-disabled=true]") === null &&
        !node.classList.contains("disabled"),
      icon,
      ink: inkOf(node),
      surface: paintsGround(node),
    });
  }
  return { title: tidy(doc.title), elements };
};
