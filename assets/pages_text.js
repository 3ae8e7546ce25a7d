// Every word of a document with its box, in runs of what is read in one go: a paragraph, a cell of a
// table, a label of a diagram. What is not shown is left out.
() => {
  const runs = [], tables = [...document.querySelectorAll("table")];
  const drawings = [...document.querySelectorAll("svg")];
  const holder = (node) => {
    let at = node.parentElement;
    const label = at.closest("svg text");
    if (label) return label;
    while (at !== document.body && getComputedStyle(at).display.startsWith("inline")) at = at.parentElement;
    return at;
  };
  const kind = (element) => {
    const label = element.closest("svg text");
    if (label) return ["label", drawings.indexOf(element.closest("svg")), 0, 0];
    const cell = element.closest("td, th");
    if (cell) {
      const plain = !cell.closest("table").querySelector("[rowspan]:not([rowspan='1']), [colspan]:not([colspan='1']), table");
      const row = cell.parentElement.rowIndex, table = tables.indexOf(cell.closest("table"));
      return [plain ? (cell.tagName === "TH" ? "head" : "cell") : "text", table, row, cell.cellIndex];
    }
    if (element.closest("h1, h2, h3, .fancy_title")) return ["title", 0, 0, 0];
    if (element.closest("pre")) return ["code", 0, 0, 0];
    return ["text", 0, 0, 0];
  };
  let run = null;
  const close = () => {
    if (run) {
      const words = [];
      for (const found of run.text.matchAll(/\S+/g)) {
        const place = (at) => {
          const i = run.starts.findLastIndex((start) => start <= at);
          return [run.nodes[i], at - run.starts[i]];
        };
        const range = document.createRange();
        range.setStart(...place(found.index));
        const [node, offset] = place(found.index + found[0].length - 1);
        range.setEnd(node, offset + 1);
        const rects = [...range.getClientRects()].filter((r) => r.width > 0.5 && r.height > 0.5);
        if (!rects.length) continue;
        const x0 = Math.min(...rects.map((r) => r.left)), x1 = Math.max(...rects.map((r) => r.right));
        const y0 = Math.min(...rects.map((r) => r.top)), y1 = Math.max(...rects.map((r) => r.bottom));
        const lines = rects.some((r) => r.top > rects[0].bottom - 3);
        words.push([found[0], x0 + scrollX, y0 + scrollY, x1 + scrollX, y1 + scrollY, lines ? 1 : 0]);
      }
      if (words.length) runs.push([...kind(run.element), words]);
    }
    run = null;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (node.tagName === "BR" && run) run.gap = true;
      continue;
    }
    if (!node.data || node.parentElement.closest("script, style, button, noscript")) continue;
    const element = holder(node);
    if (!run || run.element !== element) {
      close();
      run = { element, text: "", nodes: [], starts: [], gap: false };
    }
    if (run.gap) {
      // A gap belongs to the node before it: no word reaches over it.
      run.text += " ";
      run.gap = false;
    }
    run.starts.push(run.text.length);
    run.nodes.push(node);
    run.text += node.data;
  }
  close();
  const solid = [...document.querySelectorAll("svg, img, tr")].map((e) => {
    const r = e.getBoundingClientRect();
    return [r.top + scrollY, r.bottom + scrollY];
  });
  const names = drawings.map((e) => {
    const before = e.closest(".imgcontainer")?.previousElementSibling;
    return (before?.querySelector("a b, b a, b, a")?.textContent ?? "").replace(/[:\s]+$/g, "");
  });
  return { runs, solid, names, height: document.body.getBoundingClientRect().bottom + scrollY,
           title: document.title };
}
