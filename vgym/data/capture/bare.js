// The document and forms as they are defined, whatever a page names its fields and pictures: a field
// called "children" hides the children of its form, and a picture called "body" those of the page.
const bare = (node) => new Proxy(node, {
  get: (target, key) => {
    const value = Reflect.get(Object.getPrototypeOf(target), key, target);
    return typeof value === "function" ? value.bind(target) : value;
  },
});
const doc = bare(document);
const asDefined = (node) => (node instanceof HTMLFormElement ? bare(node) : node);
