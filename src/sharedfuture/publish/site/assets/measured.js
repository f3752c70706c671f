// Drawings that stand in a page as SVG can be taken away: with the table beside them as CSV.
"use strict";
(() => {
  const release = document.querySelector("footer strong").textContent;
  const text = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
  for (const figure of document.querySelectorAll("figure[data-drawn]")) {
    const { drawn, title, note } = figure.dataset;
    const table = document.getElementById(drawn);
    window.sharedfutureDrawing?.charts.set(figure.id, {
      svg: figure.querySelector("svg"),
      title: () => title,
      note: () => `${note} Release ${release}.`,
      columns: [...[...table.tHead.rows[0].cells].map(text), "title", "source", "release"],
      rows: () => [...table.tBodies[0].rows].map((row) => [...[...row.cells].map(text), title, note, release]),
    });
  }
})();
