// Watches a run on the local cloud's page as a person would, in headless Chromium, and prints what was seen as JSON.
// node page.mjs CHROMIUM ADDRESS [FOLDER FOR PICTURES]
import { createRequire } from "node:module";
const { chromium } = createRequire(process.cwd() + "/")("playwright-core");

const [executablePath, address, pictures] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
const seen = { complaints: [], foreign: [], states: {}, clusterStates: [] };
const context = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
const page = await context.newPage();
page.on("console", message => seen.complaints.push(`${message.type()}: ${message.text()}`));
page.on("pageerror", error => seen.complaints.push(`error: ${error.message}`));
page.on("request", request => { if (!request.url().startsWith(address)) seen.foreign.push(request.url()); });
await page.goto(address);
await page.waitForFunction(() => document.querySelector("#live").textContent === "live");
await page.evaluate(() => { // a screen reader reads it out each time
  window.saidAgain = 0;
  new MutationObserver(() => window.saidAgain++).observe(document.querySelector("#live"), { childList: true, characterData: true, subtree: true });
});
seen.empty = await page.isVisible("#no-runs") || await page.isVisible("#runs li");

const status = () => page.$eval("#run-facts", facts => facts.textContent);
const look = async () => {
  for (const [name, state] of await page.$$eval("[data-state]", nodes => nodes.map(node => [node.dataset.state, node.dataset.status])))
    (seen.states[name] ??= []).at(-1) === state || seen.states[name].push(state);
};
await page.waitForSelector("#runs li", { timeout: 120000 });
for (let i = 0; i < 1200; i++) { // the page is not loaded again: what changes, changes live
  await look();
  const cluster = await page.$$eval("#clusters tbody td:nth-child(2)", cells => cells.map(cell => cell.textContent).at(0));
  if (cluster && seen.clusterStates.at(-1) !== cluster) seen.clusterStates.push(cluster);
  if (pictures && i === 80) await page.screenshot({ path: `${pictures}/running.png`, fullPage: true });
  if (!(await status()).startsWith("RUNNING") && (!cluster || cluster.startsWith("TERMINATED"))) break;
  await page.waitForTimeout(250);
}
await page.waitForTimeout(1500);
await look(); // the end may have come between the states and the facts
seen.facts = await status();
seen.row = await page.$$eval("#clusters tbody tr:nth-child(-n + 2) td", cells => cells.map(cell => cell.textContent));
seen.job = await page.textContent("#job-text");
seen.mails = await page.$$eval("#mails summary", titles => titles.map(title => title.firstChild.textContent.trim()));
await page.click("#mails summary");
seen.mail = await page.$eval("#mails details[open] pre", text => text.textContent);
seen.saidAgain = await page.evaluate(() => window.saidAgain);
seen.picture = await page.$eval("#diagram svg > title", title => title.textContent);
seen.node = await page.$eval('[data-state="RunJob"] title', title => title.textContent);
// After 'down' and 'up' the same page shows another account.
await page.route("**/_local/api/account", async route => {
  const answer = await route.fetch();
  await route.fulfill({ json: { ...await answer.json(), mails: [] } });
});
await page.waitForFunction(() => document.querySelector("#mails").childElementCount === 0);
await page.unroute("**/_local/api/account");
await page.waitForFunction(() => document.querySelector("#mails").childElementCount === 2);
seen.report = await page.getAttribute("#report", "href");
const report = await context.newPage();
await report.goto(new URL(seen.report, address).href);
seen.reportTitle = await report.title();
await report.close();
// A fault of the account's is not its absence, and passes.
const faulty = await context.newPage();
await faulty.route("**/_local/api/account", route => route.fulfill({ status: 500, body: "no JSON" }));
await faulty.goto(address);
await faulty.waitForFunction(() => document.querySelector("#live").textContent.endsWith("its logs tell more"));
seen.fault = await faulty.textContent("#live");
await faulty.unroute("**/_local/api/account");
await faulty.waitForFunction(() => document.querySelector("#live").textContent === "live");
await faulty.close();
if (pictures) await page.screenshot({ path: `${pictures}/finished.png`, fullPage: true });
await page.emulateMedia({ colorScheme: "dark" });
await page.setViewportSize({ width: 380, height: 800 });
seen.overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
if (pictures) await page.screenshot({ path: `${pictures}/narrow-dark.png`, fullPage: true });
await browser.close();
console.log(JSON.stringify(seen));
