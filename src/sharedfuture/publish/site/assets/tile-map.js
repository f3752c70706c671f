// The tile map: shows another quantity without a new page, and hands out its files.
"use strict";
(() => {
  const figure = document.getElementById("map");
  if (!figure) return;
  const layers = JSON.parse(document.getElementById("map-data").textContent);
  const choice = document.getElementById("map-layer");
  const tiles = [...figure.querySelectorAll(".tile")];
  const rows = [...document.querySelectorAll("#map-table tbody tr")];
  const root = document.documentElement.dataset.root;
  const release = document.querySelector("footer strong").textContent;
  const names = new Map(tiles.map((tile) => [tile.dataset.country, tile.querySelector("title").textContent.split(":")[0]]));
  const unit = (layer) => [`${layer.unit}. Source: ${layer.source || "see Sources"}`, layer.licence].filter(Boolean).join(", ") + `. ${Object.keys(layer.values).length} of ${tiles.length} countries and territories have a value. Release ${release}.`;
  const freshness = JSON.parse(document.getElementById("map-freshness").textContent);
  const fresh = document.querySelector("#map-fresh .fresh");
  const stand = fresh.lastElementChild; // the link to how each source stands
  let first = true;
  let shown = layers[choice.value];

  const swatch = (style, label) => {
    const item = document.createElement("li");
    const square = document.createElement("span");
    square.className = `swatch ${style}`;
    item.append(square, label);
    return item;
  };
  const show = () => {
    shown = layers[choice.value];
    document.getElementById("map-title").textContent = shown.title;
    document.getElementById("map-unit").textContent = unit(shown);
    if (!first && stand) fresh.replaceChildren(`${freshness[choice.value]} · `, stand);
    first = false;
    for (const tile of tiles) {
      const value = shown.values[tile.dataset.country];
      tile.setAttribute("class", `tile ${value ? `q${value[0]}` : shown.few?.[tile.dataset.country] ? "few" : "none"}`);
      tile.querySelector("title").textContent = `${names.get(tile.dataset.country)}: ${value ? value[1] : shown.few?.[tile.dataset.country] ?? shown.absence}`;
    }
    for (const row of rows) {
      const value = shown.values[row.dataset.country];
      const cell = row.cells[1];
      cell.textContent = value ? "" : shown.few?.[row.dataset.country] ?? shown.absence;
      if (!value) continue;
      const link = document.createElement("a");
      link.className = "n";
      link.dataset.row = value[2];
      link.href = `${root}country/${row.dataset.country}.html#${value[2]}`;
      link.textContent = value[1];
      cell.append(link);
    }
    document.getElementById("map-legend").replaceChildren(
      ...shown.labels.map((label, at) => swatch(`q${at}`, label)), ...(shown.few ? [swatch("few", "not enough measured")] : []), swatch("none", shown.absence));
  };
  choice.addEventListener("input", show);
  show();

  const readout = document.getElementById("map-readout");
  for (const tile of tiles) {
    const say = () => { readout.textContent = tile.querySelector("title").textContent; };
    tile.addEventListener("mouseenter", say);
    tile.addEventListener("focus", say);
  }
  window.sharedfutureDrawing?.charts.set("map", {
    svg: document.getElementById("map-drawing"),
    title: () => shown.title,
    note: () => `${unit(shown)} One square for each country or territory; hatched: ${shown.absence}. Names and positions imply no view on status or borders.`,
    legend: () => [...document.querySelectorAll("#map-legend li")].map((item) => {
      const square = item.querySelector(".swatch");
      return [square.classList.contains("none") ? "url(#no-data)" : getComputedStyle(square).backgroundColor, item.textContent];
    }),
    columns: ["country_id", "country", "value", "row_id", "title", "unit", "source", "licence", "release"],
    rows: () => [...names].map(([id, name]) => {
      const value = shown.values[id];
      return [id, name, value?.[3], value?.[2], shown.title, shown.unit, shown.source, shown.licence, release];
    }),
  });
})();
