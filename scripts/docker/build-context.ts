/** The folders that the builder is given: copies that hold what git knows, with permissions that no umask changes. */
import { type AppName, catalog } from "../../apps/catalog.ts";
import { artifactRoot } from "../../contract/codecs.ts";
import type { Effects } from "../core/effects.ts";
import { type SourceTree, inFolder } from "../core/source-tree.ts";
import { buildContexts } from "./buildx.ts";

export interface BuildContext {
  readonly context: string;
  readonly contexts: Readonly<Record<keyof typeof buildContexts, string>>;
}

/** Copies the sources of an application. */
export function buildContextOf(app: AppName, sources: SourceTree, fx: Effects): BuildContext {
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
