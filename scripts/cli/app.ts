/** One application alone, for the person who works on it: its image in development, with the sources as they lie. */
import { type FSWatcher, watch } from "chokidar";
import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { type AppName, type AppSpec, catalog } from "../../apps/catalog.ts";
import { withRunLock } from "../core/run-lock.ts";
import { builderFor, buildx } from "../docker/buildx.ts";
import { docker } from "../docker/docker.ts";
import { parseCommand } from "../docker/inspected.ts";
import type { Effects } from "../core/effects.ts";
import { checkPorts } from "../docker/ports.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";

export interface Sources {
  /** Folder from the repository's root. */
  readonly from: string;
  readonly to: string;
}

/** The run lock is held while the image is built, not while the application is in use: that may take a day. */
export async function runApp(app: AppName, port: number, laptop: Effects): Promise<void> {
  await checkPorts([port], { ours: new Set(), rootless: false }, laptop);
  const { image, port: target, accounts }: AppSpec = catalog[app];
  const context = `apps/${image}`;
  const name = `wmd-app-${app}`;
  const tag = `wmd-app/${image}`;
  const { fx, shipped } = await withRunLock(laptop, async () => {
    const { engine, onEngine } = await prepareEngine({ engine: true }, laptop);
    const builder = await builderFor(engine, onEngine);
    await onEngine.run(buildx.image({ context, builder }, tag), { title: `${app}: image` });
    return { fx: onEngine, shipped: parseCommand(await onEngine.output(docker.commandOf(tag))) };
  });

  await fx.tryRun(docker.remove(name));
  const watcher = keepInStep(sourcesOf(context, readdirSync(context), existsSync), name, fx);
  try {
    await fx.output(docker.runDevelopment({ name, image: tag, port, target }, shipped));
    fx.log(`\n${app} on http://localhost:${port}, with a database of its own that ends with it. Ctrl-C ends both.`);
    if (accounts) fx.log(`An account: docker exec ${name} python manage.py create-admin NAME`);
    fx.log("");
    await fx.follow(docker.follow(name));
  } finally {
    await watcher.close();
    await fx.cleanUp(docker.remove(name));
  }
}

/** Pure: what of an application's folder runs as it lies, its Python packages and those that it shares. */
export function sourcesOf(
  context: string,
  entries: readonly string[],
  exists: (path: string) => boolean,
): readonly Sources[] {
  const packages = entries.filter((entry) => entry !== "tests" && exists(`${context}/${entry}/__init__.py`));
  return [
    ...packages.map((entry) => ({ from: `${context}/${entry}`, to: `/app/${entry}` })),
    { from: "apps/appkit/appkit", to: "/app/appkit" },
  ];
}

/** Pure: no source, but what Python or an editor leaves beside one. */
export const isLitter = (path: string): boolean => /(?:^|\/)(?:__pycache__|\.[^/]*|4913)(?:\/|$)|~$|\.pyc$/u.test(path);

/** Copies what changes, one after the other; gunicorn sees it and loads it. Editors replace files: Node's own watching loses those. */
function keepInStep(sources: readonly Sources[], container: string, fx: Effects): FSWatcher {
  let last: Promise<unknown> = Promise.resolve();
  const copy = async (path: string) => {
    const source = sources.find(({ from }) => path.startsWith(`${from}/`));
    if (source === undefined) return;
    const place = source.to + path.slice(source.from.length);
    const there = existsSync(path);
    const { code, stderr } = await fx.cleanUp(
      there ? docker.copyIn(path, container, dirname(place)) : docker.removeInside(container, place),
    );
    // What an editor made and renamed meanwhile is told of again.
    if (code !== 0 && existsSync(path) === there) fx.warn(`${path} could not be copied: ${stderr.trim()}`);
  };
  const folders = sources.map(({ from }) => from);
  return watch(folders, { ignored: isLitter, ignoreInitial: true }).on("all", (_, path) => {
    last = last.then(() => copy(path));
  });
}
