// Draws charts from the shared specifications, and hands them out as PNG, SVG and CSV.
"use strict";
(() => {
  const root = document.documentElement.dataset.root;
  const specs = window.sharedfutureSpecs;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const charts = new Map(); // name -> { view, columns, rows, title }
  let loading = null;

  // The chart library is large: pages that do not name it load it when a chart comes into view.
  const library = () => {
    if (window.vegaEmbed) return Promise.resolve();
    loading ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${root}assets/charts.js`;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
    return loading;
  };
  // Specifications are written in the light colours; in a dark scheme each is exchanged.
  const coloured = (spec) => {
    if (!dark.matches) return structuredClone(spec);
    let text = JSON.stringify(spec);
    for (const [name, colour] of Object.entries(specs.light.palette)) {
      text = text.replaceAll(colour, specs.dark.palette[name]);
    }
    return JSON.parse(text);
  };
  const wrapped = (text, width, letter = 6.3) => {
    const most = Math.max(24, Math.floor(width / letter));
    const lines = [""];
    for (const word of text.split(" ")) {
      if (`${lines.at(-1)} ${word}`.trim().length > most) lines.push("");
      lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
    }
    return lines;
  };
  const draw = async (box, spec, about) => {
    await library();
    const width = box.clientWidth;
    const made = coloured(spec);
    made.config = (dark.matches ? specs.dark : specs.light).config;
    made.datasets = { points: about.points };
    if (about.spec === "bar") {
      const most = Math.max(...about.points.map((point) => point.value ?? 0));
      made.encoding.y.axis.tickCount = Math.min(5, most);
    }
    made.title = { text: wrapped(about.title, width, 9.4), subtitle: wrapped(about.subtitle, width) };
    const embedded = await window.vegaEmbed(box, made, {
      actions: false, ast: true, renderer: "svg", tooltip: { theme: dark.matches ? "dark" : "light" },
    });
    box.querySelector("picture")?.remove();
    return embedded.view;
  };
  const save = (href, name) => {
    const link = document.createElement("a");
    link.href = href;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
  };
  const blob = (text, type) => URL.createObjectURL(new Blob([text], { type }));
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const csv = (columns, rows) => [columns, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";

  // Drawings that stand in the page as SVG: styles are written into a copy, with a title above.
  const standalone = (svg, title, note, legend) => {
    const copy = svg.cloneNode(true);
    const from = [svg, ...svg.querySelectorAll("*")];
    [copy, ...copy.querySelectorAll("*")].forEach((element, at) => {
      const style = getComputedStyle(from[at]);
      for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-family", "font-weight", "text-anchor", "paint-order"]) {
        element.style.setProperty(name, style.getPropertyValue(name));
      }
    });
    const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    const lines = [title, ...wrapped(note, width * 0.95)];
    const head = 26 + lines.length * 17;
    const foot = legend.length ? 40 : 10;
    copy.setAttribute("viewBox", `${x - 10} ${y - head} ${width + 20} ${height + head + foot}`);
    copy.setAttribute("width", width + 20);
    copy.setAttribute("height", height + head + foot);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    const page = getComputedStyle(document.body);
    const make = (name, attributes, text) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      if (text) element.textContent = text;
      return element;
    };
    const paper = make("rect", { x: x - 10, y: y - head, width: width + 20, height: height + head + foot, fill: page.backgroundColor });
    const texts = lines.map((line, at) => make("text", {
      x, y: y - head + 24 + at * 17, fill: page.color, "font-family": "sans-serif", "font-size": at ? 12 : 16, "font-weight": at ? 400 : 600,
    }, line));
    let at = x;
    for (const [fill, label] of legend) {
      const middle = y + height + 22;
      texts.push(make("rect", { x: at, y: middle - 8, width: 14, height: 14, fill, stroke: page.color, "stroke-width": 0.4 }));
      texts.push(make("text", { x: at + 19, y: middle + 4, fill: page.color, "font-family": "sans-serif", "font-size": 11 }, label));
      at += 36 + label.length * 6.2;
    }
    copy.prepend(paper, ...texts);
    for (const link of copy.querySelectorAll("a")) link.removeAttribute("href");
    return new XMLSerializer().serializeToString(copy);
  };
  const raster = (svg) => new Promise((done, failed) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = image.width * 2;
      canvas.height = image.height * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      done(canvas.toDataURL("image/png"));
    };
    image.onerror = failed;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
  const hand = async (name, format) => {
    const chart = charts.get(name);
    const file = chart.file ?? name;
    if (format === "csv") return save(blob(csv(chart.columns, chart.rows()), "text/csv"), `${file}.csv`);
    const svg = chart.view ? await chart.view.toSVG() : standalone(chart.svg, chart.title(), chart.note(), chart.legend?.() ?? []);
    if (format === "svg") return save(blob(svg, "image/svg+xml"), `${file}.svg`);
    return save(chart.view ? await chart.view.toImageURL("png", 2) : await raster(svg), `${file}.png`);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-format]");
    const name = button?.closest("[data-files]").dataset.files;
    const chart = charts.get(name);
    if (!button || !chart || (button.href && !chart.changed?.())) return;
    event.preventDefault();
    hand(name, button.dataset.format);
  });

  // Charts over time are drawn when they come near the window.
  const series = async (box) => {
    const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const name = box.closest("figure").id;
    let spec = specs[data.spec];
    if (!data.points.some((point) => "break" in point)) {
      spec = { ...spec, layer: spec.layer?.filter((layer) => layer.encoding.x?.field !== "break") };
      if (!spec.layer) delete spec.layer;
    }
    const view = await draw(box, spec, data);
    view.addEventListener("click", (event, item) => {
      if (item?.datum?.row_id) location.hash = item.datum.row_id;
    });
    charts.set(name, {
      view,
      file: data.id,
      columns: ["year", "value", "low", "high", "row_id", "title", "unit", "source", "licence", "release"],
      rows: () => data.points.map((point) => [
        point.year, point.value, point.low, point.high, point.row_id, data.title, data.unit, data.source, data.licence,
        document.querySelector("footer strong").textContent,
      ]),
    });
  };
  const seen = new IntersectionObserver((found) => {
    for (const entry of found) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      series(entry.target);
    }
  }, { rootMargin: "300px" });
  const boxes = document.querySelectorAll(".series");
  boxes.forEach((box) => seen.observe(box));
  const redraw = () => boxes.forEach((box) => charts.has(box.closest("figure").id) && series(box));
  dark.addEventListener("change", redraw);

  window.sharedfutureDrawing = { charts, dark, draw };
})();
