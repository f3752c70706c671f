// The index with other weights: every score, rank and shift computed anew, in the page alone.
"use strict";
(() => {
  const source = document.getElementById("index-data");
  const panel = document.getElementById("weights");
  if (!source || !panel) return;
  const data = JSON.parse(source.textContent);
  const countries = data.countries;
  const pillars = data.pillars;
  const indicators = pillars.flatMap((pillar) => pillar.indicators);
  const root = document.documentElement.dataset.root;
  const PREFIX = "#weights";
  const ROUNDING = 1e-12; // of shares, as in the engine
  const TIE = 1e-9; // scores nearer than this are equal

  // One element of its parts: NaN where the policy for missing parts gives it no score.
  const combine = (values, weights, mean, policy) => {
    let known = 0, weight = 0, whole = 0, sum = 0;
    for (let at = 0; at < values.length; at += 1) {
      whole += weights[at];
      if (Number.isNaN(values[at])) continue;
      known += 1;
      if (weights[at] === 0) continue;
      weight += weights[at];
      sum += weights[at] * (mean === "geometric" ? Math.log(values[at]) : values[at]);
    }
    const share = { drop: 1, refuse: known / values.length, least_count: known / values.length, least_weight: weight / whole }[policy.rule];
    const least = policy.rule === "refuse" ? 1 : policy.least;
    if (weight === 0 || (policy.rule !== "drop" && share < least - ROUNDING)) return NaN;
    return mean === "geometric" ? Math.exp(sum / weight) : sum / weight;
  };

  // Weights in the order of the data: { pillars: [...], indicators: [[...], ...] }. A pillar none
  // of whose indicators has a weight takes no part.
  const score = (weights, mean) => {
    const live = pillars.map((_, at) => at).filter((at) => weights.indicators[at].some((weight) => weight > 0));
    const own = live.map((at) => weights.pillars[at]);
    const starts = [];
    pillars.reduce((start, pillar) => (starts.push(start), start + pillar.indicators.length), 0);
    return countries.map((country) => {
      const parts = live.map((at) => combine(
        values(country).slice(starts[at], starts[at] + pillars[at].indicators.length),
        weights.indicators[at], data.means[0], data.policies[0]));
      return parts.length ? combine(parts, own, mean, data.policies[1]) : NaN;
    });
  };
  const numbers = new Map(countries.map((country) => [country, country.values.map((value) => value ?? NaN)]));
  const values = (country) => numbers.get(country);

  // Rank 1 is the highest; equal scores share the best rank; without a score there is no rank.
  const rank = (scores) => {
    const order = scores.map((_, at) => at).filter((at) => !Number.isNaN(scores[at]))
      .sort((a, b) => scores[b] - scores[a] || countries[a].rank - countries[b].rank);
    const ranks = scores.map(() => null);
    order.forEach((at, place) => {
      const before = order[place - 1];
      ranks[at] = place && scores[before] - scores[at] <= TIE ? ranks[before] : place + 1;
    });
    const without = scores.map((_, at) => at).filter((at) => Number.isNaN(scores[at]));
    return { ranks, order: [...order, ...without] };
  };

  // The longest part of a list that rises, by patience sorting.
  const longestRise = (list) => {
    const ends = [], before = [];
    list.forEach((value, at) => {
      let low = 0, high = ends.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (list[ends[middle]] < value) low = middle + 1;
        else high = middle;
      }
      before[at] = low ? ends[low - 1] : -1;
      ends[low] = at;
    });
    const rise = [];
    for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) rise.unshift(list[at]);
    return rise;
  };

  // Controls: a slider for each pillar and indicator, a choice of the mean.
  const sliders = new Map([...panel.querySelectorAll("input[type=range]")].map((slider) => [slider.dataset.code, slider]));
  const shares = new Map([...panel.querySelectorAll("[data-share]")].map((shown) => [shown.dataset.share, shown]));
  const means = [...panel.querySelectorAll("input[name=mean]")];
  const mean = () => means.find((choice) => choice.checked).value;
  const weightOf = (element) => Number(sliders.get(element.code).value);
  const weightsNow = () => ({
    pillars: pillars.map(weightOf),
    indicators: pillars.map((pillar) => pillar.indicators.map(weightOf)),
  });
  if (countries.some((country) => values(country).some((value) => value <= 0))) {
    means.filter((choice) => choice.value === "geometric").forEach((choice) => { choice.disabled = true; });
  }

  // One row for each country, made once; later only texts and order change.
  const cell = (name, className = "") => {
    const made = document.createElement(name);
    made.className = className;
    return made;
  };
  const rows = countries.map((country) => {
    const row = document.createElement("tr");
    const [place, shift, score, bar, published, note] = ["num", "num", "num", "bar", "num", "note"].map((name) => cell("td", name));
    const name = cell("th");
    name.scope = "row";
    const link = document.createElement("a");
    link.href = `${root}country/${country.id}.html#index`;
    link.textContent = link.title = country.name;
    name.append(link);
    const before = document.createElement("a");
    before.className = "n";
    before.dataset.row = country.row;
    before.href = `${root}country/${country.id}.html#${country.row}`;
    before.textContent = country.rank_low === null ? country.rank : `${country.rank} (${country.rank_low} to ${country.rank_high})`;
    published.append(before);
    const fill = document.createElement("span");
    bar.append(fill);
    row.append(place, shift, name, score, bar, published, note);
    return { row, place, shift, score, fill, note, shown: {} };
  });
  const body = panel.querySelector("#weights-table tbody");
  const put = (row, name, text) => {
    if (row.shown[name] === text) return;
    row.shown[name] = text;
    if (name === "fill") row.fill.style.inlineSize = text;
    else row[name].textContent = text;
  };
  const shiftText = (shift) => (shift === 0 ? "=" : shift > 0 ? `▲ ${shift}` : `▼ ${-shift}`);
  const percent = (part, whole) => (whole > 0 ? `${(100 * part / whole).toFixed(0)}\u202f%` : "–");

  // Rows in a new order: those that keep their order among each other stay where they are, since
  // to move a row costs far more than to compute it.
  let ordered = countries.map((_, at) => at);
  const place = (order) => {
    const old = new Map(ordered.map((at, line) => [at, line]));
    const staying = new Set(longestRise(order.map((at) => old.get(at))).map((line) => ordered[line]));
    let next = body.firstElementChild;
    for (const at of order) {
      const { row } = rows[at];
      if (staying.has(at) || row === next) next = row.nextElementSibling;
      else body.insertBefore(row, next);
    }
    ordered = order;
  };
  body.append(...rows.map(({ row }) => row));

  let scores = [], ranks = [];
  const isOut = (at) => countries[at].rank_low !== null && ranks[at] !== null
    && (ranks[at] < countries[at].rank_low || ranks[at] > countries[at].rank_high);
  const show = (order) => {
    rows.forEach((row, at) => {
      const has = ranks[at] !== null;
      put(row, "place", has ? String(ranks[at]) : "–");
      put(row, "shift", has ? shiftText(countries[at].rank - ranks[at]) : "–");
      put(row, "score", has ? scores[at].toFixed(1) : "no score");
      put(row, "fill", has ? `${Math.max(0, Math.min(100, scores[at])).toFixed(1)}%` : "0%");
      put(row, "note", isOut(at) ? "outside" : "");
    });
    place(order);
  };
  const showShares = (weights) => {
    const sum = (list) => list.reduce((total, weight) => total + weight, 0);
    const say = (element, text, of) => {
      const slider = sliders.get(element.code), spoken = `weight ${slider.value}, ${text} of ${of}`;
      if (slider.getAttribute("aria-valuetext") === spoken) return;
      slider.setAttribute("aria-valuetext", spoken);
      shares.get(element.code).textContent = text;
    };
    pillars.forEach((pillar, at) => {
      say(pillar, percent(weights.pillars[at], sum(weights.pillars)), "the index");
      pillar.indicators.forEach((indicator, number) => say(
        indicator, percent(weights.indicators[at][number], sum(weights.indicators[at])), "the pillar"));
    });
  };

  // What changed, in words: at once for the eye, after a pause for who listens.
  const summary = document.getElementById("weights-summary");
  const listened = document.getElementById("weights-status");
  let pause = 0;
  const says = (order) => {
    const known = order.filter((at) => ranks[at] !== null);
    if (!known.length) return "With these weights nothing counts, so there is nothing to rank.";
    const changed = !isPublished();
    const first = known.slice(0, 3).map((at) => countries[at].name).join(", ");
    const moved = known.filter((at) => ranks[at] !== countries[at].rank).length;
    const most = Math.max(...known.map((at) => Math.abs(ranks[at] - countries[at].rank)));
    const mean = known.reduce((sum, at) => sum + Math.abs(ranks[at] - countries[at].rank), 0) / known.length;
    const out = known.filter(isOut).length;
    const lost = countries.length - known.length;
    return [
      changed ? `First now: ${first}.` : `The published weights. First: ${first}.`,
      changed ? `${moved} of ${known.length} countries change their rank, by ${mean.toFixed(1)} places on average and ${most} at most; ${out} ${out === 1 ? "leaves its" : "leave their"} published 95\u202f% interval.` : "",
      lost ? `${lost} ${lost === 1 ? "has" : "have"} no score with these weights.` : "",
    ].filter(Boolean).join(" ");
  };
  const update = () => {
    const weights = weightsNow();
    scores = score(weights, mean());
    const found = rank(scores);
    ranks = found.ranks;
    show(found.order);
    showShares(weights);
    const text = says(found.order);
    summary.textContent = text;
    clearTimeout(pause);
    pause = setTimeout(() => { listened.textContent = text; }, 600);
  };

  // The address: #weights;mean=geometric;ties=2;polyarchy=0 holds what differs from the recipe.
  const elements = [...pillars, ...indicators];
  const isMoved = (element) => weightOf(element) !== element.weight;
  const isPublished = () => mean() === data.means[1] && !elements.some(isMoved);
  const write = () => {
    const parts = [PREFIX];
    if (mean() !== data.means[1]) parts.push(`mean=${mean()}`);
    elements.filter(isMoved).forEach((element) => parts.push(`${element.code}=${weightOf(element)}`));
    if (parts.length > 1 || location.hash.startsWith(PREFIX)) history.replaceState(null, "", parts.length > 1 ? parts.join(";") : PREFIX);
  };
  const set = (given) => {
    for (const element of elements) {
      const asked = Number(given.get(element.code) ?? NaN);
      sliders.get(element.code).value = asked >= 0 ? asked : element.weight;
    }
    const wanted = means.find((choice) => choice.value === (given.get("mean") ?? data.means[1]) && !choice.disabled);
    (wanted ?? means.find((choice) => choice.value === data.means[1])).checked = true;
    if ([...given.keys()].some((code) => indicators.some((indicator) => indicator.code === code))) {
      panel.querySelectorAll("details").forEach((box) => {
        box.open ||= [...box.querySelectorAll("input")].some((slider) => given.has(slider.dataset.code));
      });
    }
    update();
  };
  const read = () => {
    if (location.hash !== PREFIX && !location.hash.startsWith(`${PREFIX};`)) return false;
    set(new Map(decodeURIComponent(location.hash).split(";").slice(1).map((part) => part.split("="))));
    return true;
  };
  panel.addEventListener("input", (event) => {
    if (!event.target.matches("input[type=range], input[name=mean]")) return;
    update();
    write();
  });
  document.getElementById("weights-reset").addEventListener("click", () => {
    set(new Map());
    write();
  });
  addEventListener("hashchange", () => read());

  const spelled = () => elements.map((element) => `${element.code} ${weightOf(element)}`).join("; ");
  window.sharedfutureDrawing?.charts.set("index-weights", {
    file: "index-reweighted",
    columns: ["country_id", "country", "rank", "score", "shift", "published_rank", "published_rank_low", "published_rank_high", "published_score", "mean", "weights", "title", "licence", "release"],
    rows: () => ordered.map((at) => {
      const country = countries[at], has = ranks[at] !== null;
      return [country.id, country.name, ranks[at], has ? scores[at] : null, has ? country.rank - ranks[at] : null, country.rank, country.rank_low,
        country.rank_high, country.score, mean(), spelled(), data.title, data.licence, data.release];
    }),
  });
  window.sharedfutureWeights = { score, rank, weightsNow, current: () => ({ scores, ranks }) };
  // The panel can be seen only when all scripts of the page have run.
  if (read()) addEventListener("DOMContentLoaded", () => panel.scrollIntoView());
  else set(new Map());
})();
