/** The page at `/`, which links to every application. It contains no script and loads nothing from other hosts. Pure. */
import type { AppSpec, Catalog } from "../../apps/catalog.ts";

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export const landingPage = (catalog: Catalog): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="application-name" content="reverse-proxy">
<title>Five applications, one pipeline</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%23123c3a'/%3E%3Cpath d='M8 20l5-8 4 5 3-4 4 7z' fill='%23f4b860'/%3E%3C/svg%3E">
<style>
:root { color-scheme: light dark; --ink: #14211f; --soft: #4c5c59; --paper: #f6f3ec; --card: #fffdf8; --line: #ddd6c7; --accent: #0d5c56; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef3f1; --soft: #a9b8b4; --paper: #101a19; --card: #172423; --line: #2a3b39; --accent: #7fd6cb; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 Charter, "Bitstream Charter", Cambria, Georgia, serif; }
main { max-width: 62rem; margin: 0 auto; padding: clamp(2rem, 7vw, 5.5rem) clamp(1rem, 4vw, 2rem); }
h1 { font-size: clamp(2rem, 6vw, 3.4rem); line-height: 1.08; letter-spacing: -.02em; margin: 0 0 .6rem; max-width: 16ch; }
p.lead { color: var(--soft); max-width: 46ch; margin: 0 0 clamp(1.75rem, 5vw, 3rem); }
ul { list-style: none; padding: 0; margin: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
a { display: grid; gap: .35rem; grid-template-rows: auto 1fr auto; height: 100%; padding: 1.25rem 1.35rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; color: inherit; text-decoration: none; }
a:hover { border-color: var(--accent); }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
h2 { font-size: 1.25rem; margin: 0; color: var(--accent); }
a p { margin: 0; color: var(--soft); font-size: .95rem; }
code { font: .8rem/1.4 ui-monospace, "SF Mono", Menlo, monospace; color: var(--soft); overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Five applications, one pipeline</h1>
<p class="lead">Each was tested, built once, checked behind this proxy, and deployed by its digest.</p>
<ul>
${Object.entries(catalog).map(card).join("\n")}
</ul>
</main>
</body>
</html>
`;

const card = ([name, app]: readonly [string, AppSpec]): string => `<li><a href="${app.route ?? `/${name}`}">
<h2>${escaped(app.title)}</h2>
<p>${escaped(app.summary)}</p>
<code>${app.route ?? ""} :${app.publishedPort}${app.replicas > 1 ? ` ×${app.replicas}` : ""}</code>
</a></li>`;
