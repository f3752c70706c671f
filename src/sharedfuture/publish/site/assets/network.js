// The network: search a party, see its ties on a day, open its neighbours. Ties are loaded part by part.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const net = window.sharedfutureNetwork;
  const box = document.getElementById("net");
  if (!net || !box) return;
  const { combobox, plain } = window.sharedfutureSearch;
  const at = (name) => document.getElementById(`net-${name}`);
  const root = document.documentElement.dataset.root;
  const [FROM, TO, LAYER, KIND, EARLIEST, LATEST, UNTIL, FLOW, CERTAINTY, INFERRED, ORIGINS, PAGE, ROW, EDGE, TITLE] = Array(15).keys();
  const DENIED = net.certainties.indexOf("denied");
  const ROOM = 20, MORE = 20, LISTED = 40, MORE_LISTED = 200, MOST_DRAWN = 400;
  const DAY = 24 * 60 * 60 * 1000;
  const numberOf = new Map(net.parties.map(([id], number) => [id, number]));
  const idOf = (party) => net.parties[party][0];
  const nameOf = (party) => net.parties[party][1];
  const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en").replaceAll(",", "\u202f")} ${count === 1 ? one : many}`;

  // Days are counted from the beginning of 1970.
  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const dayOf = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? Date.parse(text) / DAY : null);
  const inFull = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
  const inMonths = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "long", year: "numeric" });
  const said = (day) => inFull.format(day * DAY);
  const begun = (earliest, latest) => {
    if (latest === null) return earliest === null ? "as long as it exists" : `since ${said(earliest)}`;
    if (earliest === null) return `known by ${said(latest)}`;
    if (earliest === latest) return `since ${said(latest)}`;
    const [from, to] = [iso(earliest), iso(latest)];
    const isWhole = from.endsWith("-01") && iso(latest + 1).endsWith("-01");
    if (isWhole && from.slice(0, 7) === to.slice(0, 7)) return `since ${inMonths.format(latest * DAY)}`;
    if (isWhole && from.slice(0, 4) === to.slice(0, 4) && from.slice(5, 7) === "01" && to.slice(5, 7) === "12") return `since ${from.slice(0, 4)}`;
    return `since some day between ${said(earliest)} and ${said(latest)}`;
  };
  const known = dayOf(box.dataset.day) ?? net.last ?? 0;

  // What a reader has chosen. Everything of it is in the address, but for "more".
  const state = { party: null, day: null, without: new Set(), perhaps: true, denied: true, inferred: false, open: [], more: new Map(), listed: new Map() };
  const today = () => state.day ?? known;

  // Parts of the ties; a part is loaded once, when one of its parties is opened.
  const parts = new Map();
  const tiesOf = new Map(); // party -> its ties
  const partOf = (party) => {
    let low = 0, high = net.starts.length - 1;
    while (low < high) {
      const half = (low + high + 1) >> 1;
      if (net.starts[half] <= party) low = half; else high = half - 1;
    }
    return low;
  };
  window.sharedfutureTies = (part, pages, ties) => {
    const first = net.starts[part], end = net.starts[part + 1] ?? net.parties.length;
    const hold = (party, tie) => {
      if (party < first || party >= end) return;
      const held = tiesOf.get(party);
      if (held) held.push(tie); else tiesOf.set(party, [tie]);
    };
    for (const tie of ties) {
      tie[PAGE] = pages[tie[PAGE]] ?? null;
      hold(tie[FROM], tie);
      if (tie[TO] !== tie[FROM]) hold(tie[TO], tie);
    }
  };
  const load = (party) => {
    const part = partOf(party);
    if (!parts.has(part)) {
      parts.set(part, new Promise((done) => {
        const script = document.createElement("script");
        script.src = `${root}network/data/${part}.js`;
        script.onload = () => done(true);
        script.onerror = () => { parts.delete(part); done(false); };
        document.head.append(script);
      }));
    }
    return parts.get(part);
  };

  // Whether a tie held on the day: surely, perhaps, or not.
  const holds = (tie, day) => {
    if (tie[UNTIL] !== null && tie[UNTIL] < day) return "";
    if (tie[LATEST] === null) return tie[EARLIEST] === null || tie[EARLIEST] <= day ? "held" : "";
    if (tie[LATEST] <= day) return "held";
    return tie[EARLIEST] !== null && tie[EARLIEST] > day ? "" : "perhaps";
  };
  let seenNow = new Map(); // of what is chosen now; thrown away when anything is chosen
  const seen = (party) => {
    if (!seenNow.has(party)) seenNow.set(party, look(party));
    return seenNow.get(party);
  };
  const look = (party) => {
    const day = today();
    const found = [];
    for (const tie of tiesOf.get(party) ?? []) {
      if (state.without.has(tie[LAYER]) || (tie[INFERRED] && !state.inferred) || (tie[CERTAINTY] === DENIED && !state.denied)) continue;
      const how = holds(tie, day);
      if (how && (how === "held" || state.perhaps)) found.push([tie, how]);
    }
    return found;
  };
  // Surest first: held, perhaps, inferred, denied; within these by certainty.
  const rank = (tie, how) => tie[CERTAINTY] + (how === "perhaps" ? 10 : 0) + (tie[INFERRED] ? 20 : 0) + (tie[CERTAINTY] === DENIED ? 40 : 0);
  const styleOf = (tie, how) => [tie[INFERRED] ? "inferred" : net.certainties[tie[CERTAINTY]] ?? "reported", how === "perhaps" ? "perhaps" : ""].join(" ").trim();
  const flowFrom = (tie, party) => (tie[FROM] === party ? tie[FLOW] : ((tie[FLOW] & 1) << 1) | (tie[FLOW] >> 1));
  const about = (tie, how) => [
    net.kinds[tie[KIND]], begun(tie[EARLIEST], tie[LATEST]), tie[UNTIL] === null ? "" : `until ${said(tie[UNTIL])}`,
    tie[INFERRED] ? "inferred" : net.certainties[tie[CERTAINTY]], how === "perhaps" ? "may have held on the day" : "", tie[TITLE] ?? "",
  ].filter(Boolean).join(", ");

  // The neighbours of a party: each once, with its surest tie, and which way information can go.
  const neighbours = (party) => {
    const found = new Map();
    for (const [tie, how] of seen(party)) {
      const other = tie[FROM] === party ? tie[TO] : tie[FROM];
      if (other === party) continue;
      const order = rank(tie, how);
      const flow = order < 40 ? flowFrom(tie, party) : 0;
      const held = found.get(other);
      const denied = tie[CERTAINTY] === DENIED ? 1 : 0;
      if (!held) found.set(other, { other, tie, how, order, flow, denied, count: 1, first: flowFrom(tie, party) });
      else {
        held.count += 1;
        held.denied += denied;
        if (held.tie[INFERRED] && !tie[INFERRED]) held.flow = flow;
        else if (!tie[INFERRED] || held.tie[INFERRED]) held.flow |= flow;
        if (order < held.order) Object.assign(held, { tie, how, order, first: flowFrom(tie, party) });
      }
    }
    return [...found.values()];
  };
  const byWorth = (a, b) => a.order - b.order || net.parties[b.other][3] - net.parties[a.other][3] || a.other - b.other;
  // Groups by kind, small ones first; where there is little room, each group gives up what it has most of.
  const grouped = (held, key, room, from) => {
    const kinds = new Map();
    for (const one of held) {
      if (!kinds.has(one.tie[KIND])) kinds.set(one.tie[KIND], []);
      kinds.get(one.tie[KIND]).push(one);
    }
    const groups = [...kinds].sort((a, b) => a[1].length - b[1].length || a[0] - b[0]);
    let left = room;
    return groups.map(([kind, members], place) => {
      const own = `${key}/${kind}`;
      const fair = Math.max(2, Math.floor(left / (groups.length - place)));
      let given = Math.min(members.length, fair);
      if (members.length === given + 1) given += 1;
      left -= given;
      const shown = Math.min(members.length, given + (state.more.get(own) ?? 0));
      const hidden = members.length - shown;
      if (shown < members.length || members.length <= 3 * room) members.sort(byWorth);
      return {
        key: own, from, hidden, title: `${net.kinds[kind]} (${members.length.toLocaleString("en").replaceAll(",", "\u202f")})`,
        more: hidden ? `and ${hidden.toLocaleString("en").replaceAll(",", "\u202f")} more` : "", members: members.slice(0, shown),
      };
    });
  };

  // The tree: the chosen party, on either side its neighbours, beyond them those of opened ones.
  const grow = () => {
    const tree = { id: idOf(state.party), party: state.party, name: nameOf(state.party), across: [] };
    const placed = new Map([[state.party, tree]]);
    const waiting = new Set(state.open.map((id) => numberOf.get(id)).filter((party) => tiesOf.has(party)));
    const plant = (from, held, key, room) => grouped(held, key, room, from).map((group) => {
      group.nodes = group.members.filter(({ other }) => !placed.has(other)).map((one) => {
        const node = {
          id: idOf(one.other), party: one.other, name: nameOf(one.other), from, groups: [], isOpen: false, style: styleOf(one.tie, one.how),
          isOut: Boolean(one.flow & 1), isIn: Boolean(one.flow & 2), isDenied: one.denied > 0,
          says: about(one.tie, one.how) + (one.count > 1 ? `; ${counted(one.count, "tie")} in all` : "") + (one.denied && one.denied < one.count ? `, ${one.denied} denied` : ""),
        };
        placed.set(one.other, node);
        return node;
      });
      return group;
    });
    const held = neighbours(state.party);
    const isBefore = (one) => Boolean((one.order < 40 ? one.flow : one.first) & 2);
    const [before, after] = [held.filter(isBefore), held.filter((one) => !isBefore(one))];
    tree.before = plant(tree, before, `${tree.id}<`, after.length ? ROOM : ROOM * 1.5);
    tree.after = plant(tree, after, `${tree.id}>`, before.length ? ROOM : ROOM * 1.5);
    for (let party = [...waiting].find((one) => placed.has(one)); party !== undefined && placed.size < MOST_DRAWN; party = [...waiting].find((one) => placed.has(one))) {
      waiting.delete(party);
      const node = placed.get(party);
      if (node === tree) continue;
      node.isOpen = true;
      const further = neighbours(party);
      for (const one of further) {
        const to = placed.get(one.other);
        if (to && to !== node.from) tree.across.push({ from: node, to, style: styleOf(one.tie, one.how) });
      }
      node.groups = plant(node, further.filter((one) => !placed.has(one.other)), node.id, ROOM / 2);
    }
    return tree;
  };

  // The list beside the drawing.
  const make = (name, attributes = {}, ...within) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...within);
    return element;
  };
  const pageOf = (party) => (net.partyKinds[net.parties[party][2]] === "country" ? `country/${idOf(party)}.html` : `institutions.html#${idOf(party)}`);
  const addressOf = (party) => `#${idOf(party)}${state.day === null ? "" : `@${iso(state.day)}`}`;
  const edgeOf = (tie) => tie[EDGE] || `edge-${tie[ROW]}`;
  const item = (party, tie, how) => {
    const shown = (one) => (one === party ? nameOf(one) : make("a", { href: addressOf(one) }, nameOf(one)));
    const quiet = make("span", { class: "quiet" }, [
      begun(tie[EARLIEST], tie[LATEST]), tie[UNTIL] === null ? "" : `until ${said(tie[UNTIL])}`,
      tie[INFERRED] ? "inferred, not counted" : net.certainties[tie[CERTAINTY]], how === "perhaps" ? "may have held on the day" : "",
      tie[ORIGINS] ? counted(tie[ORIGINS], "independent source") : "", net.layers[tie[LAYER]]?.[1] ?? "",
    ].filter(Boolean).join(" · "), " · ");
    if (tie[PAGE]) quiet.append(make("a", { href: `${root}${tie[PAGE]}#${tie[ROW]}` }, "evidence"), " · ");
    quiet.append(make("code", {}, edgeOf(tie)));
    const what = tie[TITLE] ? [`: ${tie[TITLE]}`] : [];
    const denied = tie[CERTAINTY] === DENIED ? "Denied: " : "";
    return make("li", { class: styleOf(tie, how) }, denied, shown(tie[FROM]), ` ${net.kinds[tie[KIND]]} `, shown(tie[TO]), ...what, make("br"), quiet);
  };
  const listed = (party) => [...seen(party)].sort((a, b) => a[0][KIND] - b[0][KIND] || rank(...a) - rank(...b) || a[0][EARLIEST] - b[0][EARLIEST] || a[0][FROM] - b[0][FROM] || a[0][TO] - b[0][TO]);
  const section = (party) => {
    const held = listed(party);
    const limit = state.listed.get(party) ?? LISTED;
    const kindOf = net.partyKinds[net.parties[party][2]];
    const head = make("h3", {}, nameOf(party));
    const line = make("p", { class: "quiet" }, `${kindOf}, ${counted(held.length, "tie")} shown · `, make("a", { href: root + pageOf(party) }, kindOf === "country" ? "dossier" : "entry"));
    if (party !== state.party) line.append(" · ", make("a", { href: addressOf(party) }, "put in the middle"));
    const list = make("ul", { class: "plain" });
    let kind = null;
    for (const [tie, how] of held.slice(0, limit)) {
      if (tie[KIND] !== kind) {
        kind = tie[KIND];
        list.append(make("li", { class: "kind" }, net.kinds[kind]));
      }
      list.append(item(party, tie, how));
    }
    const made = make("section", { "aria-label": `Ties of ${nameOf(party)}` }, head, line, list);
    if (held.length > limit) made.append(make("p", {}, make("button", { type: "button", "data-list": idOf(party) }, `Show ${Math.min(MORE_LISTED, held.length - limit)} of ${held.length - limit} more`)));
    return made;
  };

  const says = (party) => {
    const held = seen(party);
    const is = (test) => held.filter(([tie, how]) => test(tie, how)).length;
    const plainly = (tie) => !tie[INFERRED] && tie[CERTAINTY] !== DENIED;
    const sure = is((tie, how) => plainly(tie) && how === "held"), perhaps = is((tie, how) => plainly(tie) && how === "perhaps");
    const denied = is((tie) => tie[CERTAINTY] === DENIED), inferred = is((tie) => tie[INFERRED] && tie[CERTAINTY] !== DENIED);
    const parties = new Set(held.filter(([tie]) => plainly(tie)).map(([tie]) => (tie[FROM] === party ? tie[TO] : tie[FROM]))).size;
    const when = state.day === null ? `as of the latest source, ${said(known)}` : `on ${said(state.day)}`;
    const verb = state.day !== null ? "held" : sure === 1 ? "holds" : "hold";
    return `${nameOf(party)}: ${counted(sure, "tie")} ${verb} ${when}${perhaps ? `, ${perhaps} more may` : ""}${sure + perhaps ? `, with ${counted(parties, "party", "parties")}` : ""}.${denied ? ` ${counted(denied, "tie is", "ties are")} denied.` : ""}${inferred ? ` ${counted(inferred, "tie is", "ties are")} inferred and not counted.` : ""}`;
  };

  const drawing = at("drawing"), scroll = at("scroll"), list = at("ties");
  const drawAll = (focus) => {
    const key = focus ?? document.activeElement?.closest?.("[data-key]")?.dataset.key;
    if (state.party === null || !tiesOf.has(state.party)) return;
    seenNow = new Map();
    const tree = grow();
    window.sharedfutureTree.draw(drawing, tree, scroll.clientWidth);
    drawing.setAttribute("aria-label", `Ties of ${nameOf(state.party)}`);
    at("says").textContent = says(state.party);
    const opened = state.open.map((id) => numberOf.get(id)).filter((party) => party !== state.party && tiesOf.has(party));
    list.replaceChildren(...[...opened.reverse(), state.party].map(section)); // what was opened last comes first
    list.append(make("p", { class: "quiet" }, "On the command line ", make("code", {}, "sharedfuture explain"), " with the id at the end of a tie walks to its sources."));
    showSettings();
    scroll.scrollLeft = Number(drawing.dataset.middle) - scroll.clientWidth / 2;
    if (key) drawing.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  };
  const showSettings = () => {
    at("date").value = iso(today());
    at("year").value = String(Math.min(Number(at("year").max), new Date(today() * DAY).getUTCFullYear()));
    at("year").setAttribute("aria-valuetext", said(today()));
    for (const name of ["perhaps", "denied", "inferred"]) at(name).checked = state[name];
    for (const input of at("layers").querySelectorAll("input")) input.checked = !state.without.has(Number(input.value));
    const out = state.without.size;
    at("layers-say").textContent = out ? `${net.layers.length - out} of ${net.layers.length}` : "everything";
  };

  // The address: #BEN@2021-12-31;open=CHN,act-cncert;without=meeting;inferred
  const address = () => {
    const further = [
      state.open.length && `open=${state.open.join(",")}`,
      state.without.size && `without=${[...state.without].map((layer) => net.layers[layer][0]).join(",")}`,
      state.inferred && "inferred", !state.perhaps && "certain", !state.denied && "undenied",
    ].filter(Boolean);
    return [addressOf(state.party), ...further].join(";");
  };
  const read = () => {
    const [start, ...further] = decodeURIComponent(location.hash.slice(1)).split(";");
    const [id, day] = start.split("@");
    if (!numberOf.has(id)) return false;
    const valueOf = (name) => further.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1).split(",") ?? [];
    const layers = new Map(net.layers.map(([name], number) => [name, number]));
    Object.assign(state, {
      party: numberOf.get(id), day: dayOf(day ?? ""), open: valueOf("open").filter((one) => numberOf.has(one)),
      without: new Set(valueOf("without").map((name) => layers.get(name)).filter((layer) => layer !== undefined)),
      inferred: further.includes("inferred"), perhaps: !further.includes("certain"), denied: !further.includes("undenied"),
    });
    return true;
  };
  const keep = () => history.replaceState(null, "", address());
  const show = async (focus) => {
    const wanted = [state.party, ...state.open.map((id) => numberOf.get(id))];
    const came = await Promise.all(wanted.map(load));
    if (!came[0]) at("says").textContent = "The ties could not be loaded. Is the folder network/data beside this page?";
    drawAll(focus);
    box.dispatchEvent(new CustomEvent("drawn"));
  };
  const choose = (party) => {
    Object.assign(state, { party, open: [], more: new Map(), listed: new Map() });
    history.pushState(null, "", address());
    at("find").value = nameOf(party);
    return show();
  };
  const change = (changes) => {
    Object.assign(state, changes);
    keep();
    drawAll();
  };

  // Search.
  let entries = null;
  const find = (query) => {
    entries ??= net.parties.map(([id, name, kind, degree, further], party) => ({ party, degree, kind, start: plain(name), text: plain(`${name} ${id} ${further ?? ""}`), id: plain(id).replace("act-", "") }));
    const words = query.split(/\s+/);
    const hits = entries.filter((entry) => words.every((word) => entry.text.includes(word)));
    const order = (entry) => (entry.id === query ? 0 : entry.start.startsWith(query) ? 1 : 2);
    return hits.sort((a, b) => order(a) - order(b) || b.degree - a.degree || a.party - b.party);
  };
  combobox({
    box: at("find"), list: at("list"), status: at("find-status"), find,
    show: (entry) => [nameOf(entry.party), `${net.partyKinds[entry.kind]}, ${counted(entry.degree, "tie")}`],
    go: (entry) => choose(entry.party),
  });
  at("find").addEventListener("focus", (event) => event.target.select());

  // Opening, and what else can be chosen.
  const press = (target) => {
    const more = target.closest(".more");
    if (more) {
      state.more.set(more.dataset.key, (state.more.get(more.dataset.key) ?? 0) + MORE);
      return drawAll(more.dataset.key);
    }
    const id = target.closest(".node")?.dataset.key;
    if (!id) return undefined;
    state.open = state.open.includes(id) ? state.open.filter((one) => one !== id) : [...state.open, id];
    keep();
    list.scrollTop = 0;
    return show(id).then(() => drawing.querySelector(`[data-key="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  };
  drawing.addEventListener("click", (event) => press(event.target));
  drawing.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      press(event.target);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const all = [...drawing.querySelectorAll("[tabindex]")];
      const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  });
  list.addEventListener("click", (event) => {
    const id = event.target.dataset?.list;
    if (!id) return;
    const party = numberOf.get(id);
    state.listed.set(party, (state.listed.get(party) ?? LISTED) + MORE_LISTED);
    drawAll();
  });
  const year = at("year");
  year.min = new Date((net.first ?? known) * DAY).getUTCFullYear();
  year.max = new Date(known * DAY).getUTCFullYear();
  year.addEventListener("input", () => change({ day: year.value === year.max ? null : dayOf(`${year.value}-12-31`) }));
  at("date").addEventListener("change", () => change({ day: dayOf(at("date").value) }));
  at("latest").addEventListener("click", () => change({ day: null }));
  for (const name of ["perhaps", "denied", "inferred"]) at(name).addEventListener("change", () => change({ [name]: at(name).checked }));
  at("layers").append(...net.layers.map(([, title], layer) => make("label", {}, make("input", { type: "checkbox", value: layer }), ` ${title}`)));
  at("layers").addEventListener("change", () => change({ without: new Set([...at("layers").querySelectorAll("input:not(:checked)")].map((input) => Number(input.value))) }));
  at("all").addEventListener("click", () => change({ without: new Set() }));
  at("none").addEventListener("click", () => change({ without: new Set(net.layers.keys()) }));
  addEventListener("hashchange", () => read() && arrive());
  let width = scroll.clientWidth;
  new ResizeObserver(() => {
    if (scroll.clientWidth === width) return;
    width = scroll.clientWidth;
    drawAll();
  }).observe(scroll);

  const release = document.querySelector("footer strong").textContent;
  const title = () => `Ties of ${nameOf(state.party)} on ${said(today())}`;
  window.sharedfutureDrawing?.charts.set("ties", {
    svg: drawing, file: "network", title,
    note: () => `An arrowhead says which way information can go, not that it does. Inferred ties are never counted. Sources tie by tie on the page. Licence: CC BY 4.0. Release ${release}.`,
    columns: ["from_id", "from", "relation", "to_id", "to", "earliest", "latest", "until", "certainty", "is_inferred", "origins", "holds", "edge_id", "row_id", "as_of", "release"],
    rows: () => [state.party, ...state.open.map((id) => numberOf.get(id))].flatMap((party) => listed(party).map(([tie, how]) => [
      idOf(tie[FROM]), nameOf(tie[FROM]), net.kinds[tie[KIND]], idOf(tie[TO]), nameOf(tie[TO]), ...[EARLIEST, LATEST, UNTIL].map((part) => (tie[part] === null ? "" : iso(tie[part]))),
      net.certainties[tie[CERTAINTY]] ?? "", Boolean(tie[INFERRED]), tie[ORIGINS], how, edgeOf(tie), tie[ROW], iso(today()), release,
    ])),
  });

  const arrive = () => {
    at("find").value = nameOf(state.party);
    Object.assign(state, { more: new Map(), listed: new Map() });
    return show();
  };
  if (!read()) Object.assign(state, { party: numberOf.get(box.dataset.start) ?? 0 });
  arrive();
});
