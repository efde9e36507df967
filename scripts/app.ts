/** One application alone, for the person who works on it: its image in development, with the sources as they lie. */
import { type FSWatcher, existsSync, readdirSync, watch } from "node:fs";
import { type AppName, type AppSpec, catalog } from "../apps/catalog.ts";
import { builderFor } from "./builder.ts";
import { docker } from "./commands.ts";
import type { Effects } from "./effects.ts";
import { checkPorts } from "./ports.ts";
import { prepareEngine } from "./start.ts";

export interface Sources {
  /** Folder from the repository's root. */
  readonly from: string;
  readonly to: string;
}

export async function runApp(app: AppName, port: number, fx: Effects): Promise<void> {
  await checkPorts([port], { ours: new Set(), rootless: false });
  const engine = await prepareEngine({ engine: true }, fx);
  const { image, port: target, accounts }: AppSpec = catalog[app];
  const context = `apps/${image}`;
  const name = `wmd-app-${app}`;
  const tag = `wmd-app/${image}`;
  await fx.run(docker.buildImage({ context, builder: await builderFor(engine, fx) }, tag), { title: `${app}: image` });
  const shipped = JSON.parse(await fx.capture(docker.commandOf(tag))) as readonly string[];

  await fx.attempt(docker.remove(name));
  const watchers = keepInStep(sourcesOf(context, readdirSync(context), existsSync), name, fx);
  try {
    await fx.capture(docker.runDevelopment({ name, image: tag, port, target }, shipped));
    fx.say(`\n${app} on http://localhost:${port}, with a database of its own that ends with it. Ctrl-C ends both.`);
    if (accounts) fx.say(`An account: docker exec ${name} python manage.py create-admin NAME`);
    fx.say("");
    await fx.follow(docker.follow(name));
  } finally {
    for (const watcher of watchers) watcher.close();
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

/** Copies what changes, one after the other; gunicorn sees it and loads it. */
function keepInStep(sources: readonly Sources[], container: string, fx: Effects): readonly FSWatcher[] {
  let last: Promise<unknown> = Promise.resolve();
  return sources.map(({ from, to }) =>
    watch(from, { recursive: true }, (_, path) => {
      if (path === null || isLitter(path)) return;
      last = last.then(async () => {
        const place = `${to}/${path}`;
        const command = existsSync(`${from}/${path}`)
          ? docker.copyIn(`${from}/${path}`, container, place)
          : docker.removeInside(container, place);
        const { code, stderr } = await fx.cleanUp(command);
        if (code !== 0) fx.warn(`${from}/${path} could not be copied: ${stderr.trim()}`);
      });
    }),
  );
}
