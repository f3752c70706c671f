// Draws a tree of parties: on the left what leads to the middle one, on the right what goes out of it.
// In a narrow window it is an outline: what leads to it above, what goes out below.
// Every name has a line of its own, so that no two can lie on each other.
"use strict";
(() => {
  const ROW = 24, HEADING = 22, LEAST_GAP = 46, MOST_GAP = 150, MIDDLE = 124, NARROW = 560, STEP = 26;
  const LINE_OF_MIDDLE = 16;
  const space = "http://www.w3.org/2000/svg";
  const context = document.createElement("canvas").getContext("2d");
  const font = (isBold) => `${isBold ? "600 " : ""}12px ${getComputedStyle(document.body).getPropertyValue("--sans")}`;

  const make = (name, attributes, ...within) => {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(key, value);
    element.append(...within);
    return element;
  };
  const widthOf = (text) => context.measureText(text).width;
  // As much of a text as there is room for.
  const fitted = (text, room) => {
    if (widthOf(text) <= room) return text;
    let low = 1, high = text.length;
    while (low < high) {
      const half = (low + high + 1) >> 1;
      if (widthOf(`${text.slice(0, half)}…`) <= room) low = half; else high = half - 1;
    }
    return `${text.slice(0, low).trimEnd()}…`;
  };
  const broken = (text, room, most) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (lines.at(-1) && widthOf(longer) > room && lines.length < most) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines.map((line) => fitted(line, room));
  };

  // The lines below a party, from the top: headings, neighbours with what is below them, "more".
  const linesOf = (groups) => groups.flatMap((group) => [
    { what: "heading", group }, ...group.nodes.map((node) => ({ what: "node", node })),
    ...(group.hidden ? [{ what: "more", group }] : []),
  ]);
  const depthOf = (groups) => Math.max(0, ...groups.flatMap((group) => [1, ...group.nodes.map((node) => 1 + depthOf(node.groups))]));

  // Wide: what is below a party begins beside it, further out.
  const placeWide = (groups, top, at) => {
    let y = top;
    for (const line of linesOf(groups)) {
      const x = at.side * (MIDDLE / 2 + at.gap + (at.level - 1) * (at.room + at.gap + 12));
      if (line.what === "heading") {
        line.group.room = at.room + 12;
        at.placed.push({ ...line, x, y: y + HEADING - 7, side: at.side });
        y += HEADING;
      } else if (line.what === "more") {
        at.placed.push({ ...line, x, y: y + ROW / 2, side: at.side });
        y += ROW;
      } else {
        Object.assign(line.node, { x, y: y + ROW / 2, side: at.side, room: at.room });
        at.placed.push({ ...line, x, y: line.node.y, side: at.side });
        const height = line.node.groups.length ? placeWide(line.node.groups, y, { ...at, level: at.level + 1 }) : 0;
        y += Math.max(height, ROW);
      }
    }
    return y - top;
  };
  // Narrow: an outline; what is below a party follows it.
  const placeNarrow = (groups, top, at) => {
    let y = top;
    for (const line of linesOf(groups)) {
      const x = 12 + at.level * STEP;
      if (line.what === "heading") {
        at.placed.push({ ...line, x, y: y + HEADING - 7, side: 1 });
        y += HEADING;
      } else {
        if (line.what === "node") Object.assign(line.node, { x, y: y + ROW / 2, side: 1, room: at.width - x - 16 });
        at.placed.push({ ...line, x, y: y + ROW / 2, side: 1 });
        y += ROW;
        if (line.what === "node") y += placeNarrow(line.node.groups, y, { ...at, level: at.level + 1 });
      }
    }
    return y - top;
  };

  const layOut = (tree, width) => {
    const placed = [];
    if (width < NARROW) {
      const above = placeNarrow(tree.before, 6, { level: 1, width, placed });
      Object.assign(tree, { x: 12, y: above + 6 + ROW / 2, room: width - 28 });
      const below = placeNarrow(tree.after, above + 6 + ROW, { level: 1, width, placed });
      return { placed, isNarrow: true, left: 0, width, height: above + below + ROW + 12 };
    }
    const columns = depthOf(tree.before) + depthOf(tree.after);
    const share = (width - MIDDLE - 12) / Math.max(columns, 1) - 12;
    const room = Math.min(250, Math.max(132, share - LEAST_GAP));
    const gap = Math.min(MOST_GAP, Math.max(LEAST_GAP, share - room));
    const sides = [[-1, tree.before], [1, tree.after]].map(([side, groups]) => {
      const own = [];
      return { side, own, height: placeWide(groups, 0, { side, level: 1, room, gap, placed: own }) };
    });
    const least = 3 * LINE_OF_MIDDLE + 16;
    const height = Math.max(least, ...sides.map((side) => side.height));
    for (const { own, height: held } of sides) {
      for (const line of own) {
        line.y += (height - held) / 2 + 4;
        if (line.node) line.node.y = line.y;
      }
      placed.push(...own);
    }
    Object.assign(tree, { x: 0, y: height / 2 + 4 });
    const reach = (groups) => MIDDLE / 2 + 6 + depthOf(groups) * (room + gap + 12);
    const before = reach(tree.before), after = reach(tree.after);
    const spare = Math.max(0, width - before - after) / 2;
    return { placed, isNarrow: false, left: -before - spare, width: before + after + 2 * spare, height: height + 8 };
  };

  // A line from a party to its neighbour, an arrow where the tie leads, a cross where it is denied.
  const drawLine = (from, node, isNarrow) => {
    const parts = [];
    const x = node.x - node.side * 5;
    let path, middle;
    if (isNarrow) {
      const bend = from.y < node.y ? -6 : 6;
      path = `M${from.x} ${from.y + (from.y < node.y ? 6 : -6)}V${node.y + bend}Q${from.x} ${node.y} ${from.x + 6} ${node.y}H${x}`;
      middle = [(from.x + x) / 2 + 3, node.y];
    } else {
      const start = from.end ?? from.x + node.side * (MIDDLE / 2);
      const half = (start + x) / 2;
      path = `M${start} ${from.y}C${half} ${from.y} ${half} ${node.y} ${x} ${node.y}`;
      middle = [half, (from.y + node.y) / 2];
    }
    parts.push(make("path", { class: `line ${node.style}`, d: path }));
    if (node.isDenied) {
      const [at, y] = middle;
      parts.push(make("path", { class: "cross", d: `M${at - 4} ${y - 4}l8 8M${at + 4} ${y - 4}l-8 8` }));
    }
    if (!node.style.includes("denied")) {
      for (const [leads, toward] of [[node.isOut, 1], [node.isIn, -1]]) {
        if (!leads) continue;
        const tip = x + (toward > 0 ? 0 : -node.side * 8) - (node.isOut && node.isIn && toward < 0 ? node.side * 8 : 0);
        const back = tip - toward * node.side * 7;
        parts.push(make("path", { class: `arrow ${node.style}`, d: `M${tip} ${node.y}L${back} ${node.y - 3.5}V${node.y + 3.5}Z` }));
      }
    }
    return parts;
  };

  const drawNode = (node) => {
    const label = fitted(node.name, node.room - 4);
    node.end = node.x + node.side * (15 + widthOf(label));
    const attributes = {
      class: `node${node.isOpen ? " open" : ""}`, role: "button", tabindex: 0, "data-key": node.id,
      "aria-expanded": String(node.isOpen), "aria-label": `${node.name}: ${node.says}`,
    };
    const text = make("text", { x: node.x + node.side * 9, y: node.y + 4, "text-anchor": node.side < 0 ? "end" : "start" }, label);
    const dot = make("circle", { cx: node.x, cy: node.y, r: node.isOpen ? 5 : 4 });
    const low = Math.min(node.x - node.side * 6, node.end);
    const ground = make("rect", { class: "ground", x: low, y: node.y - ROW / 2, width: Math.abs(node.end - node.x) + 6, height: ROW });
    return make("g", attributes, make("title", {}, `${node.name}: ${node.says}`), ground, dot, text);
  };
  const drawMiddle = (tree, isNarrow) => {
    context.font = font(true);
    const group = make("g", { class: "middle", "data-key": tree.id });
    if (isNarrow) {
      group.append(make("circle", { cx: tree.x, cy: tree.y, r: 6 }), make("text", { x: tree.x + 12, y: tree.y + 4 }, fitted(tree.name, tree.room)));
    } else {
      const lines = broken(tree.name, MIDDLE - 16, 3);
      const height = lines.length * LINE_OF_MIDDLE + 12;
      group.append(make("rect", { x: -MIDDLE / 2, y: tree.y - height / 2, width: MIDDLE, height, rx: 3 }));
      group.append(...lines.map((line, at) => make("text", {
        x: 0, y: tree.y + (at - (lines.length - 1) / 2) * LINE_OF_MIDDLE + 4, "text-anchor": "middle",
      }, line)));
    }
    context.font = font(false);
    return group;
  };

  // Draws the tree into the drawing. `tree.across` are ties between parties that stand elsewhere.
  const draw = (svg, tree, width) => {
    context.font = font(false);
    const { placed, isNarrow, left, width: whole, height } = layOut(tree, width);
    const nodes = placed.filter((line) => line.what === "node").map((line) => line.node);
    const drawn = nodes.map(drawNode);
    const lines = [];
    for (const node of nodes) lines.push(...drawLine(node.from, node, isNarrow));
    for (const line of placed.filter((one) => one.what === "more")) {
      line.group.y = line.y;
      lines.push(...drawLine(line.group.from, { ...line, style: "further" }, isNarrow));
    }
    const across = tree.across.map(({ from, to, style }) => {
      const bend = (Math.abs(from.y - to.y) / 4 + 12) * (from.side || to.side || 1);
      return make("path", { class: `line across ${style}`, d: `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x + bend} ${to.y} ${to.x} ${to.y}` });
    });
    const anchor = (side) => (side < 0 ? "end" : "start");
    const heads = placed.filter((line) => line.what === "heading").map(({ x, y, side, group }) => make("text", {
      class: "heading", x: x - side * 4, y, "text-anchor": anchor(side),
    }, fitted(group.title, isNarrow ? width - x - 10 : group.room)));
    const mores = placed.filter((line) => line.what === "more").map(({ x, y, side, group }) => make("g", {
      class: "more", role: "button", tabindex: 0, "data-key": group.key, "aria-label": `${group.more}, ${group.title}`,
    }, make("rect", { class: "ground", x: side < 0 ? x - 130 : x - 4, y: y - ROW / 2, width: 134, height: ROW }),
    make("text", { x: x + side * 9, y: y + 4, "text-anchor": anchor(side) }, group.more)));
    svg.dataset.middle = String(isNarrow ? 0 : -left);
    svg.setAttribute("viewBox", `${left} 0 ${whole} ${height}`);
    svg.setAttribute("width", whole);
    svg.setAttribute("height", height);
    svg.replaceChildren(make("g", { class: "lines" }, ...across, ...lines), drawMiddle(tree, isNarrow), ...heads, ...drawn, ...mores);
  };

  window.sharedfutureTree = { draw };
})();
