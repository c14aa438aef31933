// The side sheet: what is known of one node, on what evidence; or an overview of the page.
"use strict";
(() => {
  const { graph, page, nodes, near, state, draw, element, text } = bulian;
  const sheet = document.getElementById("sheet");
  const classLabel = new Map(page.classes.map((c) => [c.name, c.label]));
  const statusOf = new Map(page.statuses.map((s) => [s.code, s]));
  const SHOWN = 12; // entries of a list before "more"

  function link(source) {
    const said = [source.name, source.publisher, source.date].filter(Boolean).join(" · ");
    if (!source.url) return element("span", {}, said);
    return element("a", { href: source.url, rel: "noopener noreferrer", target: "_blank" }, said);
  }

  // Numbers that point into the list of sources at the end of the sheet.
  function cite(ids, cited) {
    const marks = element("span", { class: "cites" });
    for (const id of ids) {
      if (!page.sources[id]) continue;
      if (!cited.includes(id)) cited.push(id);
      marks.append(element("a", { href: `#source-${cited.indexOf(id) + 1}`, class: "cite" }, String(cited.indexOf(id) + 1)));
    }
    return marks;
  }

  function nameOf(id, said) {
    if (!id || !nodes.has(id)) return element("span", {}, said);
    const button = element("button", { type: "button", class: "go" }, said);
    button.addEventListener("click", () => bulian.select(id, { focus: true, reveal: true }));
    return button;
  }

  function list(title, entries, more, cited) {
    const all = entries.map((e) => {
      const marks = cite(e.source_ids || [], cited);
      const item = element("li", {}, nameOf(e.id, e.text));
      if (e.note || marks.childElementCount) item.append(element("small", {}, e.note || "", marks));
      return item;
    });
    const ul = element("ul", {}, ...all.slice(0, SHOWN));
    const part = element("section", {}, element("h3", {}, title, element("i", {}, String(entries.length + more))), ul);
    if (all.length > SHOWN) {
      const open = element("button", { type: "button", class: "more" }, text("more", { n: all.length - SHOWN + more }));
      open.addEventListener("click", () => {
        ul.append(...all.slice(SHOWN));
        if (more) open.replaceWith(element("p", { class: "more" }, text("more", { n: more })));
        else open.remove();
      });
      part.append(open);
    } else if (more) part.append(element("p", { class: "more" }, text("more", { n: more })));
    return part;
  }

  function body(content, cited) {
    const parts = [];
    if (content.lead) parts.push(element("p", { class: "lead" }, content.lead));
    if (content.summary) parts.push(element("p", {}, content.summary));
    for (const p of content.parts) parts.push(list(p.title, p.entries, p.more, cited));
    if (content.facts.length) {
      const facts = element("dl", {});
      for (const [name, value] of content.facts) facts.append(element("dt", {}, name), element("dd", {}, value));
      parts.push(facts);
    }
    return parts;
  }

  function relations(id, cited) {
    const groups = new Map();
    for (const index of near.get(id)) {
      const e = graph.edges[index];
      const out = e.from === id;
      const kind = bulian.lineKind.get(e.kind);
      const title = out ? kind.label : kind.reverse;
      if (!groups.has(title)) groups.set(title, []);
      const other = out ? e.to : e.from;
      groups.get(title).push({
        text: nodes.get(other).label, id: other, note: [e.role, e.note].filter(Boolean).join(" · "), source_ids: e.source_ids,
      });
    }
    return [...groups].map(([title, entries]) => list(title, entries, 0, cited));
  }

  function sources(cited) {
    if (!cited.length) return element("p", { class: "more" }, text("no_source"));
    const items = cited.map((id, n) => element("li", { id: `source-${n + 1}` }, link(page.sources[id])));
    return element("section", { class: "sources" }, element("h3", {}, text("sources")), element("ol", {}, ...items));
  }

  function head(name, over) {
    const close = element("button", { type: "button", class: "close", "aria-label": text("close"), title: text("close") }, "×");
    close.addEventListener("click", () => bulian.select(null));
    return element("header", {}, element("div", {}, ...over), element("h2", {}, name), close);
  }

  function chip(words, colour, hollow) {
    const made = element("span", { class: hollow ? "chip hollow" : "chip" }, words);
    made.style.setProperty("--colour", colour);
    return made;
  }

  function ego(id) {
    const box = element("div", { class: "buttons ego" });
    const button = (words, then) => {
      const made = element("button", { type: "button" }, words);
      made.addEventListener("click", then);
      box.append(made);
    };
    const inside = state.ego && state.ego.id === id;
    button(inside ? text("ego_more") : text("ego"), () => bulian.ego({ id, hops: inside ? state.ego.hops + 1 : 1 }));
    if (state.ego) button(text("ego_all"), () => bulian.ego(null));
    return box;
  }

  function show(id) {
    const node = nodes.get(id);
    const cited = [];
    const over = [chip(classLabel.get(node.kind) || node.kind, draw.colourOf.get(node.kind) || "#64748b", true)];
    const status = statusOf.get(node.status);
    if (status) over.push(chip(status.label, status.colour));
    if (node.marks.includes("leader")) over.push(chip(`★ ${text("legend_leader")}`, "#a16207", true));
    if (node.marks.includes("chokepoint")) over.push(chip(text("legend_chokepoint"), "#7e22ce", true));
    cite(node.sheet.source_ids, cited);
    const content = body(node.sheet, cited);
    const lines = relations(id, cited);
    open(node.label, [head(node.label, over), ego(id), ...content, ...lines, sources(cited)]);
    sheet.append(element("p", { class: "id" }, `${text("identifier")} ${id}`));
  }

  function overview() {
    const cited = [];
    const parts = body(page.overview, cited);
    open(text("overview"), [head(page.title, [chip(text("overview"), "#334155", true)]), ...parts]);
    if (cited.length) sheet.append(sources(cited));
    document.getElementById("overview").setAttribute("aria-expanded", "true");
  }

  function open(name, parts) {
    sheet.setAttribute("aria-label", name);
    sheet.replaceChildren(...parts);
    sheet.hidden = false;
    sheet.scrollTop = 0;
    document.body.classList.add("with-sheet");
    document.getElementById("overview").setAttribute("aria-expanded", "false");
  }

  function close() {
    sheet.hidden = true;
    sheet.replaceChildren();
    document.body.classList.remove("with-sheet");
    document.getElementById("overview").setAttribute("aria-expanded", "false");
  }

  // A jump to a cited source must not replace the view that the address holds.
  sheet.addEventListener("click", (event) => {
    const mark = event.target.closest("a.cite");
    if (!mark) return;
    event.preventDefault();
    const target = document.getElementById(mark.getAttribute("href").slice(1));
    target.scrollIntoView({ block: "center" });
    target.classList.add("flash");
    setTimeout(() => target.classList.remove("flash"), 1200);
  });

  bulian.sheet = { show, overview, close, isOpen: () => !sheet.hidden };
})();
