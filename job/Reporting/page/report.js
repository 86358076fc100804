"use strict";
(() => {
  const map = document.querySelector("[data-map]");
  if (!map) return;

  const data = JSON.parse(document.getElementById("data").textContent);
  const find = name => map.querySelector(`[data-${name}]`);
  const svg = find("scatter"), points = find("points"), grid = find("grid"), halo = find("halo");
  const card = find("card"), picture = find("picture"), plot = find("plot"), said = find("said");
  const marks = [...points.children];
  const toggles = [...map.querySelectorAll("[data-toggle]")];
  const [acrossSelect, upSelect] = ["x", "y"].map(axis => map.querySelector(`[data-axis="${axis}"]`));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const shown = data.classes.map(() => true);
  const percent = share => `${(100 * share).toFixed(1)}\u00a0%`;
  const BY_CLASS = -1; // in place of a component's index: one row per class
  const MARGIN = 22;

  let size = { width: 720, height: 480 };
  let axes = { x: 0, y: data.components.length > 1 ? 1 : BY_CLASS };
  let places = marks.map(mark => {
    const { e, f } = mark.transform.baseVal.consolidate().matrix;
    return [e, f];
  });
  let targets = places, active = -1, frame = 0;

  // ----- where everything is -----

  // On a phone the marks are as far apart as they are small.
  const markScale = () => size.width < 480 ? 0.72 : 1;

  const nameOf = axis => axis === BY_CLASS ? "Class" : `Component ${axis + 1}`;

  const valuesOf = axis => axis === BY_CLASS
    // A small, repeatable spread within the row, so that points do not hide each other.
    ? data.labels.map((label, i) => -label + ((i * 0.618034) % 1 - 0.5) * 0.6)
    : data.components[axis];

  function scale(values, from, to) {
    let low = Infinity, high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (!(high > low)) [low, high] = [low - 1, high + 1];
    const unit = (to - from) / (high - low);
    return { low, high, at: value => from + (value - low) * unit };
  }

  function ticks(low, high, count) {
    const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find(factor => factor * power >= raw) * power;
    const found = [];
    for (let k = Math.ceil(low / step); k * step <= high; k++) found.push(+(k * step).toPrecision(6));
    return found;
  }

  function element(name, attributes, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function layOut(animate) {
    const { width, height } = size;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [xs, ys] = [valuesOf(axes.x), valuesOf(axes.y)];
    const x = scale(xs, MARGIN, width - MARGIN), y = scale(ys, height - MARGIN, MARGIN);
    targets = xs.map((value, i) => [x.at(value), y.at(ys[i])]);

    grid.replaceChildren();
    for (const [axis, s] of [["x", x], ["y", y]]) {
      if (axes[axis] === BY_CLASS) continue;
      for (const value of ticks(s.low, s.high, axis === "x" ? width / 110 : height / 90)) {
        const at = s.at(value), kind = value === 0 ? "zero" : "tickline";
        grid.append(axis === "x"
          ? element("line", { class: kind, x1: at, x2: at, y1: 0, y2: height })
          : element("line", { class: kind, x1: 0, x2: width, y1: at, y2: at }));
        grid.append(axis === "x"
          ? element("text", { x: at, y: height - 5, "text-anchor": "middle" }, value)
          : element("text", { x: 5, y: at - 3 }, value));
      }
    }

    find("caption-x").textContent = `→ ${captionOf(axes.x)}`;
    find("caption-y").textContent = `↑ ${captionOf(axes.y)}`;
    svg.setAttribute("aria-label", `Map of ${data.images.length} images: ${nameOf(axes.x)} across, ${nameOf(axes.y)} up. Arrow keys go from image to image.`);
    move(animate && !still.matches);
  }

  const captionOf = axis => axis === BY_CLASS
    ? "one row per class"
    : `${nameOf(axis)}, ${percent(data.shares[axis])} of the variance`;

  function place(i, [x, y]) {
    places[i] = [x, y];
    marks[i].setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${markScale()})`);
  }

  function move(animate) {
    cancelAnimationFrame(frame);
    if (!animate) {
      targets.forEach((target, i) => place(i, target));
      follow();
      return;
    }
    const from = places.map(([x, y]) => [x, y]), start = performance.now();
    const step = now => {
      const t = Math.min(1, Math.max(0, (now - start) / 450)), ease = 1 - (1 - t) ** 3;
      targets.forEach(([x, y], i) => place(i, [from[i][0] + (x - from[i][0]) * ease, from[i][1] + (y - from[i][1]) * ease]));
      follow();
      if (t < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  // ----- one image -----

  function show(i, aloud) {
    if (i === active && !card.hidden) return;
    active = i;
    const hidden = i < 0;
    card.hidden = hidden;
    halo.setAttribute("display", hidden ? "none" : "inline");
    if (hidden) return;

    const thumbnail = data.thumbnails[i];
    picture.hidden = !thumbnail;
    if (thumbnail) picture.src = `data:image/jpeg;base64,${thumbnail}`;
    else picture.removeAttribute("src");
    const className = data.classes[data.labels[i]];
    find("class").textContent = className;
    find("name").textContent = data.images[i];
    find("coordinates").textContent = [axes.x, axes.y].filter(axis => axis !== BY_CLASS)
      .map(axis => `${nameOf(axis)}: ${data.components[axis][i]}`).join(" · ");
    halo.setAttribute("href", marks[i].getAttribute("href"));
    follow();
    if (aloud) said.textContent = `${className}, ${data.images[i]}`;
  }

  // The ring and the card stay with their point, the card within the plot.
  function follow() {
    if (active < 0) return;
    const [x, y] = places[active];
    halo.setAttribute("transform", `translate(${x} ${y}) scale(${1.7 * markScale()})`);
    const ratio = svg.clientWidth / size.width || 1;
    const left = x * ratio, top = y * ratio, room = plot.clientWidth;
    const right = left + 18 + card.offsetWidth <= room;
    const cardLeft = right ? left + 18 : Math.max(0, Math.min(left - 18 - card.offsetWidth, room - card.offsetWidth));
    const below = left - 18 - card.offsetWidth < 0 && !right;
    const cardTop = below ? top + 18 : Math.max(0, top - card.offsetHeight / 2);
    card.style.transform = `translate(${cardLeft}px, ${cardTop}px)`;
  }

  function nearest(x, y, within) {
    let best = -1, least = within * within;
    places.forEach(([px, py], i) => {
      if (!shown[data.labels[i]]) return;
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }

  function pointed(event, within) {
    const box = svg.getBoundingClientRect(), ratio = size.width / box.width;
    return nearest((event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio, within * ratio);
  }

  // The nearest image within 45° of the arrow, or the nearest beyond.
  function neighbour(dx, dy) {
    const [x, y] = places[active];
    let best = active, least = Infinity;
    places.forEach(([px, py], i) => {
      if (i === active || !shown[data.labels[i]]) return;
      const ahead = (px - x) * dx + (py - y) * dy, aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
      if (ahead <= 0) return;
      const cost = ahead + aside * (aside > ahead ? 8 : 1);
      if (cost < least) [best, least] = [i, cost];
    });
    return best;
  }

  svg.setAttribute("tabindex", "0");
  svg.addEventListener("pointermove", event => {
    if (event.pointerType !== "touch") show(pointed(event, 24));
  });
  svg.addEventListener("pointerdown", event => show(pointed(event, 32)));
  svg.addEventListener("pointerleave", event => {
    if (event.pointerType !== "touch" && document.activeElement !== svg) show(-1);
  });
  svg.addEventListener("focus", () => {
    if (active < 0 && svg.matches(":focus-visible")) show(nearest(size.width / 2, size.height / 2, Infinity), true);
  });
  svg.addEventListener("blur", () => show(-1));
  svg.addEventListener("keydown", event => {
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Escape") show(-1);
    if (!arrow) return;
    event.preventDefault();
    show(active < 0 ? nearest(size.width / 2, size.height / 2, Infinity) : neighbour(...arrow), true);
  });

  // ----- what is shown -----

  function refresh() {
    marks.forEach((mark, i) => mark.classList.toggle("out", !shown[data.labels[i]]));
    toggles.forEach((toggle, i) => toggle.setAttribute("aria-pressed", shown[i]));
    if (active >= 0 && !shown[data.labels[active]]) show(-1);
  }

  toggles.forEach((toggle, i) => {
    toggle.disabled = false;
    toggle.addEventListener("click", () => { shown[i] = !shown[i]; refresh(); });
    const light = on => {
      points.classList.toggle("dimmed", on && shown[i]);
      marks.forEach((mark, j) => mark.classList.toggle("lit", on && data.labels[j] === i));
    };
    for (const event of ["pointerenter", "focus"]) toggle.addEventListener(event, () => light(true));
    for (const event of ["pointerleave", "blur"]) toggle.addEventListener(event, () => light(false));
  });
  find("all").addEventListener("click", () => { shown.fill(true); refresh(); });
  find("none").addEventListener("click", () => { shown.fill(false); refresh(); });

  for (const select of [acrossSelect, upSelect]) {
    data.components.forEach((_, k) => select.add(new Option(`${nameOf(k)} (${percent(data.shares[k])})`, k)));
    if (select === upSelect) select.add(new Option("Class", BY_CLASS));
    select.addEventListener("change", () => choose(+acrossSelect.value, +upSelect.value));
  }
  find("swap").addEventListener("click", () => { if (axes.y !== BY_CLASS) choose(axes.y, axes.x); });
  find("controls").addEventListener("submit", event => event.preventDefault());

  function choose(x, y) {
    axes = { x, y };
    acrossSelect.value = x;
    upSelect.value = y;
    find("swap").disabled = y === BY_CLASS;
    const kept = active;
    layOut(true);
    if (kept >= 0) { active = -1; show(kept); }
  }

  find("controls").hidden = find("legend-tools").hidden = false;
  new ResizeObserver(() => {
    const width = Math.max(240, Math.round(plot.clientWidth));
    if (width === size.width) return;
    size = { width, height: Math.round(Math.min(560, Math.max(300, width * 0.68))) };
    layOut(false);
  }).observe(plot);
  choose(axes.x, axes.y);
})();
