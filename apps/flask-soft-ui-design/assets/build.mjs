// Builds the static files: `node build.mjs TEMPLATES OUTPUT`.
// PurgeCSS removes the rules of the design system whose classes occur in no template. A template must therefore contain
// each class name in full, and must not compose it.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";

const [templates, output] = process.argv.slice(2);
if (!templates || !output) throw new Error("usage: node build.mjs TEMPLATES OUTPUT");

const design = dirname(createRequire(import.meta.url).resolve("soft-ui-design-system/package.json"));
const images = ["curved-images/curved-6.jpg", "curved-images/curved-8.jpg"];

/** The icon font has five formats. All supported browsers read WOFF2, so the others are removed. */
const onlyWoff2 = {
  name: "only-woff2",
  setup(build) {
    build.onLoad({ filter: /nucleo-icons\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const sources = /src: url\([^;]*;\s*src: url\([^;]*;/;
      if (!sources.test(css)) throw new Error(`${path}: unexpected @font-face; adapt the pattern in build.mjs`);
      return { contents: css.replace(sources, 'src: url("../fonts/nucleo-icons.woff2");'), loader: "css" };
    });
  },
};

await rm(output, { recursive: true, force: true });
await mkdir(join(output, "images"), { recursive: true });
await cp("public", output, { recursive: true });
for (const image of images) {
  await cp(join(design, "assets/img", image), join(output, "images", image.split("/").at(-1)));
}

const bundled = await build({
  entryPoints: { site: "site.css", main: "site.js" },
  bundle: true,
  outdir: output,
  write: false,
  minify: true,
  target: ["chrome109", "firefox115", "safari16"],
  loader: { ".woff2": "file" },
  plugins: [onlyWoff2],
  assetNames: "fonts/[name]",
  external: ["images/*"],
  logLevel: "warning",
});
const text = (name) => bundled.outputFiles.find((file) => file.path.endsWith(name)).text;

const [purged] = await new PurgeCSS().purge({
  content: [`${templates}/**/*.html`, { raw: text("main.js"), extension: "js" }],
  css: [{ raw: text("site.css") }],
  // PurgeCSS does not read the shorthand that names the icon font, and would remove the font.
  fontFace: false,
  keyframes: true,
  variables: false,
  defaultExtractor: (content) => content.match(/[\w-]+/g) ?? [],
});
await writeFile(join(output, "site.css"), purged.css);
await writeFile(join(output, "site.js"), text("main.js"));
for (const file of bundled.outputFiles.filter(({ path }) => path.endsWith(".woff2"))) {
  await mkdir(dirname(file.path), { recursive: true });
  await writeFile(file.path, file.contents);
}

const kilobytes = async (name) => ((await readFile(join(output, name))).length / 1024).toFixed(0);
console.log(`site.css ${await kilobytes("site.css")} kB, site.js ${await kilobytes("site.js")} kB`);
