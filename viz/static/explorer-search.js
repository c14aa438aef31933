// Search by name, alias, English name and pinyin; a list of options under the box, moved through by keyboard.
"use strict";
(() => {
  const { page, nodes, draw, element, text } = bulian;
  const box = document.getElementById("find");
  const found = document.getElementById("found");
  const MOST = 12;
  const classLabel = new Map(page.classes.map((c) => [c.name, c.label]));
  const plain = (s) => s.normalize("NFKC").toLowerCase().replace(/[\s·・.,，、()（）-]+/g, "");
  const index = [...nodes.values()].map((n) => ({ node: n, names: [plain(n.label), ...n.names.map(plain)] }));
  let active = -1;

  // 0 the whole name, 1 its beginning, 2 another name's beginning, 3 anywhere; null: no match.
  function grade(names, query) {
    let best = null;
    names.forEach((name, n) => {
      if (!name) return;
      const at = name.indexOf(query);
      if (at < 0) return;
      const mark = name === query ? 0 : at === 0 ? (n === 0 ? 1 : 2) : 3;
      if (best === null || mark < best) best = mark;
    });
    return best;
  }

  function search(typed) {
    const query = plain(typed);
    if (!query) return [];
    const hits = [];
    for (const { node, names } of index) {
      const mark = grade(names, query);
      if (mark !== null) hits.push([mark, node]);
    }
    hits.sort((a, b) => a[0] - b[0] || a[1].label.length - b[1].label.length || (a[1].id < b[1].id ? -1 : 1));
    return hits.slice(0, MOST).map((h) => h[1]);
  }

  function show() {
    const hits = search(box.value);
    found.replaceChildren(...hits.map(option));
    if (!hits.length && box.value.trim()) found.append(element("li", { class: "none" }, text("no_match")));
    const open = Boolean(box.value.trim());
    found.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    mark(hits.length ? 0 : -1);
  }

  function option(node, n) {
    const item = element("li", { role: "option", id: `found-${n}`, "aria-selected": "false" });
    const dot = element("span", { class: node.ghost ? "dot ghost" : "dot" });
    dot.style.setProperty("--colour", draw.look(node).main);
    item.append(dot, element("b", {}, node.label), element("small", {}, classLabel.get(node.kind) || node.kind));
    item.dataset.id = node.id;
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => take(node.id));
    item.addEventListener("mousemove", () => active !== n && mark(n));
    return item;
  }

  function mark(n) {
    active = n;
    const options = found.querySelectorAll("[role=option]");
    options.forEach((o, at) => o.setAttribute("aria-selected", String(at === n)));
    if (n >= 0) {
      box.setAttribute("aria-activedescendant", `found-${n}`);
      options[n].scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  }

  function close() {
    found.hidden = true;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function take(id) {
    close();
    bulian.select(id, { focus: true, reveal: true });
  }

  box.addEventListener("input", show);
  box.addEventListener("focus", () => box.value.trim() && show());
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const options = found.querySelectorAll("[role=option]");
    if (event.key === "Escape") {
      if (found.hidden) box.value = "";
      close();
    } else if (event.key === "Enter" && options[active] && !found.hidden) take(options[active].dataset.id);
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      if (found.hidden) show();
      else mark((active + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length);
    } else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input")) {
      event.preventDefault();
      box.focus();
    }
  });
})();
