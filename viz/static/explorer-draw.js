// How a node and the bands behind the nodes look, on the canvas. The SVG export draws the same shapes.
"use strict";
(() => {
  const { page, nodes, place, state } = bulian;
  const FONT = '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif';
  const INK = "#1e293b";
  const PAPER = "#ffffff";
  const IN = "#1d4ed8";
  const OUT = "#c2410c";
  const LEADER = "#d99a00";
  const CHOKE = "#7e22ce";
  const BAR = 20;
  const colourOf = new Map(page.classes.map((c) => [c.name, c.colour]));
  const statusColour = new Map(page.statuses.map((s) => [s.code, s.colour]));

  // A colour mixed with white: share 1 is the colour itself.
  function tint(hex, share) {
    const part = (at) => Math.round(255 + (parseInt(hex.slice(at, at + 2), 16) - 255) * share);
    return `rgb(${part(1)},${part(3)},${part(5)})`;
  }

  // Everything that canvas and SVG need to know about one node.
  function look(node) {
    const main = (node.status && statusColour.get(node.status)) || colourOf.get(node.kind) || "#64748b";
    if (node.look === "group") return { main, fill: null, border: null, text: "#334155", bar: 0, bold: true };
    if (node.ghost) return { main, fill: PAPER, border: main, dash: [5, 3], text: main, bar: BAR, hollow: true };
    if (node.look === "link" && node.status) {
      return { main, fill: tint(main, 0.1), border: tint(main, 0.65), text: INK, bar: BAR };
    }
    return { main, fill: PAPER, border: "#cbd5e1", text: INK, bar: node.look === "link" ? 6 : 5 };
  }

  const ruler = document.createElement("canvas").getContext("2d");
  const fontOf = (size, bold) => `${bold ? "600 " : ""}${size}px ${FONT}`;

  function measure(text, font) {
    ruler.font = font;
    return ruler.measureText(text).width;
  }

  // Latin words stay whole; Chinese breaks anywhere but before closing punctuation.
  const WORDS = /[\w.+/&'’-]+[\s)）、，]*|[(（][\w.+/&'’-]*\s*|.[)）、，」”]*\s*/gu;

  function fill(words, font, width) {
    const lines = [];
    let line = "";
    for (const word of words) {
      if (line && measure((line + word).trimEnd(), font) > width) {
        lines.push(line.trimEnd());
        line = word;
      } else line += word;
    }
    if (line) lines.push(line.trimEnd());
    return lines;
  }

  // Two lines that part before 与 or after 、, which reads better than parting inside a word.
  function part(label, font, width) {
    let best = null;
    for (let at = 2; at < label.length - 1; at += 1) {
      if (!/[与及和（(]/u.test(label[at]) && !/[、\s·／]/u.test(label[at - 1])) continue;
      const lines = [label.slice(0, at).trim(), label.slice(at).trim()];
      const longest = Math.max(...lines.map((l) => measure(l, font)));
      if (longest <= width && (!best || longest < best.longest)) best = { lines, longest };
    }
    return best && best.lines;
  }

  // { lines, size }: how a label fits its box best: one line, or more of about equal length in smaller type.
  function wrap(label, width, height, bold) {
    for (const size of [12.5, 11.5]) {
      if (measure(label, fontOf(size, bold)) <= width) return { lines: [label], size };
    }
    const words = label.match(WORDS) || [label];
    for (const size of [12.5, 11.5, 10.5, 9.5]) {
      const font = fontOf(size, bold);
      const most = Math.max(1, Math.floor((height - 3) / (size * 1.2)));
      const lines = fill(words, font, width);
      if (lines.length > most || lines.some((l) => measure(l, font) > width)) continue;
      const parted = lines.length === 2 && part(label, font, width);
      if (parted) return { lines: parted, size };
      for (let narrow = width * 0.55; narrow < width; narrow += width * 0.06) {
        const even = fill(words, font, narrow);
        if (even.length === lines.length) return { lines: even, size };
      }
      return { lines, size };
    }
    return { lines: cut(label, width, height, fontOf(9.5, bold)), size: 9.5 };
  }

  function cut(label, width, height, font) {
    const most = Math.max(1, Math.floor((height - 3) / (9.5 * 1.2)));
    const words = label.match(WORDS) || [label];
    const all = fill(words.some((w) => measure(w, font) > width) ? [...label] : words, font, width);
    if (all.length <= most) return all;
    const lines = all.slice(0, most);
    lines[most - 1] = shorten(all.slice(most - 1).join(" "), font, width);
    return lines;
  }

  function shorten(text, font, width) {
    if (measure(text, font) <= width) return text;
    let kept = text;
    while (kept.length > 1 && measure(`${kept}…`, font) > width) kept = kept.slice(0, -1);
    return `${kept.trimEnd()}…`;
  }

  const wrapped = new Map();
  function labelOf(node) {
    let made = wrapped.get(node.id);
    if (!made) {
      const box = place.get(node.id);
      const style = look(node);
      const room = node.look === "group" ? box.w - 12 - measure(node.note, fontOf(10.5)) : box.w - style.bar - (node.marks.includes("leader") ? 24 : 12);
      made = { ...wrap(node.label, room, box.h, style.bold), style };
      wrapped.set(node.id, made);
    }
    return made;
  }

  function rounded(ctx, x, y, w, h, r) {
    ctx.beginPath();
    if (ctx.roundRect) ctx.roundRect(x, y, w, h, r);
    else ctx.rect(x, y, w, h);
  }

  function star(x, y, r) {
    const points = [];
    for (let n = 0; n < 10; n += 1) {
      const angle = (Math.PI / 5) * n - Math.PI / 2;
      const far = n % 2 ? r * 0.45 : r;
      points.push([x + far * Math.cos(angle), y + far * Math.sin(angle)]);
    }
    return points;
  }

  function polygon(ctx, points, colour) {
    ctx.beginPath();
    points.forEach(([x, y], n) => (n ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
    ctx.fillStyle = colour;
    ctx.fill();
  }

  // Small signs on a box: [points, colour].
  function signs(node, box) {
    const right = box.x + box.w / 2;
    const top = box.y - box.h / 2;
    const found = [];
    if (node.marks.includes("chokepoint")) {
      found.push([[[right - 11, top], [right, top], [right, top + 11]], CHOKE]);
    }
    if (node.marks.includes("leader")) found.push([star(right - 9, box.y + box.h / 2 - 9, 6.5), LEADER]);
    return found;
  }

  let highlighted = null; // ids beside the selection

  function drawNode(ctx, id, hover, scale) {
    const node = nodes.get(id);
    const box = place.get(id);
    const style = look(node);
    const x = box.x - box.w / 2;
    const y = box.y - box.h / 2;
    const chosen = state.selected === id;
    ctx.globalAlpha = highlighted && !highlighted.has(id) ? 0.25 : 1;
    if (style.fill) {
      if (chosen || hover) {
        ctx.shadowColor = chosen ? "rgba(29,78,216,.45)" : "rgba(15,23,42,.25)";
        ctx.shadowBlur = chosen ? 14 : 8;
      }
      rounded(ctx, x, y, box.w, box.h, 5);
      ctx.fillStyle = style.fill;
      ctx.fill();
      ctx.shadowBlur = 0;
      if (style.bar && !style.hollow) {
        rounded(ctx, x, y, style.bar, box.h, [5, 0, 0, 5]);
        ctx.fillStyle = style.main;
        ctx.fill();
      }
      rounded(ctx, x, y, box.w, box.h, 5);
      ctx.lineWidth = style.dash ? 1.4 : 1;
      ctx.strokeStyle = style.border;
      ctx.setLineDash(style.dash || []);
      ctx.stroke();
      ctx.setLineDash([]);
    } else if (chosen || hover) {
      rounded(ctx, x, y, box.w, box.h, 5);
      ctx.fillStyle = "rgba(29,78,216,.1)";
      ctx.fill();
    }
    if (chosen || node.marks.includes("focus")) {
      rounded(ctx, x - 2.5, y - 2.5, box.w + 5, box.h + 5, 7);
      ctx.lineWidth = 2.2;
      ctx.strokeStyle = IN;
      ctx.stroke();
    }
    if (scale * 12 >= 4.5) drawText(ctx, node, box, style, x, y);
    for (const [points, colour] of signs(node, box)) polygon(ctx, points, colour);
    ctx.globalAlpha = 1;
  }

  function drawText(ctx, node, box, style, x, y) {
    const { lines, size } = labelOf(node);
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    if (style.bar === BAR && node.count != null) {
      ctx.textAlign = "center";
      ctx.font = fontOf(node.count > 99 ? 10 : 12, true);
      ctx.fillStyle = style.hollow ? style.main : PAPER;
      ctx.fillText(String(node.count), x + BAR / 2, box.y + 0.5);
      ctx.textAlign = "left";
    }
    ctx.font = fontOf(size, style.bold);
    ctx.fillStyle = style.text;
    const step = size * 1.2;
    lines.forEach((line, n) => {
      ctx.fillText(line, x + style.bar + 6, box.y + (n - (lines.length - 1) / 2) * step + 0.5);
    });
    if (node.look === "group" && node.note) {
      ctx.textAlign = "right";
      ctx.font = fontOf(10.5);
      ctx.fillStyle = "#64748b";
      ctx.fillText(node.note, x + box.w - 4, box.y + 0.5);
    }
  }

  const BANDS = {
    column: { fill: "#eef2f7", border: null, radius: 10, size: 15, bold: true },
    lane: { fill: "#eef2f7", border: null, radius: 10, size: 15, bold: true },
    block: { fill: "#fbfcfe", border: "#d8e0ea", radius: 8, size: 12, bold: true },
    section: { fill: null, border: null, radius: 0, size: 22, bold: true },
  };

  // Nodes inside each band; one whose nodes are all hidden is not drawn.
  const members = page.bands.map(({ box: [x, y, w, h] }) => [...place].filter(([, at]) => (
    at.x > x && at.x < x + w && at.y > y && at.y < y + h)).map(([id]) => id));
  const headed = new Map(page.bands.map((band, n) => [
    band, band.titled ? null : members[n].find((id) => nodes.get(id).look === "group") || null]));

  function bandsShown() {
    return page.bands.filter((band, n) => band.kind === "section" || members[n].some(bulian.visible));
  }

  // A node stands in the title strip of some blocks; when it is hidden the block is named all the same.
  const isTitled = (band) => Boolean(band.title) && !(headed.get(band) && bulian.visible(headed.get(band)));
  let shown = page.bands;

  function drawBands(ctx, scale) {
    for (const band of shown) {
      const [x, y, w, h] = band.box;
      const style = BANDS[band.kind];
      if (style.fill) {
        rounded(ctx, x, y, w, h, style.radius);
        ctx.fillStyle = style.fill;
        ctx.fill();
        if (style.border) {
          ctx.lineWidth = 1;
          ctx.strokeStyle = style.border;
          ctx.stroke();
        }
      }
      if (band.colour) {
        rounded(ctx, x, y, w, 4, [style.radius, style.radius, 0, 0]);
        ctx.fillStyle = band.colour;
        ctx.fill();
      }
      if (isTitled(band) && scale * style.size >= 5) {
        const [tx, ty] = titleAt(band);
        ctx.font = fontOf(style.size, style.bold);
        ctx.textAlign = "left";
        ctx.textBaseline = "middle";
        ctx.fillStyle = band.colour || "#334155";
        ctx.fillText(titleOf(band), tx, ty);
      }
    }
  }

  function titleOf(band) {
    const style = BANDS[band.kind];
    return band.kind === "block" ? shorten(band.title, fontOf(style.size, true), band.box[2] - 14) : band.title;
  }

  function titleAt(band) {
    const [x, y] = band.box;
    return { block: [x + 8, y + 12], section: [x, y + 16] }[band.kind] || [x + 14, y + 19];
  }

  // After a change of what is visible: dim all but these ids (null: none), and drop bands that became empty.
  function refresh(ids) {
    highlighted = ids;
    shown = bandsShown();
  }

  bulian.draw = {
    FONT, IN, OUT, INK, PAPER, BAR, BANDS, colourOf, statusColour, tint, look, labelOf, signs, titleAt, titleOf, fontOf,
    drawNode, drawBands, bandsShown, isTitled, refresh,
  };
})();
