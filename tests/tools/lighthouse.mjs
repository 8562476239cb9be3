// Lighthouse's scores of the addresses named, as one line of JSON each; one browser for all.
//   node lighthouse.mjs <folder with node_modules> <Chromium> address...
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, chromePath, ...addresses] = process.argv.slice(2);
const load = async name => import(pathToFileURL(createRequire(`${folder}/x.js`).resolve(name)));
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");
const chromeFlags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const chrome = await launch({ chromePath, chromeFlags });
try {
  for (const address of addresses) {
    const options = { port: chrome.port, logLevel: "silent", disableFullPageScreenshot: true };
    const { lhr } = await lighthouse(address, options);
    const scores = {}, lost = {};
    for (const [name, category] of Object.entries(lhr.categories)) {
      scores[name] = Math.round(category.score * 100);
      lost[name] = category.auditRefs
        .filter(ref => ref.weight && lhr.audits[ref.id].score !== null && lhr.audits[ref.id].score < 0.9)
        .map(ref => `${ref.id}: ${lhr.audits[ref.id].title} ${lhr.audits[ref.id].displayValue || ""}`.trim());
    }
    const error = lhr.runtimeError ? lhr.runtimeError.message : "";
    console.log(JSON.stringify({ address, scores, lost, error, version: lhr.lighthouseVersion }));
  }
} finally {
  await chrome.kill();
}
