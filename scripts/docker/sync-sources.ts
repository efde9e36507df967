/** Copies the Python sources of an application into its running container, whenever they change. */
import { type FSWatcher, watch } from "chokidar";
import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Effects } from "../core/effects.ts";
import { docker } from "./docker.ts";

export interface Sources {
  /** A folder, from the repository's root. */
  readonly from: string;
  /** Its place in the container. */
  readonly to: string;
}

/** Pure: the Python packages of an application, and the package that all applications share. */
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

/** Pure: whether a file was left beside the sources by Python or an editor. */
export const isLitter = (path: string): boolean => /(?:^|\/)(?:__pycache__|\.[^/]*|4913)(?:\/|$)|~$|\.pyc$/u.test(path);

/**
 * Starts to copy; the server notices a changed file and loads it. chokidar, because editors replace a file instead of
 * writing into it, and Node's own watcher then loses the file.
 *
 * @param context the folder of the application
 */
export function syncSources(context: string, container: string, fx: Effects): FSWatcher {
  const sources = sourcesOf(context, readdirSync(context), existsSync);
  const copy = async (path: string) => {
    const source = sources.find(({ from }) => path.startsWith(`${from}/`));
    if (source === undefined) return;
    const target = source.to + path.slice(source.from.length);
    const exists = existsSync(path);
    // The image holds only the part of appkit for its framework: other parts have no folder in the container.
    if ((await fx.cleanUp(docker.hasFile(container, dirname(target)))).code !== 0) return;
    const { code, stderr } = await fx.cleanUp(
      exists ? docker.copyIn(path, container, dirname(target)) : docker.removeInside(container, target),
    );
    // If the file appeared or vanished meanwhile, another event follows.
    if (code !== 0 && existsSync(path) === exists) fx.warn(`Cannot copy ${path} into ${container}: ${stderr.trim()}`);
  };
  let last: Promise<unknown> = Promise.resolve();
  const folders = sources.map(({ from }) => from);
  return watch(folders, { ignored: isLitter, ignoreInitial: true }).on("all", (_, path) => {
    last = last.then(() => copy(path));
  });
}
