// Starts the map: the network, what is selected and shown, legend, keyboard, and the address.
"use strict";
(() => {
  const { graph, page, network, nodes, place, state, draw, element } = bulian;
  const map = document.getElementById("map");
  const tip = document.getElementById("tip");
  const WIDE = 720; // narrower: the sheet lies below
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const statusOf = new Map(page.statuses.map((s) => [s.code, s]));
  let view = null;
  let hovered = null;

  const vNodes = new vis.DataSet(network.nodes.map((n) => ({ ...n, label: undefined, ctxRenderer: renderer })));
  const vEdges = new vis.DataSet(network.edges);
  const net = new vis.Network(map, { nodes: vNodes, edges: vEdges }, network.options);

  function renderer({ ctx, id }) {
    const box = place.get(id);
    return {
      drawNode: () => draw.drawNode(ctx, id, hovered === id, net ? net.getScale() : 1),
      nodeDimensions: { width: box.w, height: box.h },
    };
  }

  // -- view ----------------------------------------------------------------------------------------------
  // What the sheet leaves free of the map: it lies on the right, or at the bottom of a narrow window.
  function room() {
    const sheet = document.getElementById("sheet");
    const below = innerWidth <= WIDE;
    return {
      w: map.clientWidth - (sheet.hidden || below ? 0 : sheet.offsetWidth),
      h: map.clientHeight - (sheet.hidden || !below ? 0 : sheet.offsetHeight),
    };
  }

  // The view that has a point of the map in the middle of the free part.
  function centred(x, y, scale) {
    const free = room();
    return { x: x + (map.clientWidth - free.w) / 2 / scale, y: y + (map.clientHeight - free.h) / 2 / scale, scale };
  }

  function frame(box, most) {
    const [x, y, w, h] = box;
    const free = room();
    const scale = Math.max(0.05, Math.min((free.w - 24) / w, (free.h - 24) / h, most));
    return centred(x + w / 2, y + h / 2, scale);
  }

  function look(to, quick) {
    const move = { position: { x: to.x, y: to.y }, scale: to.scale };
    net.moveTo(quick || calm ? move : { ...move, animation: { duration: 350, easingFunction: "easeInOutQuad" } });
    view = to;
    remember();
  }

  function whole() {
    let box = [-6, 0, page.size[0] + 12, page.size[1] + 6];
    if (state.ego) {
      let [l, t, r, b] = [Infinity, Infinity, -Infinity, -Infinity];
      for (const [id, at] of place) {
        if (!bulian.visible(id)) continue;
        [l, t, r, b] = [Math.min(l, at.x - at.w / 2), Math.min(t, at.y - at.h / 2), Math.max(r, at.x + at.w / 2), Math.max(b, at.y + at.h / 2)];
      }
      if (l < r) box = [l - 20, t - 20, r - l + 40, b - t + 40];
    }
    return frame(box, 1.3);
  }

  // The first view shows the main part, at a size that can be read when the window allows; the rest is below.
  const READABLE = 0.8;
  const LEAST = 0.6;
  function start() {
    const [, , width, height] = page.sections.length ? page.sections[0].box : [0, 0, ...page.size];
    const w = width + 12;
    const fits = frame([-6, 0, w, height + 6], 1.3);
    const scale = Math.max(fits.scale, LEAST, Math.min(READABLE, (map.clientWidth - 24) / w));
    return {
      x: Math.min(w / 2 - 6, (map.clientWidth / 2 - 16) / scale), y: (map.clientHeight / 2 - 10) / scale, scale,
    };
  }

  function goTo(id) {
    const box = place.get(id);
    look(centred(box.x, box.y, Math.max(net.getScale(), 1.1)));
  }

  // -- what is shown -------------------------------------------------------------------------------------
  const shown = { nodes: new Map(), edges: new Map() };

  const MANY = 2500; // lines; more of them are fainter, and are not dimmed one by one around a selection
  const many = graph.edges.length > MANY;
  const base = many ? 0.14 : 0.3;

  function edgeStyle(index) {
    const e = graph.edges[index];
    const hidden = !bulian.lineVisible(index);
    const side = hidden || !state.selected ? "" : e.to === state.selected ? "in" : e.from === state.selected ? "out" : "";
    return `${hidden}|${side}|${!many && Boolean(state.selected)}`;
  }

  function asEdge(index, style) {
    const [hidden, side, selection] = style.split("|");
    const colour = side === "in" ? draw.IN : side === "out" ? draw.OUT : "#8496b0";
    return {
      id: index, hidden: hidden === "true", width: side ? 2 : 1,
      color: { color: colour, opacity: side ? 0.85 : selection === "true" ? 0.08 : base },
    };
  }

  function apply() {
    const changed = [];
    for (const id of nodes.keys()) {
      const hidden = !bulian.visible(id);
      if ((shown.nodes.get(id) ?? false) !== hidden) changed.push({ id, hidden });
      shown.nodes.set(id, hidden);
    }
    if (changed.length) vNodes.update(changed);
    const lines = [];
    graph.edges.forEach((_, index) => {
      const style = edgeStyle(index);
      if ((shown.edges.get(index) ?? `${Boolean(graph.edges[index].quiet)}||false`) !== style) lines.push(asEdge(index, style));
      shown.edges.set(index, style);
    });
    if (lines.length) vEdges.update(lines);
    draw.refresh(state.selected ? bulian.neighbours(state.selected) : null);
    bulian.legend.refresh();
    net.redraw();
    remember();
  }

  function select(id, { focus = false, reveal = false } = {}) {
    state.selected = id && nodes.has(id) ? id : null;
    if (state.selected && reveal && !bulian.visible(state.selected)) {
      const node = nodes.get(state.selected);
      state.off.delete(node.kind);
      state.offStatus.delete(node.status);
      if (!bulian.visible(state.selected)) bulian.setEgo(null);
    }
    if (state.selected) bulian.sheet.show(state.selected);
    else bulian.sheet.close();
    apply();
    if (state.selected && focus) goTo(state.selected);
    else if (state.selected) keepInSight(state.selected);
  }

  function keepInSight(id) {
    const at = net.canvasToDOM(place.get(id));
    const half = (place.get(id).w / 2) * net.getScale();
    const free = room();
    if (at.x - half < 0 || at.x + half > free.w || at.y < 10 || at.y > free.h - 10) goTo(id);
  }

  function ego(to) {
    bulian.setEgo(to);
    if (state.selected) bulian.sheet.show(state.selected);
    apply();
    look(whole());
  }

  // -- pointer and keyboard ------------------------------------------------------------------------------
  function hover(id, pointer) {
    hovered = id;
    map.style.cursor = id ? "pointer" : "";
    tip.hidden = !id;
    if (id) {
      const node = nodes.get(id);
      const status = statusOf.get(node.status);
      const under = [status && status.label, node.sheet.lead || node.note].filter(Boolean).join(" · ");
      tip.replaceChildren(element("b", {}, node.label), element("span", {}, under));
      tip.style.left = `${Math.min(pointer.x + 14, map.clientWidth - 260)}px`;
      tip.style.top = `${pointer.y + 18 + 90 > map.clientHeight ? pointer.y - 70 : pointer.y + 18}px`;
    }
    net.redraw();
  }

  net.on("beforeDrawing", (ctx) => draw.drawBands(ctx, net.getScale()));
  net.on("click", (event) => select(event.nodes[0] || null));
  net.on("doubleClick", (event) => event.nodes[0] && ego({ id: event.nodes[0], hops: 1 }));
  net.on("hoverNode", (event) => hover(event.node, event.pointer.DOM));
  net.on("blurNode", () => hover(null));
  net.on("dragStart", () => hover(null));
  net.on("zoom", () => settle());
  net.on("dragEnd", () => settle());

  function settle() {
    view = { ...net.getViewPosition(), scale: net.getScale() };
    remember();
  }

  // The nearest visible node in a direction from the selected one, or the first of the map.
  function step(dx, dy) {
    const from = state.selected ? place.get(state.selected) : { x: -1e9 * dx, y: -1e9 * dy };
    let best = null;
    let least = Infinity;
    for (const [id, at] of place) {
      if (id === state.selected || !bulian.visible(id)) continue;
      const along = (at.x - from.x) * dx + (at.y - from.y) * dy;
      const aside = Math.abs((at.x - from.x) * dy) + Math.abs((at.y - from.y) * dx);
      const far = state.selected ? along + 3 * aside : at.x + at.y;
      if ((along > 1 || !state.selected) && far < least) [best, least] = [id, far];
    }
    if (best) select(best);
  }

  function zoom(by) {
    look({ ...net.getViewPosition(), scale: Math.min(4, Math.max(0.05, net.getScale() * by)) });
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  map.addEventListener("keydown", (event) => {
    if (ARROWS[event.key]) step(...ARROWS[event.key]);
    else if (event.key === "Enter" && bulian.sheet.isOpen()) document.getElementById("sheet").focus();
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") look(whole());
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.id === "find" || !bulian.sheet.isOpen()) return;
    select(null);
    map.focus();
  });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    const kind = button.dataset.zoom;
    button.addEventListener("click", () => (kind === "fit" ? look(whole()) : zoom(kind === "in" ? 1.3 : 1 / 1.3)));
  }

  // -- the address ---------------------------------------------------------------------------------------
  let written = location.hash.slice(1);
  let ready = false;

  function remember() {
    if (!ready) return;
    written = bulian.toHash(view);
    history.replaceState(null, "", `#${written}`);
  }

  function restore(quick) {
    const saved = bulian.fromHash(location.hash);
    if (state.selected) bulian.sheet.show(state.selected);
    else bulian.sheet.close();
    apply();
    if (saved) look(saved, quick);
    else if (state.selected && location.hash) goTo(state.selected);
    else look(start(), quick);
  }
  addEventListener("hashchange", () => location.hash.slice(1) !== written && restore(false));

  document.getElementById("empty").hidden = nodes.size > 0;
  Object.assign(bulian, {
    select, ego, apply, look, frame,
    view: () => ({ ...net.getViewPosition(), scale: net.getScale() }),
    at: (id) => net.canvasToDOM(place.get(id)),
  });
  net.once("afterDrawing", () => {
    ready = true;
    document.documentElement.dataset.ready = "true";
  });
  restore(true);
  net.redraw();
})();
