// The ranking of the index: reads one country by mouse, keyboard or name, and hands out its files.
"use strict";
(() => {
  const box = document.getElementById("ranking");
  const source = document.getElementById("index-data");
  if (!box || !source) return;
  const { countries, pillars, title, licence, release } = JSON.parse(source.textContent);
  const svg = box.querySelector("svg");
  const mark = svg.querySelector(".mark");
  const readout = document.getElementById("ranking-readout");
  const find = document.getElementById("ranking-find");
  const left = Number(svg.dataset.left), step = Number(svg.dataset.step);
  const root = document.documentElement.dataset.root;
  const hint = readout.textContent;
  let at = -1;

  const rankOf = (country) => (country.rank_low === null ? `${country.rank}` : `${country.rank} (95 %: ${country.rank_low} to ${country.rank_high})`);
  const says = (country) => `${country.name}: rank ${rankOf(country)}, score ${country.score_says}; ${pillars.map((pillar, place) => `${pillar.name} ${country.pillars[place]?.toFixed(0) ?? "without score"}`).join(", ")}.`;
  const point = (place) => {
    at = place;
    const country = countries[place];
    mark.toggleAttribute("hidden", !country);
    readout.textContent = country ? says(country) : hint;
    if (country) mark.setAttribute("transform", `translate(${left + place * step} 0)`);
  };
  const placeOf = (event) => {
    const inside = svg.getBoundingClientRect();
    const x = (event.clientX - inside.left) / inside.width * svg.viewBox.baseVal.width;
    const place = Math.floor((x - left) / step);
    return place >= 0 && place < countries.length ? place : -1;
  };
  const open = () => { if (countries[at]) location.href = `${root}country/${countries[at].id}.html#index`; };
  svg.addEventListener("mousemove", (event) => {
    const place = placeOf(event);
    if (place >= 0 && place !== at) point(place);
  });
  svg.addEventListener("click", (event) => {
    const place = placeOf(event);
    if (place < 0) return;
    const isTouch = event.pointerType === "touch" && place !== at;
    point(place);
    if (!isTouch) open();
  });
  box.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      point(at < 0 ? 0 : (at + steps[event.key] + countries.length) % countries.length);
    } else if (event.key === "Enter") open();
    else if (event.key === "Escape") point(-1);
  });
  find.addEventListener("input", () => {
    const text = find.value.trim().toLocaleLowerCase("en");
    const place = text ? countries.findIndex((country) => country.name.toLocaleLowerCase("en").startsWith(text)) : -1;
    point(place);
    if (text && place < 0) readout.textContent = `No country with a score begins with “${find.value.trim()}”.`;
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") open();
  });

  window.sharedfutureDrawing?.charts.set("ranking", {
    svg,
    file: "index-ranking",
    title: () => title,
    note: () => `${box.dataset.note} Release ${release}.`,
    legend: () => [...document.querySelectorAll("#ranking-legend li")].map((item) => {
      const square = item.querySelector(".swatch");
      return [getComputedStyle(square).backgroundColor, item.textContent.trim()];
    }),
    columns: ["country_id", "country", "rank", "rank_low", "rank_high", "score", "score_low", "score_high", ...pillars.map((pillar) => pillar.code), "row_id", "title", "unit", "licence", "release"],
    rows: () => countries.map((country) => [
      country.id, country.name, country.rank, country.rank_low, country.rank_high, country.score, country.low, country.high,
      ...country.pillars, country.row, title, "score, 1 to 100", licence, release,
    ]),
  });
})();
