// Looks at pages of a server in Chromium, at two widths and in both colour
// schemes, and prints every fault: node check.mjs BASE PATH... With --shots DIR
// it keeps a picture of each.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values, positionals: [base, ...paths] } = parseArgs({
  allowPositionals: true,
  options: { shots: { type: "string" }, chromium: { type: "string", default: "/usr/bin/chromium" } },
});
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What the pages of others break by themselves, which no setting of theirs mends:
// grey words on grey, the unnamed list of servers and a title outside the main part
// (Swagger UI), samples that only a mouse scrolls (Redoc), and levels of headings
// that are left out (both).
const exempt = {
  "/docs/swagger": ["color-contrast", "heading-order", "region", "select-name"],
  "/docs/redoc": ["heading-order", "scrollable-region-focusable"],
};
// A page of others is there when this is.
const there = { "/docs/swagger": ".opblock-tag-section", "/docs/redoc": "[data-section-id]" };

const faults = [];
const browser = await chromium.launch({ executablePath: values.chromium, args: ["--no-sandbox"] });
const begin = Date.now();
for (const path of paths) {
  await look(path);
  console.log(`${Math.round((Date.now() - begin) / 1000)} s ${path}`);
}
if (paths.includes("/docs/swagger")) await tryOut();
await browser.close();
for (const f of faults) console.log(f);
console.log(`${paths.length} pages, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);

// open opens a page on a phone; at names the look in its faults.
async function open(path, at) {
  const fault = (text) => faults.push(`${path} (${at.look}): ${text}`);
  const context = await browser.newContext({ viewport: { width: 360, height: 800 } });
  const page = await context.newPage();
  await context.route((url) => url.origin !== new URL(base).origin && /^(http|ws)/.test(url.protocol), (route) => {
    fault(`a request leaves the host: ${route.request().url()}`);
    return route.abort();
  });
  page.on("pageerror", (e) => fault(`a script fails: ${e.message}`));
  page.on("console", (m) => {
    if (/Content Security Policy/.test(m.text())) fault(`the policy is violated: ${m.text()}`);
  });
  const answer = await page.goto(base + path, { waitUntil: "load" });
  if (answer.status() !== 200) fault(`answers ${answer.status()}`);
  if (there[path]) await page.waitForSelector(there[path], { state: "attached", timeout: 60_000 });
  await page.evaluate(axe);
  return { page, fault };
}

async function look(path) {
  const at = { look: "loading" };
  const { page, fault } = await open(path, at);
  const rules = Object.fromEntries((exempt[path] ?? []).map((id) => [id, { enabled: false }]));
  for (const width of [360, 1280]) {
    for (const colorScheme of path === "/docs/redoc" ? ["light"] : ["light", "dark"]) { // Redoc has no other
      at.look = `${width}, ${colorScheme}`;
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth,
        document.documentElement.clientWidth]);
      if (needs > has) fault(`scrolls sideways: ${needs} pixels in ${has}`);
      if (path === "/docs/redoc") await thin(page);
      if (values.shots) {
        await page.screenshot({ path: `${values.shots}${path.replace(/\W+/g, "-")}-${width}-${colorScheme}.png` });
      }
      const { violations } = await page.evaluate((rules) => window.axe.run(document, { rules, preload: false,
        resultTypes: ["violations"] }), rules);
      for (const v of violations) {
        fault(`${v.id}: ${v.help}: ${v.nodes.length} times, ${v.nodes[0].html.slice(0, 150)}`);
      }
    }
  }
  await page.context().close();
}

// thin leaves the first operations of Redoc: axe needs minutes for 200 of one kind.
async function thin(page) {
  await page.evaluate(() => [...document.querySelectorAll("[data-section-id^='tag/']")].slice(8).forEach((s) => s.remove()));
}

// tryOut sends a request from Swagger UI: the policy lets it reach this server.
async function tryOut() {
  const { page, fault } = await open("/docs/swagger", { look: "trying" });
  await page.locator("#operations-tag-operation button").first().click();
  await page.locator("#operations-operation-getHealth button.opblock-summary-control").click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute", exact: true }).click();
  const status = await page.locator(".live-responses-table .response-col_status").nth(1).innerText({ timeout: 20_000 });
  if (!status.startsWith("200")) fault(`answers ${status}`);
  await page.context().close();
}
