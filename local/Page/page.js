// Shows the local account: asks once a second and writes what changed. Everything shown is set as text, never as HTML.
import { drawDiagram } from "/_local/diagram.js";

const $ = id => document.getElementById(id);
const machines = new Map(); // name → definition
let chosen = null; // the run that somebody clicked; else the newest
let drawn = "";

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function duration(from, to) {
  const seconds = Math.max(0, Math.round(((to ? new Date(to) : new Date()) - new Date(from)) / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

function money(amount, currency) {
  if (amount === null || amount === undefined) return "–";
  return `${amount.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: amount < 0.1 ? 4 : 2 })} ${currency ?? ""}`;
}

const tone = state => /SUCCEEDED|COMPLETED|^TERMINATED$/.test(state) ? "good"
  : /FAILED|ERRORS|ABORTED|TIMED_OUT|CANCELLED/.test(state) ? "bad" : "busy";

function showRuns(runs, selected) {
  $("no-runs").hidden = runs.length > 0;
  const focused = document.activeElement?.dataset?.run; // the buttons are new each time; the keyboard stays where it was
  $("runs").replaceChildren(...runs.map(run => {
    const button = element("button");
    button.setAttribute("aria-current", String(run === selected));
    button.dataset.run = run.arn;
    button.append(
      element("strong", run.dataset ?? run.machine),
      element("span", run.status, tone(run.status)),
      element("span", run.name),
      element("span", duration(run.started, run.stopped)));
    button.addEventListener("click", () => { chosen = run.arn; refresh(); });
    const item = element("li");
    item.append(button);
    return item;
  }));
  if (focused) [...$("runs").querySelectorAll("button")].find(button => button.dataset.run === focused)?.focus();
}

// "Functions: about 54 s …; a cluster would have …. Stage reduce: 3 of 20 shards."
function workOf({ work, status }) {
  if (!work.stage || status !== "RUNNING") return work.why ?? "";
  const shards = work.done === null ? "" : `: ${work.done.toLocaleString()} of ${work.shards.toLocaleString()} shards`;
  return `${work.why ?? ""} Stage ${work.stage}${shards}.`.trim();
}

async function showRun(run) {
  $("run").hidden = !run;
  if (!run) return;
  const now = run.states.filter(state => !state.exited).map(state => state.name).at(-1);
  $("run-title").textContent = run.dataset ? `${run.dataset}, run ${run.run ?? "–"}` : run.name;
  $("run-facts").textContent = `${run.status}${now && run.status === "RUNNING" ? ` in ${now}` : ""}, ${duration(run.started, run.stopped)}`;
  $("run-error").hidden = !run.error;
  $("run-error").textContent = `${run.error ?? ""}: ${run.cause ?? ""}`;
  $("run-work").hidden = !run.work;
  $("run-work").textContent = run.work ? workOf(run) : "";
  $("job").hidden = !run.images;
  if (run.images) {
    $("job-bar").max = Math.max(1, run.images.total);
    $("job-bar").value = run.images.done;
    $("job-text").textContent = `${run.images.done.toLocaleString()} of ${run.images.total.toLocaleString()} images`;
  }
  $("report").hidden = !run.report;
  if (run.report) $("report").href = run.report;

  if (!machines.has(run.machine))
    machines.set(run.machine, await ask(`/_local/api/machines/${encodeURIComponent(run.machine)}`));
  const picture = JSON.stringify([run.arn, run.status, run.states]);
  if (picture !== drawn) {
    drawn = picture;
    $("diagram").replaceChildren(drawDiagram(machines.get(run.machine), run));
  }
}

function showClusters(clusters) {
  $("no-clusters").hidden = clusters.length > 0;
  $("clusters").hidden = clusters.length === 0;
  $("clusters").tBodies[0].replaceChildren(...clusters.flatMap(cluster => {
    const row = element("tr");
    const name = element("td", cluster.id);
    name.title = cluster.name;
    const state = element("td", cluster.state, tone(cluster.state));
    if (cluster.reason) state.title = cluster.reason;
    row.append(
      name, state,
      element("td", duration(cluster.created, cluster.ended)),
      element("td", money(cluster.costSoFar, cluster.currency)));
    const more = element("td", `${cluster.vcpus} vCPUs, on AWS ${money(cluster.costPerHour, cluster.currency)} per hour`, "wrap");
    more.colSpan = 4;
    if (cluster.keptUntil) {
      const hours = Math.max(0, (new Date(cluster.keptUntil) - Date.now()) / 3600000);
      more.append(element("div", `stays until ${new Date(cluster.keptUntil).toLocaleString()}, to explore on: ${money(hours * (cluster.costPerHour ?? NaN), cluster.currency)} more`, "kept"));
    }
    if (cluster.runsOn) more.append(element("div", `steps run on ${cluster.runsOn}`));
    for (const instance of cluster.instances) {
      const line = element("div", `${instance.fleet} ${instance.id}: ${instance.type}, ${instance.market}, ${instance.state}`, "instance");
      if (instance.reason) line.title = instance.reason;
      more.append(line);
    }
    for (const step of cluster.steps)
      more.append(element("div", `${step.name}: ${step.state}`, tone(step.state)));
    const details = element("tr", undefined, "details");
    details.append(more);
    return [row, details];
  }));
}

function showMails(mails) {
  $("no-mails").hidden = mails.length > 0;
  const box = $("mails");
  if (mails.length < box.childElementCount) box.replaceChildren(); // another account, after 'down' and 'up'
  for (const mail of mails.slice(box.childElementCount)) { // mails only ever come on top
    const shown = element("details");
    const title = element("summary", mail.subject + " ");
    title.append(element("span", `to ${mail.to}, ${new Date(mail.sentAt).toLocaleTimeString()}`));
    shown.append(title, element("pre", mail.body));
    box.prepend(shown);
  }
}

// Screen readers read it out whenever it is set.
function say(state) {
  if ($("live").textContent !== state) $("live").textContent = state;
}

async function ask(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
  return answer.json();
}

async function refresh() {
  try {
    const account = await ask("/_local/api/account");
    const selected = account.runs.find(run => run.arn === chosen) ?? account.runs[0];
    $("endpoint").textContent = account.endpoint;
    say("live");
    showRuns(account.runs, selected);
    showClusters(account.clusters);
    $("mails-unheard").hidden = !account.mailsUnheard;
    showMails(account.mails);
    await showRun(selected);
  } catch (fault) {
    // fetch throws a TypeError where nobody answers.
    say(fault instanceof TypeError ? "the local cloud is down" : "the local cloud is up and has a fault: its logs tell more");
  }
}

async function watch() {
  await refresh();
  setTimeout(watch, document.hidden ? 5000 : 1000);
}

watch();
