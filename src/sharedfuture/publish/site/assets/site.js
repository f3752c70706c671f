// Sorting, filtering, links into closed details, and the network's highlight.
"use strict";
(() => {
  document.documentElement.classList.add("scripted");

  // Tables: a heading with data-sort becomes a button that sorts its column.
  const valueOf = (row, column, kind) => {
    const cell = row.cells[column];
    if (kind === "number") {
      const number = parseFloat(cell.dataset.value ?? cell.textContent.replace(/[^\d.−-]/g, "").replace("−", "-"));
      return Number.isNaN(number) ? Infinity : number;
    }
    return cell.textContent.trim().toLocaleLowerCase("en");
  };
  const sortBy = (table, heading) => {
    const direction = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    const column = heading.cellIndex, kind = heading.dataset.sort, body = table.tBodies[0];
    const rows = [...body.rows].map((row) => [valueOf(row, column, kind), row]);
    rows.sort(([a], [b]) => sign * (a < b ? -1 : a > b ? 1 : 0));
    body.append(...rows.map(([, row]) => row));
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    for (const heading of table.querySelectorAll("th[data-sort]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => sortBy(table, heading));
    }
  }

  // Lists: text, verdict and kind narrow what is shown; the count is announced.
  const itemsOf = (list) => (list.tBodies ? [...list.tBodies[0].rows] : [...list.children]);
  const narrow = (id) => {
    const list = document.getElementById(id);
    const text = document.querySelector(`[data-filter="${id}"]`)?.value.trim().toLocaleLowerCase("en") ?? "";
    const verdict = document.querySelector(`[data-filter-verdict="${id}"]`)?.value ?? "";
    const kind = document.querySelector(`[data-filter-kind="${id}"]`)?.value ?? "";
    let shown = 0;
    for (const item of itemsOf(list)) {
      const fits = (!verdict || item.dataset.verdict === verdict) && (!kind || item.dataset.kind === kind)
        && (!text || item.textContent.toLocaleLowerCase("en").includes(text));
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    const status = document.querySelector(`[data-count-of="${id}"]`) ?? document.getElementById("filter-status");
    if (status) status.textContent = text || verdict || kind ? `${shown} shown` : "";
  };
  for (const attribute of ["filter", "filterVerdict", "filterKind"]) {
    const name = attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    for (const control of document.querySelectorAll(`[data-${name}]`)) {
      control.addEventListener("input", () => narrow(control.dataset[attribute]));
    }
  }

  // Addresses: #verdict=weaker filters the claims; a target inside closed details opens them.
  const follow = () => {
    const hash = decodeURIComponent(location.hash.slice(1));
    const verdict = hash.match(/^verdict=(\w+)$/);
    const choice = document.getElementById("claim-verdict");
    if (verdict && choice) {
      choice.value = verdict[1];
      narrow("claim-list");
      return;
    }
    const target = hash && document.getElementById(hash);
    if (!target) return;
    let closed = false;
    for (let box = target.closest("details:not([open])"); box; box = box.parentElement?.closest("details:not([open])")) {
      box.open = closed = true;
    }
    if (closed) target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  // The network: the ties of the node that is pointed at or focused stand out.
  const network = document.getElementById("network-drawing");
  if (network) {
    const readout = document.getElementById("network-readout");
    const paths = [...network.querySelectorAll("path")];
    const nodes = [...network.querySelectorAll(".node")];
    const pick = (party) => {
      network.classList.toggle("picking", Boolean(party));
      const near = new Set();
      const says = [];
      for (const path of paths) {
        const on = party && (path.dataset.from === party || path.dataset.to === party);
        path.classList.toggle("on", Boolean(on));
        if (on) {
          near.add(path.dataset.from).add(path.dataset.to);
          says.push(path.querySelector("title").textContent);
        }
      }
      for (const node of nodes) node.classList.toggle("near", near.has(node.dataset.party));
      readout.textContent = says.join("; ");
    };
    const cells = () => [...document.querySelectorAll("#tie-table tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
    const release = document.querySelector("footer strong").textContent;
    window.sharedfutureDrawing?.charts.set("network", {
      svg: network,
      title: () => "Institutions and their ties",
      note: () => `Documented, reported and announced ties between institutions. Lines: whole, active or signed; dashed, announced; dotted, reported. Sources tie by tie in the table of the page. Licence: CC BY 4.0. Release ${release}.`,
      columns: ["from", "relation", "to", "since", "status", "source", "title", "unit", "licence", "release"],
      rows: () => cells().map((row) => [...row.slice(0, 5), row[5].replace(/\s*·\s*evidence$/, ""), "Institutions and their ties", "tie", "CC BY 4.0", release]),
    });
    for (const node of nodes) {
      node.addEventListener("mouseenter", () => pick(node.dataset.party));
      node.addEventListener("focus", () => pick(node.dataset.party));
      node.addEventListener("mouseleave", () => pick(""));
      node.addEventListener("blur", () => pick(""));
    }
  }

  // A release has no clock: how long ago a day is, the browser says.
  const DAY = 24 * 60 * 60 * 1000;
  for (const time of document.querySelectorAll("time[data-age]")) {
    const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / DAY);
    if (!(days >= 0)) continue;
    const late = days > Number(time.dataset.cadence ?? Infinity) ? "; a newer one may be out" : "";
    time.after(days ? ` (${days} ${days === 1 ? "day" : "days"} ago${late})` : " (today)");
  }
})();
