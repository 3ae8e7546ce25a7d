// Which elements of the page are controls, and where a person sees them.
// Part of one function of `options`, put together in shoot.py, where `doc`
// and `asDefined` are of bare.js.
const ROLES = new Set([
  "button", "link", "checkbox", "radio", "tab", "menuitem", "menuitemcheckbox", "menuitemradio",
  "option", "switch", "slider", "spinbutton", "combobox", "searchbox", "textbox", "treeitem",
  "listbox",
]);
const INPUT_ROLES = {
  button: "button", submit: "button", reset: "button", image: "button", file: "button",
  color: "button", checkbox: "checkbox", radio: "radio", range: "slider", number: "spinbutton",
  search: "searchbox",
};
const NATIVE = "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary";
const MARKED = "[onclick], [tabindex], [contenteditable=''], [contenteditable=true]";
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;
const ICON_SETS = "fa|bi|mdi|ti|ri|bx|bxs|bxl|ph|la|lucide|feather|codicon|glyphicon|icon|ion";
const ICON = new RegExp(`^(?:${ICON_SETS})-[a-z0-9][a-z0-9-]*$`);
const ICON_MODIFIER = new RegExp(
  "^(?:fa|icon)-(?:fw|lg|xs|sm|md|xl|[0-9]+x?|spin|pulse|li|ul|border|inverse|stack.*|rotate.*|" +
  "flip.*|pull.*|solid|regular|brands|light|wrap.*|btn.*|box|left|right)$",
);
// Signs that stand for an icon.
const SIGNS = {
  "×": "x", "✕": "x", "✖": "x", "✗": "x", "«": "chevron-double-left", "»": "chevron-double-right",
  "‹": "chevron-left", "›": "chevron-right", "←": "arrow-left", "→": "arrow-right",
  "↑": "arrow-up", "↓": "arrow-down", "+": "plus", "−": "dash", "-": "dash", "…": "three-dots",
  "⋯": "three-dots", "⋮": "three-dots-vertical", "☰": "list", "★": "star-fill", "☆": "star",
  "♥": "heart-fill", "♡": "heart", "▶": "play-fill", "✓": "check", "✎": "pencil", "⚙": "gear",
};

const tidy = (text) => {
  // A page may hold a novel in one attribute: what is beyond the limit is not even looked at.
  const plain = String(text ?? "").slice(0, 8 * options.nameLimit).replace(UNPRINTABLE, " ").trim();
  return Array.from(plain).slice(0, options.nameLimit).join("").trim();
};
const up = (node) => {
  const own = asDefined(node);
  const root = own.getRootNode();
  return own.assignedSlot ?? own.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
};
const within = (node, ancestor) => {
  for (let n = node; n; n = up(n)) if (n === ancestor) return true;
  return false;
};
const byId = (node, id) => {
  const root = node.getRootNode();
  return (root instanceof ShadowRoot && root.getElementById(id)) || doc.getElementById(id);
};

const under = (x, y) => {
  let hit = doc.elementFromPoint(x, y);
  while (hit?.shadowRoot) {
    const deeper = hit.shadowRoot.elementFromPoint(x, y);
    if (!deeper || deeper === hit) break;
    hit = deeper;
  }
  return hit;
};

const controls = new Map();

// -- which elements are controls ----------------------------------------------------------
const labelOf = (control) => {
  for (const label of control.labels ?? []) if (label.checkVisibility()) return label;
  return null;
};
const isToggle = (node) => node.matches("input[type=checkbox], input[type=radio]");
const isEditable = (node) => node.isContentEditable && !up(node)?.isContentEditable;

const roleOf = (node) => {
  const asked = (node.getAttribute("role") ?? "").trim().split(/\s+/)[0];
  if (asked && asked !== "presentation" && asked !== "none") return tidy(asked);
  const tag = node.tagName.toLowerCase();
  if (tag === "a" || tag === "area") return node.hasAttribute("href") ? "link" : "button";
  if (tag === "input") return INPUT_ROLES[node.type] ?? "textbox";
  if (tag === "select") return node.multiple || node.size > 1 ? "listbox" : "combobox";
  if (tag === "textarea" || isEditable(node)) return "textbox";
  if (tag === "li") return "listitem";
  if (tag === "tr") return "row";
  if (tag === "td") return "cell";
  if (tag === "th") return node.scope === "row" || node.closest("tbody") ? "rowheader" : "columnheader";
  return "button";
};
const isControl = (node, style) => {
  if (node === doc.body || node === doc.documentElement) return false;
  const asked = (node.getAttribute("role") ?? "").trim().split(/\s+/)[0];
  if (node.matches(NATIVE) || ROLES.has(asked) || isEditable(node)) return true;
  if (node.tagName === "LABEL" || node.namespaceURI !== "http://www.w3.org/1999/xhtml") return false;
  if (node.hasAttribute("onclick")) return true;
  // The hand says that a script listens; only the outermost element that shows it is asked.
  const pointer = style.cursor === "pointer";
  if (pointer && getComputedStyle(up(node) ?? doc.body).cursor !== "pointer") return true;
  return node.tabIndex >= 0 && node.matches(MARKED) && pointer;
};

// -- where they show --------------------------------------------------------------------
const clip = (box, by) => [
  Math.max(box[0], by[0]), Math.max(box[1], by[1]),
  Math.min(box[2], by[2]), Math.min(box[3], by[3]),
];
const union = (a, b) => [
  Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3]),
];
const xyxy = (rect) => [rect.left, rect.top, rect.right, rect.bottom];
const area = (box) => Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
const overlap = (a, b) => area(clip(a, b));
// A phone shows a page that is too wide for it smaller, or a part of it.
const lens = window.visualViewport;
const viewport = [
  lens.offsetLeft, lens.offsetTop, lens.offsetLeft + lens.width, lens.offsetTop + lens.height,
];
const minSide = options.minSide / lens.scale;
const shown = (box) => box.map((at, i) => (at - viewport[i % 2]) * lens.scale);

const clipped = (node, box) => {
  // An absolute element escapes the scrollers between it and its containing block.
  let position = getComputedStyle(node).position;
  for (let n = up(node); n && n !== doc.documentElement; n = up(n)) {
    if (position === "fixed") break;
    const style = getComputedStyle(n);
    const holds = position !== "absolute" || style.position !== "static" || style.transform !== "none";
    if (!holds) continue;
    if (n !== doc.body && (style.overflowX !== "visible" || style.overflowY !== "visible")) {
      const own = asDefined(n);
      const rect = own.getBoundingClientRect();
      const left = rect.left + own.clientLeft;
      const top = rect.top + own.clientTop;
      box = clip(box, [left, top, left + own.clientWidth, top + own.clientHeight]);
    }
    position = style.position;
  }
  return clip(box, viewport);
};
const ownBox = (node) => {
  if (!getComputedStyle(node).display.startsWith("inline") ||
      getComputedStyle(node).display !== "inline") return xyxy(node.getBoundingClientRect());
  // An inline link wraps over lines and its pictures stick out: the largest line, with those.
  const rects = Array.from(node.getClientRects(), xyxy);
  let box = rects.reduce((a, b) => (area(b) > area(a) ? b : a), rects[0] ?? [0, 0, 0, 0]);
  for (const child of node.children) {
    const rect = xyxy(asDefined(child).getBoundingClientRect());
    if (area(rect) > 0 && (rects.length < 2 || overlap(rect, box) > 0)) box = union(box, rect);
  }
  return box;
};
const shows = (node) => asDefined(node).checkVisibility({ opacityProperty: true, visibilityProperty: true });
// A control and the label beside it are one place to click; so is a label over a hidden control.
const places = (node) => {
  const found = [];
  const label = isToggle(node) ? labelOf(node) : null;
  const own = shows(node) ? clipped(node, ownBox(node)) : [0, 0, 0, 0];
  if (label && shows(label)) {
    const written = clipped(label, within(node, label) ? ownBox(label) : ownBox(label));
    const gap = Math.max(written[0] - own[2], own[0] - written[2]);
    const level = Math.min(own[3], written[3]) - Math.max(own[1], written[1]);
    if (area(own) < 16 || within(node, label)) found.push(written);
    else if (gap < 24 && level > 0) found.push(union(own, written));
  }
  if (area(own) > 0) found.push(own);
  return found;
};

// The control that a click at a point works: the innermost one above the node that is hit.
const worked = (hit, controls) => {
  for (let n = hit; n; n = up(n)) {
    if (controls.has(n)) return n;
    if (n.tagName === "LABEL" && n.control && controls.has(n.control)) return n.control;
  }
  return null;
};
const settled = (node, box, controls) => {
  const hits = (x, y) => worked(under(x, y), controls) === node;
  const inside = (x, y) => {
    const owner = worked(under(x, y), controls);
    return owner !== null && (owner === node || within(owner, node));
  };
  // What covers part of the element is cut away: each side moves in to where the element shows.
  const x = (box[0] + box[2]) / 2;
  const y = (box[1] + box[3]) / 2;
  if (!hits(x, y)) return null;
  const edge = (from, to, test) => {
    const step = Math.sign(from - to);
    if (test(to + step)) return to;
    let good = Math.floor(from);
    let bad = Math.floor(to + step);
    while (Math.abs(good - bad) > 1) {
      const middle = Math.floor((good + bad) / 2);
      if (test(middle + 0.5)) good = middle;
      else bad = middle;
    }
    return step < 0 ? good + 1 : good;
  };
  const cut = [
    edge(x, box[0], (at) => inside(at, y)), edge(y, box[1], (at) => inside(x, at)),
    edge(x, box[2], (at) => inside(at, y)), edge(y, box[3], (at) => inside(x, at)),
  ];
  const [width, height] = [cut[2] - cut[0], cut[3] - cut[1]];
  if (width < minSide || height < minSide) return null;
  if (!hits(cut[0] + width / 2, cut[1] + height / 2)) return null;
  for (const u of [0.25, 0.75]) for (const v of [0.25, 0.75]) {
    if (!inside(cut[0] + u * width, cut[1] + v * height)) return null;
  }
  return cut;
};
