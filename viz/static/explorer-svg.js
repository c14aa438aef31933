// Exports: SVG drawn from the same data as the canvas, PNG made from that SVG, CSV and JSON of what is drawn.
"use strict";
(() => {
  const { graph, page, nodes, place, draw, element } = bulian;
  const NS = "http://www.w3.org/2000/svg";
  const MARGIN = 24;
  const HEAD = 56;
  const MOST_PIXELS = 60e6; // what browsers let a canvas have

  function shape(tag, attributes, text) {
    const made = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) if (value != null) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const points = (list) => list.map((p) => p.map((v) => v.toFixed(1)).join(",")).join(" ");

  function words(text, x, y, size, fill, extra) {
    return shape("text", {
      x: x.toFixed(1), y: y.toFixed(1), "font-size": size, fill, "dominant-baseline": "central", ...extra,
    }, text);
  }

  function bands(parent) {
    for (const band of draw.bandsShown()) {
      const [x, y, w, h] = band.box;
      const style = draw.BANDS[band.kind];
      if (style.fill) {
        parent.append(shape("rect", {
          x, y, width: w, height: h, rx: style.radius, fill: style.fill, stroke: style.border,
        }));
      }
      if (band.colour) parent.append(shape("rect", { x, y, width: w, height: 4, rx: 2, fill: band.colour }));
      if (draw.isTitled(band)) {
        const [tx, ty] = draw.titleAt(band);
        parent.append(words(draw.titleOf(band), tx, ty, style.size, band.colour || "#334155", { "font-weight": 600 }));
      }
    }
  }

  function line(parent, edge) {
    const a = place.get(edge.from);
    const b = place.get(edge.to);
    const forward = b.x >= a.x;
    const x1 = a.x + (forward ? a.w / 2 : -a.w / 2);
    const x2 = b.x - (forward ? b.w / 2 : -b.w / 2);
    const bend = Math.max(24, Math.abs(x2 - x1) * 0.45) * (forward ? 1 : -1);
    const strong = edge.from === bulian.state.selected || edge.to === bulian.state.selected;
    const colour = !strong ? "#8496b0" : edge.to === bulian.state.selected ? draw.IN : draw.OUT;
    parent.append(shape("path", {
      d: `M${x1},${a.y} C${x1 + bend},${a.y} ${x2 - bend},${b.y} ${x2},${b.y}`,
      fill: "none", stroke: colour, "stroke-width": strong ? 2 : 1, "stroke-opacity": strong ? 0.9 : 0.3,
      "stroke-dasharray": edge.assertion === "inferred" ? "5 4" : null, "marker-end": "url(#arrow)",
    }));
  }

  function box(parent, id) {
    const node = nodes.get(id);
    const at = place.get(id);
    const style = draw.look(node);
    const x = at.x - at.w / 2;
    const y = at.y - at.h / 2;
    const group = shape("g", {});
    group.append(shape("title", {}, node.label));
    if (style.fill) {
      group.append(shape("rect", { x, y, width: at.w, height: at.h, rx: 5, fill: style.fill }));
      if (style.bar && !style.hollow) {
        group.append(shape("path", {
          d: `M${x + style.bar},${y} h${5 - style.bar} a5,5 0 0 0 -5,5 v${at.h - 10} a5,5 0 0 0 5,5 h${style.bar - 5} z`,
          fill: style.main,
        }));
      }
      group.append(shape("rect", {
        x, y, width: at.w, height: at.h, rx: 5, fill: "none", stroke: style.border,
        "stroke-width": style.dash ? 1.4 : 1, "stroke-dasharray": style.dash ? style.dash.join(" ") : null,
      }));
    }
    const label = draw.labelOf(node);
    if (style.bar === draw.BAR && node.count != null) {
      group.append(words(String(node.count), x + draw.BAR / 2, at.y, 12, style.hollow ? style.main : draw.PAPER, {
        "text-anchor": "middle", "font-weight": 600,
      }));
    }
    label.lines.forEach((text, n) => {
      const ty = at.y + (n - (label.lines.length - 1) / 2) * label.size * 1.2;
      group.append(words(text, x + style.bar + 6, ty, label.size, style.text, {
        "font-weight": style.bold ? 600 : null,
      }));
    });
    if (node.look === "group" && node.note) {
      group.append(words(node.note, x + at.w - 4, at.y, 10.5, "#64748b", { "text-anchor": "end" }));
    }
    for (const [corner, colour] of draw.signs(node, at)) {
      group.append(shape("polygon", { points: points(corner), fill: colour }));
    }
    parent.append(group);
  }

  // The part of the map that is drawn, with its name and colour key.
  function extent() {
    if (!bulian.state.ego && bulian.drawn() === nodes.size) return [-6, 0, page.size[0] + 12, page.size[1] + 6];
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const [id, at] of place) {
      if (!bulian.visible(id)) continue;
      left = Math.min(left, at.x - at.w / 2);
      right = Math.max(right, at.x + at.w / 2);
      top = Math.min(top, at.y - at.h / 2);
      bottom = Math.max(bottom, at.y + at.h / 2);
    }
    return left < right ? [left - 14, top - 40, right - left + 28, bottom - top + 54] : [0, 0, 400, 100];
  }

  function svg() {
    const [x, y, w, h] = extent();
    const width = Math.max(w, 640) + 2 * MARGIN;
    const height = h + HEAD + 2 * MARGIN;
    const left = x - MARGIN;
    const top = y - MARGIN - HEAD;
    const root = shape("svg", {
      xmlns: NS, width: Math.round(width), height: Math.round(height),
      viewBox: [left, top, width, height].map((v) => v.toFixed(1)).join(" "), "font-family": draw.FONT,
    });
    const defs = shape("defs", {});
    const marker = shape("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" });
    marker.append(shape("path", { d: "M0,0.5 L8,4 L0,7.5 z", fill: "#8496b0" }));
    defs.append(marker);
    root.append(defs, shape("rect", { x: left, y: top, width, height, fill: "#ffffff" }));
    const name = [page.title, page.region, page.as_of].filter(Boolean).join(" · ");
    root.append(words(name, x, top + MARGIN + 10, 20, draw.INK, { "font-weight": 600 }));
    let key = x;
    for (const status of page.statuses) {
      const said = `${status.label} ${status.count}`;
      root.append(shape("rect", { x: key, y: top + MARGIN + 30, width: 12, height: 12, rx: 3, fill: status.colour }));
      root.append(words(said, key + 18, top + MARGIN + 36, 12.5, draw.INK, {}));
      key += 40 + said.length * 11;
    }
    bands(root);
    graph.edges.forEach((edge, index) => bulian.lineVisible(index) && line(root, edge));
    for (const id of nodes.keys()) if (bulian.visible(id)) box(root, id);
    return root;
  }

  const markup = () => new XMLSerializer().serializeToString(svg());

  function fileName(ending) {
    const stem = `${page.title}-${page.region}`.replace(/[\\/:*?"<>|\s.]+/g, "-").replace(/^-+|-+$/g, "");
    return `${stem.slice(0, 80) || "bulian"}.${ending}`;
  }

  function save(blob, ending) {
    const url = URL.createObjectURL(blob);
    const link = element("a", { href: url, download: fileName(ending) });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  function png() {
    const image = new Image();
    const text = markup();
    image.onload = () => {
      const scale = Math.min(2, Math.sqrt(MOST_PIXELS / (image.width * image.height)));
      const canvas = element("canvas", {
        width: Math.round(image.width * scale), height: Math.round(image.height * scale),
      });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(blob, "png"), "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  }

  // A cell that a spreadsheet would run as a formula begins with an apostrophe.
  function cell(value) {
    const text = value == null ? "" : String(value);
    const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  function csv() {
    const label = new Map(page.classes.map((c) => [c.name, c.label]));
    const rows = [["id", "label", "kind", "kind_label", "status", "ghost", "local_firms", "degree", "sources"]];
    for (const [id, node] of nodes) {
      if (!bulian.visible(id)) continue;
      const sources = node.sheet.source_ids.map((s) => page.sources[s]?.url || page.sources[s]?.name || s);
      rows.push([
        id, node.label, node.kind, label.get(node.kind), node.status, node.ghost, node.count,
        bulian.near.get(id).length, sources.join(" ; "),
      ]);
    }
    return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
  }

  function json() {
    const keep = graph.nodes.filter((n) => bulian.visible(n.id));
    const edges = graph.edges.filter((e) => bulian.visible(e.from) && bulian.visible(e.to));
    const plain = {
      title: page.title, region: page.region, as_of: page.as_of, nodes: keep, edges, sources: page.sources,
      hidden: bulian.hidden(), truncated: graph.truncated,
    };
    return JSON.stringify(plain, null, 1);
  }

  const exports = {
    png,
    svg: () => save(new Blob([markup()], { type: "image/svg+xml" }), "svg"),
    csv: () => save(new Blob([csv()], { type: "text/csv" }), "csv"),
    json: () => save(new Blob([json()], { type: "application/json" }), "json"),
  };
  for (const button of document.querySelectorAll("[data-export]")) {
    button.addEventListener("click", () => exports[button.dataset.export]());
  }
  const paper = document.getElementById("print");
  window.addEventListener("beforeprint", () => paper.replaceChildren(svg()));
  window.addEventListener("afterprint", () => paper.replaceChildren());
  bulian.svg = markup;
})();
