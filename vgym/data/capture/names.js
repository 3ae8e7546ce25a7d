// What controls are called, what is written on them, and their icons and colours.
// Part of one function of `options`, put together in shoot.py, after controls.js.
// -- what they are called -----------------------------------------------------------------
// Beside a name: the number on a badge, "New", the initials on a portrait.
const isExtra = (node) => {
  if (node instanceof HTMLFormElement) return false;
  const text = tidy(node.textContent);
  if (!text || text.length > 6 || node.childElementCount > 1) return false;
  if (!/^(?:[\d+,.%]+|new|hot|beta|pro|live|\p{Lu}{1,2})$/iu.test(text)) return false;
  const named = /badge|count|avatar|pill/.test(node.getAttribute("class") ?? "");
  return named || rgba(getComputedStyle(node).backgroundColor)[3] > 0.1;
};
const written = (part, wants = () => true, seen = new Set()) => {
  if (seen.has(part) || seen.size > 400) return "";
  seen.add(part);
  const node = asDefined(part);
  if (node.nodeType === Node.TEXT_NODE) return node.data.slice(0, 8 * options.nameLimit);
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.tagName === "BR") return " ";
  if (node.matches("script, style, noscript, template, [aria-hidden=true]")) return "";
  if (!shows(node)) return "";
  if (isIconText(node) || !wants(part)) return " ";
  const aria = node.getAttribute("aria-label");
  if (aria?.trim()) return ` ${aria} `;
  if (node.matches("img, area")) return ` ${node.getAttribute("alt") ?? ""} `;
  if (node.tagName.toLowerCase() === "svg") {
    return ` ${node.querySelector(":scope > title")?.textContent ?? ""} `;
  }
  if (node.matches("input:not([type=button]):not([type=submit]), textarea, select")) return "";
  const children = Array.from((node.shadowRoot ?? node).childNodes);
  const inner = children.map((n) => written(n, wants, seen)).join("");
  return getComputedStyle(part).display === "inline" ? inner : ` ${inner} `;
};
// What a person would call a control with much written on it: its largest, boldest line.
const titleOf = (node, wants) => {
  const walk = doc.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  let [best, most] = ["", 0];
  for (let n = walk.nextNode(), i = 0; n && i < 100; n = walk.nextNode(), i++) {
    const text = tidy(n.data);
    if (!/\p{L}\p{L}/u.test(text) || !shows(n.parentElement)) continue;
    let wanted = true;
    for (let m = n.parentElement; m !== node; m = asDefined(m).parentElement) wanted &&= wants(m);
    if (!wanted) continue;
    const style = getComputedStyle(n.parentElement);
    const much = parseFloat(style.fontSize) * (Number(style.fontWeight) >= 600 ? 1.2 : 1);
    if (much > most) [best, most] = [text, much];
  }
  return best;
};
const contentOf = (node, role) => {
  const foreign = (n) => n === node || !controls.has(n);
  const plain = (n) => n === node || (!controls.has(n) && !isExtra(n));
  const full = tidy(written(node, plain)) || tidy(written(node, foreign)) || tidy(written(node));
  const many = role === "row" || role === "listitem" ? 20 : 30;
  return (full.length > many && titleOf(node, plain)) || full;
};
const short = (name) => {
  // DataTables tells in the label what a click on a heading does.
  const plain = name.replace(/: activate to (?:sort|invert|remove).*$/, "")
    .replace(/^(?:[\p{So}\uFE0F✓•»›←]+|[+×])\s+|[\s:*→»›▾]+$/gu, "");
  if (plain.length <= options.nameLength) return plain;
  return `${plain.slice(0, options.nameLength - 1).replace(/[\s,;:.-]+\S*$/, "")}…`;
};
// A control without a name of its own: the label, or the title, of the group it is alone in.
const besideOf = (node) => {
  for (let n = up(node), i = 0; n && i < 3; n = up(n), i++) {
    for (const other of controls.keys()) if (other !== node && within(other, n)) return "";
    const label = asDefined(n).querySelector("label, .form-label");
    const text = tidy(label?.innerText) || titleOf(n, () => true) || tidy(asDefined(n).innerText);
    if (text) return text;
  }
  return "";
};
const isIconText = (node) => node.matches("[class*=material-icons], [class*=material-symbols]");
const NAMED_BY_CONTENT = /^(button|link|checkbox|radio|tab|menuitem.*|option|switch|treeitem|row|cell|listitem|columnheader|rowheader)$/;
const fullNameOf = (node, role) => {
  const ids = (node.getAttribute("aria-labelledby") ?? "").trim().split(/\s+/).filter(Boolean);
  const referred = ids.map((id) => byId(node, id)).filter(Boolean);
  const by = referred.map((n) => n.getAttribute("aria-label") || n.textContent).join(" ");
  if (tidy(by)) return tidy(by);
  if (tidy(node.getAttribute("aria-label"))) return tidy(node.getAttribute("aria-label"));
  const labels = Array.from(node.labels ?? [], (label) => written(label)).join(" ");
  if (tidy(labels)) return tidy(labels);
  if (node.matches("input[type=submit], input[type=button], input[type=reset]")) {
    if (tidy(node.value)) return tidy(node.value);
    return { submit: "Submit", reset: "Reset" }[node.type] ?? tidy(node.title);
  }
  if (node.matches("img, area, input[type=image]") && tidy(node.alt)) return tidy(node.alt);
  if (NAMED_BY_CONTENT.test(role) && !node.matches("input, select, textarea")) {
    const content = contentOf(node, role);
    if (content) return content;
  }
  return tidy(node.getAttribute("title")) || tidy(node.getAttribute("data-tooltip")) ||
    tidy(node.getAttribute("placeholder"));
};
const nameOf = (node, role, icon) => {
  const own = fullNameOf(node, role);
  const bare = !own && !icon && !(NAMED_BY_CONTENT.test(role) && tidy(node.innerText));
  const name = short(bare ? besideOf(node) : own);
  return icon && !/\p{L}/u.test(name) ? "" : name;  // a number beside a bell names nothing
};
const textOf = (node, place) => {
  if (node.matches("input[type=password]")) return tidy(node.value ? "" : node.placeholder);
  if (node.matches("input[type=file], input[type=color], input[type=range], input[type=image]")) return "";
  if (node.matches("select")) return tidy(node.selectedOptions[0]?.label);
  if (isToggle(node)) return place.labelled ? tidy(labelOf(node)?.innerText) : "";
  if (node.matches("input, textarea")) return tidy(node.value || node.placeholder);
  if (isIconText(node)) return "";
  let text = node.innerText ?? "";
  for (const icon of node.querySelectorAll("[class*=material-icons], [class*=material-symbols]")) {
    text = text.replace(icon.innerText, "");
  }
  return tidy(text);
};
const iconOf = (node) => {
  const own = (part) => {
    for (let n = part; n && n !== node; n = up(n)) if (controls.has(n)) return false;
    return true;
  };
  for (const part of [node, ...Array.from(node.querySelectorAll("*")).slice(0, 200).filter(own)]) {
    if (part instanceof HTMLFormElement) continue;
    if (part !== node && !part.checkVisibility({ visibilityProperty: true })) continue;
    for (const known of ["data-icon", "data-lucide", "data-feather"]) {
      if (part.hasAttribute(known)) return tidy(part.getAttribute(known));
    }
    if (isIconText(part)) return tidy(part.textContent);
    if (part.childElementCount === 0) for (const token of part.classList) {
      if (ICON.test(token) && !ICON_MODIFIER.test(token)) return tidy(token);
    }
    if (part.tagName.toLowerCase() === "use") {
      const target = part.getAttribute("href") ?? part.getAttribute("xlink:href") ?? "";
      if (target.includes("#")) return tidy(target.split("#").pop());
    }
    if (part.tagName.toLowerCase() === "svg") {
      const title = part.getAttribute("aria-label") ?? part.querySelector(":scope > title")?.textContent;
      if (tidy(title)) return tidy(title);
    }
  }
  return SIGNS[tidy(node.innerText)] ?? "";
};

// -- what colour they have ----------------------------------------------------------------
const brush = doc.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (css) => {
  const plain = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(css);
  if (plain) return [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]];
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = "transparent";
  brush.fillStyle = css;
  brush.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const paintsGround = (node) => {
  const style = getComputedStyle(node);
  return rgba(style.backgroundColor)[3] >= 0.3 || style.backgroundImage !== "none" ||
    node.matches("input:not([type=checkbox]):not([type=radio]):not([type=range]), select, textarea");
};
const inkOf = (node) => {
  if (isToggle(node) && node.checked) {
    const accent = getComputedStyle(node).accentColor;
    return accent === "auto" ? [0, 117, 255] : rgba(accent).slice(0, 3);
  }
  const walk = doc.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let n = walk.nextNode(), i = 0; n && i < 50; n = walk.nextNode(), i++) {
    if (n.data.trim() && asDefined(n.parentElement).checkVisibility() && !isExtra(n.parentElement)) {
      return rgba(getComputedStyle(n.parentElement).color).slice(0, 3);
    }
  }
  const shape = node.querySelector("svg") ?? node.querySelector("i, span");
  const style = getComputedStyle(shape ?? node);
  if (shape?.tagName === "svg") {
    for (const css of [style.stroke, style.fill]) {
      if (css && css !== "none" && rgba(css)[3] > 0) return rgba(css).slice(0, 3);
    }
  }
  return rgba(style.color).slice(0, 3);
};
