/** The folders that the builder is given: copies that hold what git knows, with permissions that no umask changes. */
import { type AppName, catalog } from "../../apps/catalog.ts";
import { artifactRoot } from "../../contract/codecs.ts";
import type { Effects } from "../core/effects.ts";
import { inFolder, readSourceTree } from "../core/source-tree.ts";
import { buildContexts } from "./buildx.ts";

export interface BuildContext {
  readonly context: string;
  readonly contexts: Readonly<Record<keyof typeof buildContexts, string>>;
}

/** Copies the sources of an application as they are now. */
export async function buildContextOf(app: AppName, fx: Effects): Promise<BuildContext> {
  const sources = await readSourceTree(fx);
  const copy = (folder: string): string => {
    const to = `${artifactRoot("context")}/${app}/${folder}`;
    fx.files.writeTree(to, inFolder(sources, folder));
    return to;
  };
  return {
    context: copy(`apps/${catalog[app].image}`),
    contexts: { appkit: copy(buildContexts.appkit) },
  };
}
