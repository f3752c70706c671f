// Search boxes: editable comboboxes with a list, after the WAI-ARIA pattern. One stands on every page.
"use strict";
(() => {
  const most = 12;
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLocaleLowerCase("en");

  // A box with its list. `find` gives what fits the plain query; `show` its label and what it is;
  // `go` follows what was chosen.
  const combobox = ({ box, list, status, find, show, go }) => {
    let active = -1;
    let shown = [];
    const close = () => {
      list.hidden = true;
      active = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const mark = (place) => {
      const items = [...list.children];
      if (!items.length) return;
      active = (place + items.length) % items.length;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
      box.setAttribute("aria-activedescendant", items[active].id);
      items[active].scrollIntoView({ block: "nearest" });
    };
    const open = () => {
      const query = plain(box.value.trim());
      if (!query) {
        status.textContent = "";
        return close();
      }
      const hits = find(query);
      shown = hits.slice(0, most);
      list.replaceChildren(...shown.map((entry, at) => {
        const item = document.createElement("li");
        item.id = `${box.id}-${at}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const [label, what] = show(entry);
        const kind = document.createElement("span");
        kind.textContent = what;
        item.append(label.length > 110 ? `${label.slice(0, 108)}…` : label, kind);
        return item;
      }));
      status.textContent = hits.length ? `${hits.length} results` : "Nothing found";
      list.hidden = !hits.length;
      box.setAttribute("aria-expanded", String(Boolean(hits.length)));
      active = -1;
      box.removeAttribute("aria-activedescendant");
    };
    const choose = (at) => {
      if (!shown[at] || list.hidden) return;
      const entry = shown[at];
      close();
      go(entry);
    };
    box.addEventListener("input", open);
    box.addEventListener("focus", () => box.value && open());
    box.addEventListener("blur", () => setTimeout(close, 150));
    box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) open();
        mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      } else if (event.key === "Enter") {
        event.preventDefault();
        choose(Math.max(active, 0));
      } else if (event.key === "Escape") {
        close();
      }
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose([...list.children].indexOf(event.target.closest("li")));
    });
  };

  // The search of the whole site.
  const box = document.getElementById("search");
  const root = document.documentElement.dataset.root;
  const order = { country: 0, page: 1, actor: 2, indicator: 3, event: 4, claim: 5 };
  let entries = null;
  const prepared = () => {
    entries ??= (window.sharedfutureIndex ?? []).map(([label, kind, href, further], place) => ({
      label, kind, href, place, text: plain(`${label} ${further}`), start: plain(label),
    }));
    return entries;
  };
  const rank = (entry, query) => (entry.start.startsWith(query) ? 0 : new RegExp(`\\b${query.replace(/[^\p{L}\p{N}]/gu, ".")}`, "u").test(entry.text) ? 1 : 2);
  const found = (query) => {
    const parts = query.split(/\s+/);
    const hits = prepared().filter((entry) => parts.every((part) => entry.text.includes(part)));
    const keyed = hits.map((entry) => [rank(entry, query), order[entry.kind] ?? 9, entry.place, entry]);
    keyed.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
    return keyed.map((key) => key[3]);
  };
  combobox({
    box,
    list: document.getElementById("search-list"),
    status: document.getElementById("search-status"),
    find: found,
    show: (entry) => [entry.label, entry.kind],
    go: (entry) => { location.href = root + entry.href; },
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });

  window.sharedfutureSearch = { combobox, plain };
})();
