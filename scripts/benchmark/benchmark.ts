/** What one replica bears, alone on one core, beside the least that its framework can do. No test: it says, and judges nothing. */
import autocannon from "autocannon";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type AppName, type AppSpec, catalog } from "../../apps/catalog.ts";
import { builderFor, buildx } from "../docker/buildx.ts";
import { docker } from "../docker/docker.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { columns } from "../reports/tables.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { type TestDatabase, withPostgres } from "../docker/postgres-container.ts";
import { replicaArgv } from "./replica-commands.ts";
import { paced, percentile } from "./paced.ts";

/** The start page of an application, and the data that a script of that page loads. */
function paths(app: AppName): readonly string[] {
  const { dataPath }: AppSpec = catalog[app];
  return dataPath === undefined ? ["/"] : ["/", dataPath];
}

/** Seconds of each phase. */
const phases = { warmUp: 3, most: 10, half: 15 } as const;
const connections = 8;
const startsMeasured = 3;
/** Seconds until a replica that does not become healthy is given up. */
const patience = 60;

export interface Load {
  /** Requests a second, as many as it answers to a few who ask without a pause. */
  readonly most: number;
  /** Milliseconds, at half of that rate, asked by many who know nothing of each other. */
  readonly p50: number;
  readonly p99: number;
}

interface Measured {
  readonly app: AppName;
  /** Seconds from the start of the container until it is healthy; the slowest. */
  readonly start: number;
  /** As the engine says it: after its first page, and after the load. */
  readonly memory: readonly [string, string];
  readonly pages: readonly { readonly path: string; readonly own: Load; readonly bare: Load }[];
}

export async function benchmark(apps: readonly AppName[], laptop: Effects): Promise<void> {
  const { engine, onEngine: fx } = await prepareEngine({ engine: true }, laptop);
  const builder = await builderFor(engine, fx);
  const measured: Measured[] = [];
  for (const app of apps) {
    const image = `wmd-benchmark/${catalog[app].image}`;
    const context = `apps/${catalog[app].image}`;
    await fx.run(buildx.image({ context, builder }, image), { title: `${app}: image` });
    measured.push(await fx.group(app, () => alone(app, image, fx)));
  }
  fx.log(`\n${tables(measured)}`);
}

/** Memory of everything that serves, as the engine says it. */
export async function stackMemory(project: string, fx: Effects): Promise<void> {
  const label = `com.docker.compose.project=${project}`;
  const containers = (await fx.output(docker.labelled(label, "{{.State}} {{.Names}}"))).split("\n");
  const serving = containers.flatMap((line) => (line.startsWith("running ") ? [line.slice("running ".length)] : []));
  if (serving.length === 0) throw new UserError("Nothing serves here", "npm start");
  const rows = (await fx.output(replicaArgv.memory(...serving)))
    .trim()
    .split("\n")
    .map((line) => line.split("\t") as [string, string])
    .map(([name, usage]) => ({ name, amount: mebibytes(usage) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
  const all = { name: "all", amount: rows.reduce((sum, { amount }) => sum + amount, 0) };
  const table = [...rows, all].map(({ name, amount }) => [name, `${amount.toFixed(0)} MiB`]);
  fx.log(columns([["container", "memory"], ...table]));
}

/** Pure: what `docker stats` writes as use and limit, such as `61.3MiB / 23.4GiB`. */
export function mebibytes(usage: string): number {
  const [, amount = "", unit = ""] = /^([\d.]+)([KMG]?i?B)/u.exec(usage) ?? [];
  const factor = { B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10 }[unit];
  if (factor === undefined) throw new TypeError(`${JSON.stringify(usage)} is no amount of memory`);
  return Number(amount) * factor;
}

const alone = (app: AppName, image: string, fx: Effects): Promise<Measured> =>
  withPostgres(`wmd-benchmark-${process.pid}`, fx, async (database) => {
    const replica = { name: `wmd-benchmark-${app}`, image, network: database.network, env: environment(app, database) };
    await fx.run(replicaArgv.runOnce(replica, ["python", "manage.py", "prepare"]), { title: "database prepared" });
    const starts: number[] = [];
    while (starts.length < startsMeasured) starts.push(await started(replica, fx));
    try {
      const base = `http://${await addressOf(replica.name, fx)}:${catalog[app].port}`;
      const bodies = new Map<string, string>();
      for (const path of paths(app)) bodies.set(path, await page(base + path));
      const first = await memoryOf(replica.name, fx);
      const own = new Map<string, Load>();
      for (const path of paths(app)) own.set(path, await underLoad(base + path, path, fx));
      const memory = [first, await memoryOf(replica.name, fx)] as const;
      await fx.output(docker.remove(replica.name));
      const pages = [];
      for (const [path, body] of bodies) {
        const bare = await bareMinimum(app, replica, body, path, fx);
        pages.push({ path, own: own.get(path) ?? bare, bare });
      }
      return { app, start: Math.max(...starts), memory, pages };
    } finally {
      await fx.cleanUp(docker.remove(replica.name));
    }
  });

const environment = (app: AppName, { url }: TestDatabase): Readonly<Record<string, string>> => ({
  ENVIRONMENT: "demo",
  DATABASE_URL: url,
  SECRET_KEY: randomBytes(32).toString("hex"),
  THREADS: String(catalog[app].threads),
});

type Replica = Parameters<typeof replicaArgv.run>[0];

/** Seconds from the start of the container until its health check says so. */
async function started(replica: Replica, fx: Effects): Promise<number> {
  await fx.tryRun(docker.remove(replica.name));
  await fx.output(replicaArgv.run(replica));
  for (const until = performance.now() + patience * 1000; performance.now() < until; await sleep(200)) {
    const state = JSON.parse(await fx.output(docker.inspect("{{json .State}}", replica.name))) as State;
    const healthy = state.Health?.Log.find(({ ExitCode }) => ExitCode === 0);
    if (healthy) return (Date.parse(healthy.End) - Date.parse(state.StartedAt)) / 1000;
    if (!state.Running) break;
  }
  const { stdout, stderr } = await fx.tryRun(docker.logs(replica.name));
  throw new UserError(`${replica.name} does not become healthy\n${stdout}${stderr}`, `docker logs ${replica.name}`);
}

interface State {
  readonly Running: boolean;
  readonly StartedAt: string;
  readonly Health?: { readonly Log: readonly { readonly ExitCode: number; readonly End: string }[] };
}

/** The same bytes, from nothing but the framework, in the same image with the same server. */
async function bareMinimum(app: AppName, replica: Replica, body: string, path: string, fx: Effects): Promise<Load> {
  const name = `${replica.name}-bare`;
  const folder = mkdtempSync(join(tmpdir(), "wmd-benchmark-"));
  try {
    writeFileSync(join(folder, "page"), body);
    const server = [
      "gunicorn",
      "--worker-class",
      "gthread",
      "--threads",
      String(catalog[app].threads),
      "--no-control-socket",
    ];
    await fx.output(
      replicaArgv.createBare({ ...replica, name }, [
        ...server,
        "--keep-alive",
        "75",
        "--bind",
        "0.0.0.0:8000",
        "bare:application",
      ]),
    );
    for (const file of [join(folder, "page"), join(import.meta.dirname, "bare.py")])
      await fx.output(docker.copyIn(file, name, "/app/"));
    await fx.output(["docker", "start", name]);
    const url = `http://${await addressOf(name, fx)}:8000/`;
    await answering(url);
    return await underLoad(url, `${path}, the bare minimum`, fx);
  } finally {
    await fx.cleanUp(docker.remove(name));
    rmSync(folder, { recursive: true });
  }
}

async function answering(url: string): Promise<void> {
  for (const until = performance.now() + patience * 1000; ; await sleep(100))
    try {
      await page(url);
      return;
    } catch (failure) {
      if (performance.now() > until) throw failure;
    }
}

async function page(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new UserError(`${url} gives ${answer.status}`, "The page that is measured must be there");
  return answer.text();
}

const addressOf = async (name: string, fx: Effects): Promise<string> =>
  (await fx.output(docker.inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name))).trim();

const memoryOf = async (name: string, fx: Effects): Promise<string> => {
  const [, usage = ""] = (await fx.output(replicaArgv.memory(name))).trim().split("\t");
  return `${mebibytes(usage).toFixed(0)} MiB`;
};

async function underLoad(url: string, title: string, fx: Effects): Promise<Load> {
  fx.throwIfCancelled();
  await load({ url, duration: phases.warmUp });
  const { requests } = await load({ url, duration: phases.most });
  const half = await paced(url, Math.max(1, requests.average / 2), phases.half);
  const found = { most: requests.average, p50: percentile(half, 50), p99: percentile(half, 99) };
  fx.log(`  ${title}: ${cells(found).join(", ")}`);
  return found;
}

/** An answer that is not the page is no answer. */
async function load(options: autocannon.Options): Promise<autocannon.Result> {
  const result = await autocannon({ connections, ...options });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new UserError(`${options.url} failed ${failed} times under load`, "Look at its log");
  return result;
}

const cells = ({ most, p50, p99 }: Load): readonly string[] => [
  `${most.toFixed(0)}/s`,
  ...[p50, p99].map((milliseconds) => `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`),
];

/** As Markdown, for the documentation. */
const tables = (measured: readonly Measured[]): string => {
  const row = (...written: readonly string[]) => `| ${written.join(" | ")} |`;
  return [
    row("page", "rate", "p50", "p99", "bare minimum: rate", "p50", "p99"),
    row(...Array.from({ length: 7 }, () => "---")),
    ...measured.flatMap(({ app, pages }) =>
      pages.map(({ path, own, bare }) => row(`${app} \`${path}\``, ...cells(own), ...cells(bare))),
    ),
    "",
    row("application", "start to healthy", "memory at first", "memory after the load"),
    row(...Array.from({ length: 4 }, () => "---")),
    ...measured.map(({ app, start, memory }) => row(app, `${start.toFixed(1)} s`, ...memory)),
  ].join("\n");
};
