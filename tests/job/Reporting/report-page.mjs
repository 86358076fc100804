// Uses report.html as a person would, in headless Chromium, and prints what happened as JSON.
// node report-page.mjs CHROMIUM PAGE.html
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const { chromium } = createRequire(process.cwd() + "/")("playwright-core");

const [executablePath, file] = process.argv.slice(2);
const address = pathToFileURL(file).href;
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const seen = { complaints: [], requests: [] };

async function open(options, use) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("console", message => seen.complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", error => seen.complaints.push(`error: ${error.message}`));
  page.on("request", request => {
    if (request.url() !== address && !request.url().startsWith("data:")) seen.requests.push(request.url());
  });
  await page.goto(address);
  try {
    return await use(page);
  } finally {
    await context.close();
  }
}

const overflow = page => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
const transforms = page => page.$$eval("[data-points] use", marks => marks.map(mark => mark.getAttribute("transform")));
const visible = page => page.$$eval("[data-points] use", marks => marks.filter(mark => getComputedStyle(mark).display !== "none").length);
const card = page => page.evaluate(() => {
  const shown = document.querySelector("[data-card]"), picture = shown.querySelector("img");
  return {
    hidden: shown.hidden,
    class: shown.querySelector("[data-class]").textContent,
    name: shown.querySelector("[data-name]").textContent,
    jpeg: picture.src.startsWith("data:image/jpeg;base64,"),
    pictureWidth: picture.naturalWidth,
    said: document.querySelector("[data-said]").textContent,
  };
});

// Least contrast (WCAG 2, relative luminance) of texts against what is behind them, and of marks against the map.
const contrast = page => page.evaluate(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = colour => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b]
    .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba("white");
  };
  let text = { ratio: Infinity }, mark = { ratio: Infinity };
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.getClientRects().length || element.closest(".nil, script, style, [aria-hidden=true], title")) continue;
    const style = getComputedStyle(element), inSvg = element instanceof SVGElement;
    const found = ratio(rgba(inSvg ? style.fill : style.color), behind(element));
    if (found < text.ratio) text = { ratio: found, where: `${element.tagName} ${element.className.baseVal ?? element.className} “${element.textContent.trim().slice(0, 30)}”` };
  }
  const sheet = behind(document.querySelector("[data-scatter]"));
  for (const element of document.querySelectorAll("[data-points] use")) {
    const found = ratio(rgba(getComputedStyle(element).fill), sheet);
    if (found < mark.ratio) mark = { ratio: found, where: element.getAttribute("class") };
  }
  return { text, mark, paper: luminance(behind(document.body)) };
});

const result = { seen };

await open({}, async page => {
  result.wideOverflow = await overflow(page);
  const first = page.locator("[data-points] use").nth(7);
  await first.scrollIntoViewIfNeeded();
  result.before = await card(page);
  const box = await first.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  result.hovered = await card(page);
  result.hoveredIsNear = await page.evaluate(([x, y]) => {
    const halo = document.querySelector("[data-halo]").getBoundingClientRect();
    return Math.hypot(halo.x + halo.width / 2 - x, halo.y + halo.height / 2 - y) < 6;
  }, [box.x + box.width / 2, box.y + box.height / 2]);
  await page.mouse.move(5, 5);
  result.left = await card(page);

  const drawn = await transforms(page);
  await page.selectOption('[data-axis="x"]', "2");
  const redrawn = await transforms(page);
  result.moved = redrawn.filter((transform, i) => transform !== drawn[i]).length;
  result.caption = await page.textContent("[data-caption-x]");
  await page.click("[data-swap]");
  result.exchanged = [await page.inputValue('[data-axis="x"]'), await page.inputValue('[data-axis="y"]')];
  await page.selectOption('[data-axis="y"]', "-1");
  result.byClass = await page.textContent("[data-caption-y]");

  result.points = drawn.length;
  result.shown = [await visible(page)];
  for (const button of ['[data-toggle="0"]', '[data-toggle="0"]', "[data-none]", '[data-toggle="1"]', "[data-all]"]) {
    await page.click(button);
    result.shown.push(await visible(page));
  }
  result.pressed = await page.getAttribute('[data-toggle="0"]', "aria-pressed");

  await page.locator('[data-axis="y"]').focus();
  await page.keyboard.press("Tab");
  await page.evaluate(() => document.querySelector("[data-scatter]").focus());
  await page.keyboard.press("ArrowLeft");
  const one = await card(page);
  await page.keyboard.press("ArrowLeft");
  const other = await card(page);
  result.keyboard = { one, other };
  await page.keyboard.press("Escape");
  result.escaped = await card(page);

  // The policy: nothing gets out, nothing foreign runs.
  const complaintsBefore = seen.complaints.length, requestsBefore = seen.requests.length;
  result.policy = await page.evaluate(async () => {
    const broken = [];
    document.addEventListener("securitypolicyviolation", event => broken.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "window.foreign = true";
    document.body.append(script);
    const fetched = await fetch("https://example.invalid/").then(() => "answered", () => "refused");
    const image = new Image();
    await new Promise(done => { image.onload = image.onerror = done; image.src = "https://example.invalid/x.png"; });
    return { fetched, ranForeign: window.foreign === true, broken: [...new Set(broken)].sort() };
  });
  seen.complaints.length = complaintsBefore;
  seen.requests.length = requestsBefore;
});

for (const colorScheme of ["light", "dark"])
  result[colorScheme] = await open({ colorScheme }, contrast);

await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, async page => {
  result.narrowOverflow = await overflow(page);
  const mark = page.locator("[data-points] use").nth(3);
  await mark.scrollIntoViewIfNeeded();
  const box = await mark.boundingBox();
  await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  result.tapped = await card(page);
  result.cardWithin = await page.evaluate(() => {
    const shown = document.querySelector("[data-card]").getBoundingClientRect();
    return shown.left >= 0 && shown.right <= innerWidth;
  });
});

await open({ javaScriptEnabled: false }, async page => {
  const text = await page.locator("body").innerText();
  result.withoutScript = {
    points: await page.locator("[data-points] use").count(),
    tables: await page.locator("table").count(),
    curve: await page.locator(".chart.wide polyline").count(),
    controls: await page.locator("[data-controls]").isVisible(),
    note: text.includes("With JavaScript on"),
  };
});

await browser.close();
process.stdout.write(JSON.stringify(result));
