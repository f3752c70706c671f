// The search box: an editable combobox with a list, after the WAI-ARIA pattern.
"use strict";
(() => {
  const box = document.getElementById("search");
  const list = document.getElementById("search-list");
  const status = document.getElementById("search-status");
  const root = document.documentElement.dataset.root;
  const most = 12;
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLocaleLowerCase("en");
  const order = { country: 0, page: 1, actor: 2, indicator: 3, event: 4, claim: 5 };
  let entries = null;
  let active = -1;

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
  const show = () => {
    const query = plain(box.value.trim());
    if (!query) {
      status.textContent = "";
      return close();
    }
    const hits = found(query);
    list.replaceChildren(...hits.slice(0, most).map((entry, at) => {
      const item = document.createElement("li");
      item.id = `search-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.href = root + entry.href;
      const kind = document.createElement("span");
      kind.textContent = entry.kind;
      item.append(entry.label.length > 110 ? `${entry.label.slice(0, 108)}…` : entry.label, kind);
      return item;
    }));
    status.textContent = hits.length ? `${hits.length} results` : "Nothing found";
    list.hidden = !hits.length;
    box.setAttribute("aria-expanded", String(Boolean(hits.length)));
    active = -1;
    box.removeAttribute("aria-activedescendant");
  };
  const go = (item) => {
    if (!item) return;
    location.href = item.dataset.href;
    close();
  };
  box.addEventListener("input", show);
  box.addEventListener("focus", () => box.value && show());
  box.addEventListener("blur", () => setTimeout(close, 150));
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show();
      mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(list.children[active] ?? list.children[0]);
    } else if (event.key === "Escape") {
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    go(event.target.closest("li"));
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      box.focus();
    }
  });
})();
