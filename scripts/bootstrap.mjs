// The first thing that runs, in plain JavaScript: on a fresh machine there is nothing else yet.
// Installs the dependencies when the lock file changed, then hands over to scripts/main.ts.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const fail = (line, remedy) => {
  process.stderr.write(`✗ ${line}\n  ${remedy}\n`);
  process.exit(2);
};

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 20) fail(`Node ${process.versions.node} is too old`, "Install Node 20 or newer");

// npm takes options that stand before `--` for itself, and says nothing. (`--registry` is one of its own: there it complains.)
const options = ["swarm", "engine", "http-port", "port-base", "port", "dry-run", "volumes", "check", "stack", "help"];
const swallowed = options.filter((name) => process.env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined);
if (swallowed.length > 0) {
  const written = swallowed.map((name) => `--${name}`).join(" ");
  fail(
    `npm took ${written} for itself`,
    `Our options go after two dashes: npm ${process.env.npm_lifecycle_event} -- ${written}`,
  );
}

// `npm ci` as a whole or not at all: the mark is written when it has succeeded.
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const mark = join(root, "node_modules", ".installed-lock");
const installed = () => existsSync(mark) && readFileSync(mark, "utf8") === lock;

function install() {
  process.stderr.write("Installing the dependencies…\n");
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status === 0) return writeFileSync(mark, lock);
  rmSync(turn);
  fail("npm ci failed", "Its message is above: does the package registry answer, and is there room on the disk?");
}

// One command installs, and those that begin meanwhile wait for it; one that was killed is not waited for.
const turn = join(root, ".pipeline", "installing");
const taken = () => {
  mkdirSync(dirname(turn), { recursive: true });
  try {
    writeFileSync(turn, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
};
const runs = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
};
const holder = () => {
  try {
    return Number(readFileSync(turn, "utf8"));
  } catch {
    return 0; // It has just given its turn back.
  }
};
let told = false;
while (!installed()) {
  if (taken()) {
    if (!installed()) install();
    rmSync(turn);
    break;
  }
  const pid = holder();
  if (pid > 0 && !runs(pid)) rmSync(turn, { force: true });
  else {
    if (!told) process.stderr.write("Waiting for another command that installs the dependencies…\n");
    told = true;
    await sleep(200);
  }
}

const run = spawn(process.execPath, ["--import", "tsx", join(root, "scripts/main.ts"), ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
// A terminal signals the whole group; a signal to this process alone is handed on. Either way the other one ends first.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => signal === "SIGINT" || run.kill(signal));
run.on("exit", (code) => process.exit(code ?? 130));
