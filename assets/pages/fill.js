// Fills an element with one piece of markup an item: fill("#list", items, (item, i) => `...`).
const fill = (where, items, markup) => {
  document.querySelector(where).innerHTML = items.map(markup).join("");
};
