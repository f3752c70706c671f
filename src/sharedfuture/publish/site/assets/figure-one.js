// Figure 1: measures, intervals, search, selection by mouse and keyboard; the address keeps it all.
"use strict";
(() => {
  const box = document.getElementById("figure-one");
  const drawing = window.sharedfutureDrawing;
  if (!box || !drawing) return;
  const spec = JSON.parse(document.getElementById("figure-one-spec").textContent);
  const figure = JSON.parse(document.getElementById("figure-one-data").textContent);
  const measure = document.getElementById("measure");
  if (!measure.options.length) return; // no value may be passed on: the picture stays
  const usual = measure.options[0].value;
  const intervals = document.getElementById("intervals");
  const find = document.getElementById("find");
  const readout = document.getElementById("figure-readout");
  const panel = document.getElementById("chosen");
  const prefix = "#figure-1";
  let chosen = [];
  let found = "";
  let view = null;

  const points = () => figure.measures[measure.value].points;
  const pointOf = (id) => points().find((point) => point.country_id === id);
  const says = (point) => `${point.name}: technology ${point.tech_says}, democracy ${point.value_says}, rank ${point.rank_says}, probability of the corner ${point.corner_says}.`;

  // The address: #figure-1;measure=vdem;countries=PAK+KHM;intervals=on
  const read = () => {
    if (!location.hash.startsWith(prefix)) return false;
    const parts = new Map(decodeURIComponent(location.hash).split(";").slice(1).map((part) => part.split("=")));
    measure.value = figure.measures[parts.get("measure")] ? parts.get("measure") : usual;
    intervals.checked = parts.get("intervals") === "on";
    chosen = (parts.get("countries") ?? "").split("+").filter((id) => pointOf(id));
    return true;
  };
  const write = () => {
    const parts = [prefix];
    if (measure.value !== "eiu") parts.push(`measure=${measure.value}`);
    if (chosen.length) parts.push(`countries=${chosen.join("+")}`);
    if (intervals.checked) parts.push("intervals=on");
    if (parts.length > 1 || location.hash.startsWith(prefix)) history.replaceState(null, "", parts.join(";"));
  };

  const link = (id, text, row) => {
    const made = document.createElement("a");
    made.href = `country/${id}.html${row ? `#${row}` : ""}`;
    made.textContent = text;
    if (row) {
      made.className = "n";
      made.dataset.row = row;
    }
    return made;
  };
  const list = () => {
    panel.hidden = !chosen.length;
    panel.querySelector("tbody").replaceChildren(...chosen.map(pointOf).filter(Boolean).map((point) => {
      const id = point.country_id, row = `spec-${id}`;
      const cells = [link(id, point.name), link(id, point.tech_says, row), link(id, point.value_says, point.reading_id),
        link(id, point.rank_says, row), link(id, point.corner_says, row)];
      const line = document.createElement("tr");
      line.append(...cells.map((content, at) => {
        const cell = document.createElement(at ? "td" : "th");
        if (at) cell.className = "num"; else cell.scope = "row";
        cell.append(content);
        return cell;
      }));
      return line;
    }));
  };
  const update = () => {
    view?.signal("chosen", chosen).signal("found", found).signal("intervals", intervals.checked).runAsync();
    list();
    write();
  };
  const toggle = (id) => {
    chosen = chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id];
    update();
  };
  const point = (id) => {
    found = id;
    readout.textContent = id ? says(pointOf(id)) : "";
    update();
  };
  const redraw = async () => {
    const about = figure.measures[measure.value];
    const title = about.title;
    chosen = chosen.filter(pointOf);
    view = await drawing.draw(box, spec, {
      points: points(),
      title: figure.title,
      subtitle: `${points().length} countries. Across: technology score, share of possible points. Up: democracy, 0 to 10; ${title}. ${about.note}`,
    });
    view.addEventListener("click", (event, item) => item?.datum?.country_id && toggle(item.datum.country_id));
    view.addEventListener("mouseover", (event, item) => {
      if (item?.datum?.name) readout.textContent = says(item.datum);
    });
    drawing.charts.set("figure-1", {
      view,
      changed: () => measure.value !== "eiu" || intervals.checked || chosen.length > 0,
      columns: ["country_id", "country", "technology", "technology_low", "technology_high", "democracy", "democracy_low", "democracy_high", "measure", "title", "unit", "source", "licence", "release"],
      rows: () => points().map((item) => [item.country_id, item.name, item.tech, item.tech_low, item.tech_high, item.value, item.low, item.high,
        measure.value, figure.title, "technology: share of possible points, 0 to 1; democracy: points, 0 to 10", about.note, about.licence, figure.release]),
    });
    update();
  };

  measure.addEventListener("input", redraw);
  intervals.addEventListener("input", update);
  find.addEventListener("input", () => {
    const text = find.value.trim().toLocaleLowerCase("en");
    const hits = text ? points().filter((item) => item.name.toLocaleLowerCase("en").startsWith(text)) : [];
    point(hits.length ? hits[0].country_id : "");
    if (text && !hits.length) readout.textContent = `No country of this figure begins with “${find.value.trim()}”.`;
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found) toggle(found);
  });
  box.addEventListener("keydown", (event) => {
    const ids = points().map((item) => item.country_id);
    const at = ids.indexOf(found);
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      point(ids[at < 0 ? 0 : (at + steps[event.key] + ids.length) % ids.length]);
    } else if ((event.key === "Enter" || event.key === " ") && found) {
      event.preventDefault();
      toggle(found);
    } else if (event.key === "Escape") {
      chosen = [];
      point("");
    }
  });
  document.getElementById("clear-chosen").addEventListener("click", () => {
    chosen = [];
    point("");
    box.focus();
  });
  drawing.dark.addEventListener("change", redraw);
  addEventListener("hashchange", () => read() && redraw());
  const linked = read();
  redraw().then(() => linked && document.getElementById("figure-1").scrollIntoView());
})();
