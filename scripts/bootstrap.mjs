// The first file that runs. Node 12 can parse it, so that an unsupported Node gets a message instead of a syntax error:
// no top-level await, no `node:` imports, no `?.`, no `??`. A test checks the syntax.
import { readFileSync } from "fs";
import module from "module";
import { dirname, join } from "path";
import { fileURLToPath } from "url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const read = (name) => readFileSync(join(root, name), "utf8").trim();

const stripsTypes = Boolean(process.features.typescript);

/** The exit code of a command that cannot run as it was called. */
const misuse = 2;

const fail = (code, message, remedy) => {
  process.stderr.write(`✗ ${message}\n  → ${remedy}\n`);
  process.exit(code);
};

/** Reads ranges such as `^20.19.0 || >=22.12.0`, the form of `engines` in package.json. */
const satisfies = (version, range) => {
  const [major, minor] = version.split(".").map(Number);
  return range.split("||").some((part) => {
    const [, operator, ...floor] = /(\^|>=)(\d+)\.(\d+)/.exec(part);
    const [floorMajor, floorMinor] = floor.map(Number);
    return (major === floorMajor && minor >= floorMinor) || (operator === ">=" && major > floorMajor);
  });
};

if (process.platform === "win32")
  fail(misuse, "Windows is not supported", "Install WSL 2, clone the repository inside it, and run the command there");

const { node: range } = JSON.parse(read("package.json")).engines;
if (!satisfies(process.versions.node, range))
  fail(
    misuse,
    `Node ${process.versions.node} (${process.execPath}) is not supported: the supported versions are ${range}`,
    `Install Node ${read(".node-version")}, or another supported version`,
  );

/** Node strips the types itself, and keeps what it compiled for the next command; an older Node gets tsx as its loader. */
function runMain() {
  process.chdir(root);
  if (!stripsTypes) return import("tsx").then(() => import("./main.ts"));
  module.enableCompileCache(join(root, "node_modules", ".cache", "compiled"));
  return import("./main.ts");
}

import("./bootstrap/install.mjs")
  .then(({ installDependencies, packagesFor }) =>
    installDependencies(root, packagesFor(args, stripsTypes), process.env),
  )
  .then(runMain, (error) => fail(1, error.message, error.remedy || error.stack));
