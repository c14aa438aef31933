// Legend, counts by status, kinds of line and the other switches above the map; counts and key below it.
"use strict";
(() => {
  const { graph, page, state, element, text } = bulian;

  function toggle(set, key) {
    if (set.has(key)) set.delete(key);
    else set.add(key);
    bulian.apply();
  }

  const legend = document.getElementById("legend");
  for (const c of page.classes) {
    const box = element("input", { type: "checkbox", value: c.name });
    box.checked = true;
    box.addEventListener("change", () => toggle(state.off, c.name));
    const dot = element("span", { class: "dot" });
    dot.style.setProperty("--colour", c.colour);
    legend.append(element("span", {}, element("label", {}, box, dot, c.label), element("small", {}, String(c.count))));
  }
  const statuses = document.getElementById("statuses");
  for (const s of page.statuses) {
    const button = element("button", { type: "button", "data-status": s.code }, element("b", {}, String(s.count)), s.label);
    button.style.setProperty("--colour", s.colour);
    button.addEventListener("click", () => toggle(state.offStatus, s.code));
    statuses.append(button);
  }
  const FEW = 4; // more kinds of line than this are put away behind a button
  const lines = element("div", {});
  const lineBox = document.getElementById("lines");
  lineBox.append(page.lines.length <= FEW ? lines
    : element("details", {}, element("summary", {}, `${text("lines")} ${page.lines.length}`), lines));
  document.addEventListener("click", (event) => {
    const open = lineBox.querySelector("details[open]");
    if (open && !lineBox.contains(event.target)) open.open = false;
  });
  for (const l of page.lines) {
    const button = element("button", { type: "button", "data-line": l.kind, title: l.quiet ? text("on_selection") : l.label }, l.label);
    if (l.quiet) button.classList.add("quiet");
    button.addEventListener("click", () => toggle(state.offLines, l.kind));
    lines.append(button);
  }
  const actors = document.getElementById("actors");
  const actorKinds = page.classes.filter((c) => c.actor).map((c) => c.name);
  actors.hidden = !page.statuses.length || !actorKinds.length;
  actors.addEventListener("click", () => {
    const on = actorKinds.some((k) => !state.off.has(k));
    for (const kind of actorKinds) if (on) state.off.add(kind); else state.off.delete(kind);
    bulian.apply();
  });
  const overview = document.getElementById("overview");
  const overviewParts = page.overview.parts.length + page.overview.facts.length;
  overview.hidden = !overviewParts && !page.overview.lead;
  overview.addEventListener("click", () => {
    const open = overview.getAttribute("aria-expanded") === "true";
    bulian.select(null);
    if (!open) bulian.sheet.overview();
  });

  // Several maps on one page: a button each, which shows that map whole.
  const jumps = document.getElementById("jumps");
  if (page.sections.filter((s) => !s.aside).length > 1) {
    for (const section of page.sections) {
      const [x, y, w, h] = section.box;
      const button = element("button", { type: "button" }, section.title);
      button.addEventListener("click", () => bulian.look(bulian.frame([x - 6, y, w + 12, h + 6], 1.3)));
      jumps.append(button);
    }
  }

  function controls() {
    for (const box of legend.querySelectorAll("input")) box.checked = !state.off.has(box.value);
    for (const b of statuses.children) b.setAttribute("aria-pressed", String(!state.offStatus.has(b.dataset.status)));
    for (const b of lines.children) b.setAttribute("aria-pressed", String(!state.offLines.has(b.dataset.line)));
    actors.setAttribute("aria-pressed", String(actorKinds.some((k) => !state.off.has(k))));
  }

  const countsLine = document.getElementById("counts");
  function counts() {
    const said = [
      text("drawn", { n: bulian.drawn() }), text("hidden", { n: bulian.hidden() }),
      text("truncated", { n: graph.truncated, most: page.max_nodes }),
    ];
    if (state.ego) said.unshift(text("ego_state", { n: state.ego.hops }));
    countsLine.replaceChildren(...said.map((s) => element("span", {}, s)));
  }

  function key() {
    const line = document.getElementById("key");
    const add = (kind, words) => line.append(element("span", {}, element("i", { class: kind }), words));
    add("line in", text("line_in"));
    add("line out", text("line_out"));
    if (graph.edges.some((e) => e.assertion === "inferred")) add("line dashed", text("line_inferred"));
    if (graph.nodes.some((n) => n.count != null)) add("bar", text("legend_count"));
    if (graph.nodes.some((n) => n.ghost)) add("ghost", text("legend_ghost"));
    if (graph.nodes.some((n) => n.marks.includes("chokepoint"))) add("choke", text("legend_chokepoint"));
    if (graph.nodes.some((n) => n.marks.includes("leader"))) add("star", text("legend_leader"));
  }

  key();
  bulian.legend = {
    refresh: () => {
      counts();
      controls();
    },
  };
})();
