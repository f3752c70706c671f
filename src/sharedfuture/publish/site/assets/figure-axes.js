// Figure 1 with other measures: draws the chosen pair; its numbers come with the page.
"use strict";
(() => {
  const box = document.getElementById("axes-drawing");
  const drawing = window.sharedfutureDrawing;
  if (!box || !drawing) return;
  const parsed = (id) => JSON.parse(document.getElementById(id).textContent);
  const spec = parsed("axes-spec"), data = parsed("axes-data"), freshness = parsed("axes-freshness");
  const across = document.getElementById("axes-technology");
  const up = document.getElementById("axes-democracy");
  const find = document.getElementById("axes-find");
  const fresh = document.querySelector("#axes-fresh .fresh");
  const stand = fresh.lastElementChild; // the link to how each source stands
  const options = [...up.options];
  const prefix = "#axes";
  let found = "";

  const idOf = (technology, democracy) => `alt-${technology}-${democracy}`;
  const pair = () => data.pairs[idOf(across.value, up.value)];
  // Of the other axis only what was paired with this one.
  const narrow = (wanted) => {
    const open = options.filter((option) => data.pairs[idOf(across.value, option.value)]);
    up.replaceChildren(...open);
    up.value = open.some((option) => option.value === wanted) ? wanted : open[0].value;
  };
  const read = () => {
    if (!location.hash.startsWith(prefix)) return false;
    const parts = new Map(decodeURIComponent(location.hash).split(";").slice(1).map((part) => part.split("=")));
    if (data.technology[parts.get("technology")]) across.value = parts.get("technology");
    narrow(parts.get("democracy"));
    return true;
  };
  const write = () => history.replaceState(null, "", `${prefix};technology=${across.value};democracy=${up.value}`);
  const points = () => {
    const x = data.technology[across.value], y = data.democracy[up.value];
    return Object.keys(x.values).filter((id) => id in y.values).map((id) => ({
      country_id: id, name: data.names[id], x: x.values[id], y: y.values[id], is_found: id === found,
      says: `${data.names[id]}: technology ${x.values[id]}, democracy ${y.values[id]}`,
    }));
  };
  const link = (href, text, row) => {
    const made = document.createElement("a");
    made.href = href;
    made.textContent = text;
    if (row) made.className = "n";
    if (row) made.dataset.row = row;
    return made;
  };
  const numbers = (shown) => {
    const id = idOf(across.value, up.value);
    for (const cell of document.querySelectorAll("#axes-facts [data-fact]")) {
      cell.replaceChildren(link(`#${id}`, pair()[cell.dataset.fact], id));
    }
    document.getElementById("axes-warning").textContent = pair().warning;
    const hidden = pair().n - shown.length;
    document.getElementById("axes-withheld").textContent = hidden > 0
      ? `${hidden} of ${pair().n} countries not shown: licence. They count in the numbers above.` : "";
    const lines = [...new Set([freshness[across.value], freshness[up.value]])];
    fresh.replaceChildren(`${lines.join(" · ")} · `, stand);
    const rowOf = (axis, country) => `fig-${country}-${axis.indicator}-${axis.period}`;
    document.querySelector("#axes-points tbody").replaceChildren(...shown.map((point) => {
      const line = document.createElement("tr");
      const page = `country/${point.country_id}.html`;
      const cells = [link(page, point.name), ...[["x", data.technology[across.value]], ["y", data.democracy[up.value]]].map(([name, axis]) => {
        const row = rowOf(axis, point.country_id);
        return link(`${page}#${row}`, String(point[name]), row);
      })];
      line.append(...cells.map((content, at) => {
        const cell = document.createElement(at ? "td" : "th");
        if (at) cell.className = "num"; else cell.scope = "row";
        cell.append(content);
        return cell;
      }));
      return line;
    }));
    document.getElementById("axes-list").replaceChildren(...shown.map((point) => new Option(point.name)));
  };
  const redraw = async () => {
    const x = data.technology[across.value], y = data.democracy[up.value];
    const shown = points();
    numbers(shown);
    const made = structuredClone(spec);
    for (const layer of made.layer) {
      if (!layer.encoding.x.scale) continue;
      layer.encoding.x.scale.domain = [x.low, x.high];
      layer.encoding.y.scale.domain = [y.low, y.high];
      layer.encoding.x.title = `${x.title} →`;
      layer.encoding.y.title = `↑ ${y.title}`;
    }
    const corner = { x: x.middle, x2: x.high, y: y.low, y2: y.middle };
    const about = {
      title: `${x.title}, and ${y.title}`,
      subtitle: `${shown.length} of ${pair().n} countries. Pearson’s r ${pair().pearson}. ${pair().warning} Licences: ${[...new Set([x.licence, y.licence])].join("; ")}. Computed by sharedfuture, release ${data.release}.`,
      points: [corner, ...shown],
    };
    const view = await drawing.draw(box, made, about);
    view.addEventListener("click", (event, item) => {
      if (item?.datum?.country_id) location.href = `country/${item.datum.country_id}.html`;
    });
    drawing.charts.set("axes", {
      view,
      file: `figure-1-${across.value}-${up.value}`,
      columns: ["country_id", "country", "technology", "democracy", "title", "licence", "release"],
      rows: () => shown.map((point) => [point.country_id, point.name, point.x, point.y, about.title, `${x.licence}; ${y.licence}`, data.release]),
    });
  };
  const choose = () => {
    narrow(up.value);
    write();
    redraw();
  };
  across.addEventListener("input", choose);
  up.addEventListener("input", choose);
  find.addEventListener("input", () => {
    const text = find.value.trim().toLocaleLowerCase("en");
    found = text ? points().find((point) => point.name.toLocaleLowerCase("en").startsWith(text))?.country_id ?? "" : "";
    redraw();
  });
  drawing.dark.addEventListener("change", redraw);
  addEventListener("hashchange", () => read() && redraw());
  if (!read()) narrow(up.value);
  redraw();
})();
