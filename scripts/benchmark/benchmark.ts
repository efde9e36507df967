/** Measures one replica of each application, alone on one core, beside the bare framework. Prints tables, asserts nothing. */
import { randomBytes } from "node:crypto";
import { type AppName, type AppSpec, catalog } from "../../apps/catalog.ts";
import type { Effects } from "../core/effects.ts";
import { builderFor, buildx } from "../docker/buildx.ts";
import { docker } from "../docker/docker.ts";
import { type TestDatabase, withPostgres } from "../docker/postgres-container.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { type Load, cells, measureLoad } from "./load.ts";
import { memoryOf } from "./memory.ts";
import { addressOf, fetchPage, startReplica, withBareFramework } from "./replica.ts";
import { replicaArgv } from "./replica-commands.ts";

/** The start page of an application, and the data that a script of that page loads. */
function paths(app: AppName): readonly string[] {
  const { dataPath }: AppSpec = catalog[app];
  return dataPath === undefined ? ["/"] : ["/", dataPath];
}

const startsMeasured = 3;

interface Measured {
  readonly app: AppName;
  /** Seconds from the start of the container until it is healthy; the slowest start. */
  readonly start: number;
  /** After the first page, and after the load. */
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
    measured.push(await fx.group(app, () => measure(app, image, fx)));
  }
  fx.log(`\n${tables(measured)}`);
}

const measure = (app: AppName, image: string, fx: Effects): Promise<Measured> =>
  withPostgres(`wmd-benchmark-${process.pid}`, fx, async (database) => {
    const replica = { name: `wmd-benchmark-${app}`, image, network: database.network, env: environment(app, database) };
    await fx.run(replicaArgv.runOnce(replica, ["python", "manage.py", "prepare"]), { title: "database prepared" });
    const starts: number[] = [];
    while (starts.length < startsMeasured) starts.push(await startReplica(replica, fx));
    try {
      const base = `http://${await addressOf(replica.name, fx)}:${catalog[app].port}`;
      const bodies = new Map<string, string>();
      for (const path of paths(app)) bodies.set(path, await fetchPage(base + path));
      const first = await memoryOf(replica.name, fx);
      const own = new Map<string, Load>();
      for (const path of paths(app)) own.set(path, await measureLoad(base + path, path, fx));
      const memory = [first, await memoryOf(replica.name, fx)] as const;
      await fx.output(docker.remove(replica.name));
      const pages = [];
      for (const [path, body] of bodies) {
        const bare = await withBareFramework(replica, body, fx, (url) =>
          measureLoad(url, `${path}, the bare framework`, fx),
        );
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

/** Pure: the results in Markdown, for the documentation. */
const tables = (measured: readonly Measured[]): string => {
  const row = (...written: readonly string[]) => `| ${written.join(" | ")} |`;
  return [
    row("page", "rate", "p50", "p99", "bare framework: rate", "p50", "p99"),
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
