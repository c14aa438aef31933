// The graph of the page: data blocks, indexes, what is shown, and the state in the address.
"use strict";
const bulian = (window.bulian = {});
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const graph = read("bulian-graph");
  const page = read("bulian-page");
  const network = read("bulian-network");

  const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
  const place = new Map();
  for (const n of network.nodes) place.set(n.id, { x: n.x, y: n.y, w: n.box[0], h: n.box[1] });
  const near = new Map(graph.nodes.map((n) => [n.id, []]));
  graph.edges.forEach((edge, index) => {
    near.get(edge.from).push(index);
    if (edge.to !== edge.from) near.get(edge.to).push(index);
  });

  const state = {
    selected: null,
    off: new Set(), // classes not drawn
    offStatus: new Set(),
    offLines: new Set(), // kinds of line not drawn
    ego: null, // { id, hops }: only this node and its surroundings
  };
  let around = null;

  function reach(id, hops) {
    const seen = new Set([id]);
    let edge = [id];
    for (let hop = 0; hop < hops; hop += 1) {
      const next = [];
      for (const here of edge) {
        for (const index of near.get(here)) {
          const e = graph.edges[index];
          const there = e.from === here ? e.to : e.from;
          if (!seen.has(there)) {
            seen.add(there);
            next.push(there);
          }
        }
      }
      edge = next;
    }
    return seen;
  }

  function setEgo(ego) {
    state.ego = ego && nodes.has(ego.id) ? ego : null;
    around = state.ego ? reach(state.ego.id, state.ego.hops) : null;
  }

  function visible(id) {
    const n = nodes.get(id);
    if (around && !around.has(id)) return false;
    return !state.off.has(n.kind) && !(n.status && state.offStatus.has(n.status));
  }

  const lineKind = new Map(page.lines.map((l) => [l.kind, l]));

  function lineVisible(index) {
    const e = graph.edges[index];
    if (state.offLines.has(e.kind) || !visible(e.from) || !visible(e.to)) return false;
    return !e.quiet || e.from === state.selected || e.to === state.selected;
  }

  function neighbours(id) {
    const found = new Set([id]);
    for (const index of near.get(id)) {
      const e = graph.edges[index];
      if (!state.offLines.has(e.kind)) found.add(e.from === id ? e.to : e.from);
    }
    // Firms that count for a link through a kind of it have no line to it.
    for (const part of nodes.get(id).sheet.parts) {
      for (const entry of part.entries) if (nodes.has(entry.id)) found.add(entry.id);
    }
    return found;
  }

  // The address after # holds what is needed to show the same view again.
  function toHash(view) {
    const q = new URLSearchParams();
    if (state.selected) q.set("sel", state.selected);
    if (state.off.size) q.set("off", [...state.off].sort().join(","));
    if (state.offStatus.size) q.set("status", [...state.offStatus].sort().join(","));
    if (state.offLines.size) q.set("lines", [...state.offLines].sort().join(","));
    if (state.ego) q.set("ego", `${state.ego.hops}~${state.ego.id}`);
    if (view) q.set("view", [view.x, view.y].map(Math.round).concat(view.scale.toFixed(3)).join(","));
    return q.toString();
  }

  function fromHash(text) {
    const q = new URLSearchParams(text.replace(/^#/, ""));
    const known = (key, valid) => new Set((q.get(key) || "").split(",").filter((v) => valid.has(v)));
    state.off = known("off", new Set(page.classes.map((c) => c.name)));
    state.offStatus = known("status", new Set(page.statuses.map((s) => s.code)));
    state.offLines = known("lines", new Set(lineKind.keys()));
    state.selected = nodes.has(q.get("sel")) ? q.get("sel") : null;
    const ego = /^(\d{1,2})~(.+)$/.exec(q.get("ego") || "");
    setEgo(ego ? { hops: Number(ego[1]), id: ego[2] } : null);
    const view = (q.get("view") || "").split(",").map(Number);
    return view.length === 3 && view.every(Number.isFinite) && view[2] > 0
      ? { x: view[0], y: view[1], scale: view[2] }
      : null;
  }

  function drawn() {
    let count = 0;
    for (const id of nodes.keys()) if (visible(id)) count += 1;
    return count;
  }

  function text(key, values) {
    let said = page.text[key];
    for (const [name, value] of Object.entries(values || {})) said = said.replace(`{${name}}`, String(value));
    return said;
  }

  // element("button", { class: "x" }, "text"): text is only ever set as text.
  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value != null) made.setAttribute(name, value);
    }
    for (const child of children) made.append(child);
    return made;
  }

  Object.assign(bulian, {
    graph, page, network, nodes, place, near, state, lineKind, reach, setEgo, visible, lineVisible, neighbours,
    toHash, fromHash, drawn, text, element,
    hidden: () => nodes.size - drawn(),
    truncated: graph.truncated,
  });
})();
