// Draws a state machine: one box per state that does something, in ranks from top to bottom. Choices and Pass states only
// decide and compute: they become part of the lines.
const box = { width: 168, height: 32, gapX: 22, gapY: 34 };
const laneGap = 10;
const svgNamespace = "http://www.w3.org/2000/svg";

function svg(tag, attributes, text) {
  const made = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

const isShown = state => !["Pass", "Choice"].includes(state.Type);

function successors(state) {
  const usual = [state.Next, state.Default, ...(state.Choices ?? []).map(choice => choice.Next)].filter(Boolean);
  const errors = (state.Catch ?? []).map(way => way.Next);
  return [...usual.map(to => ({ to, error: false })), ...errors.map(to => ({ to, error: true }))];
}

/** Lines between shown states, through the hidden ones: [{from, to, error}]. */
export function shownEdges(states) {
  const edges = [];
  for (const from of Object.keys(states).filter(name => isShown(states[name]))) {
    const seen = new Set();
    const open = successors(states[from]);
    while (open.length > 0) {
      const { to, error } = open.shift();
      const key = `${to} ${error}`;
      if (seen.has(key) || !states[to]) continue;
      seen.add(key);
      if (isShown(states[to])) edges.push({ from, to, error });
      else open.push(...successors(states[to]).map(next => ({ to: next.to, error: error || next.error })));
    }
  }
  return edges;
}

/** The rank of each shown state: the longest way from the start, without going back. Error ways count only at last. */
export function ranks(states, start, edges) {
  const ways = new Map();
  for (const edge of edges) ways.set(edge.from, [...(ways.get(edge.from) ?? []), edge]);
  const first = isShown(states[start]) ? [start] : shownEdges({ ...states, "": { Type: "Task", Next: start } })
    .filter(edge => edge.from === "").map(edge => edge.to);
  const rank = new Map();
  const under = new Set();
  const follow = (name, depth, errors) => {
    if (under.has(name)) return; // a way back
    if (rank.has(name) && rank.get(name) >= depth) return;
    rank.set(name, depth);
    under.add(name);
    for (const edge of ways.get(name) ?? []) if (!edge.error || errors) follow(edge.to, depth + 1, errors);
    under.delete(name);
  };
  for (const name of first) follow(name, 0, false);
  for (const name of [...rank.keys()])
    for (const edge of ways.get(name) ?? []) if (edge.error && !rank.has(edge.to)) follow(edge.to, rank.get(name) + 1, true);
  return rank;
}

function place(rank, edges) {
  const rows = [];
  for (const [name, depth] of rank) (rows[depth] ??= []).push(name);
  const column = new Map();
  for (const row of rows.filter(Boolean)) {
    const wish = new Map(row.map(name => {
      const from = edges.filter(edge => edge.to === name && column.has(edge.from)).map(edge => column.get(edge.from));
      return [name, from.length > 0 ? from.reduce((sum, x) => sum + x, 0) / from.length : 0];
    }));
    row.sort((a, b) => wish.get(a) - wish.get(b));
    row.forEach((name, i) => column.set(name, i - (row.length - 1) / 2));
  }
  return column;
}

/** Ranks without those that nothing is in. */
function closed(rank) {
  const used = [...new Set(rank.values())].sort((a, b) => a - b);
  return new Map([...rank].map(([name, depth]) => [name, used.indexOf(depth)]));
}

/** A line through points, with round corners. */
function rounded(points) {
  const corner = 8;
  const toward = (from, to) => {
    const far = Math.hypot(to[0] - from[0], to[1] - from[1]);
    const share = far > 0 ? Math.min(corner, far / 2) / far : 0;
    return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
  };
  const bends = points.slice(1, -1).map((point, i) => `L${toward(point, points[i])} Q${point} ${toward(point, points[i + 2])}`);
  return `M${points[0]} ${bends.join(" ")} L${points.at(-1)}`;
}

/** The picture of the machine with the run's progress in it. */
export function drawDiagram(definition, run) {
  const states = definition.States;
  const edges = shownEdges(states);
  const rank = closed(ranks(states, definition.StartAt, edges));
  const column = place(rank, edges.filter(edge => rank.has(edge.from) && rank.has(edge.to)));
  const visits = new Map(run.states.map(visit => [visit.name, visit]));
  const half = Math.max(...[...column.values()].map(Math.abs)) + 0.5;
  const x = name => (column.get(name) + half) * (box.width + box.gapX);
  const y = name => rank.get(name) * (box.height + box.gapY) + 4;
  const width = 2 * half * (box.width + box.gapX);
  const height = (Math.max(...rank.values()) + 1) * (box.height + box.gapY);
  const picture = svg("svg", { role: "img" });
  // Who does not see the picture hears its title: what stands out in it.
  const statusOf = name => {
    const visit = visits.get(name);
    return !visit ? "waiting" : visit.failed ? "failed" : visit.exited || run.status !== "RUNNING" ? "done" : "running";
  };
  const named = status => [...rank.keys()].filter(name => statusOf(name) === status).join(", ");
  const [running, failed] = [named("running"), named("failed")];
  picture.append(svg("title", {}, `${run.machine}: ${run.status}${running && `, in ${running}`}${failed && `, failed in ${failed}`}`));

  const moves = new Set(run.moves.map(move => `${move.from} ${move.to}`));
  let lanes = 0;
  const lines = new Map(edges.map(edge => [`${edge.from} ${edge.to}`, edge]));
  for (const [way, edge] of lines) {
    const taken = moves.has(way);
    if (!rank.has(edge.from) || !rank.has(edge.to) || rank.get(edge.to) <= rank.get(edge.from)) continue;
    // Every state may fail and almost every one leads to the end: such lines are drawn once somebody has gone them.
    if (!taken && (edge.error || rank.get(edge.to) > rank.get(edge.from) + 1)) continue;
    const [x1, y1, x2, y2] = [x(edge.from), y(edge.from) + box.height, x(edge.to), y(edge.to)];
    const middle = (y1 + y2) / 2;
    // A line over several ranks goes round the boxes between them, each in a lane of its own.
    const lane = rank.get(edge.to) > rank.get(edge.from) + 1 ? width + laneGap * lanes++ : null;
    picture.append(svg("path", {
      d: lane === null
        ? `M${x1} ${y1} C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`
        : rounded([[x1, y1], [x1, y1 + box.gapY / 2], [lane, y1 + box.gapY / 2], [lane, y2 - box.gapY / 2], [x2, y2 - box.gapY / 2], [x2, y2]]),
      class: taken ? "taken" : "",
    }));
  }

  const whole = width + laneGap * lanes;
  picture.setAttribute("viewBox", `0 0 ${whole} ${height}`);
  picture.setAttribute("width", whole);
  picture.setAttribute("height", height);

  for (const name of rank.keys()) {
    const visit = visits.get(name);
    const status = statusOf(name);
    const group = svg("g", { class: status, "data-state": name, "data-status": status });
    group.append(
      svg("title", {}, `${name} (${status}): ${states[name].Comment ?? states[name].Type}`),
      svg("rect", { x: x(name) - box.width / 2, y: y(name), width: box.width, height: box.height, rx: 6 }),
      svg("text", { x: x(name), y: y(name) + 20, "text-anchor": "middle" }, visit?.times > 1 ? `${name} ×${visit.times}` : name));
    picture.append(group);
  }
  return picture;
}
