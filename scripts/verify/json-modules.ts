/** Lets Node load GitHub's packages: they import JSON without the attribute that Node demands. */
import * as module from "node:module";

interface LoadContext {
  readonly importAttributes?: Readonly<Record<string, string>>;
}
type Load = (url: string, context: LoadContext) => object;

/** Absent in the oldest supported Node, where tsx loads every module, and adds the attribute. */
interface Hooks {
  registerHooks?(hooks: { load(url: string, context: LoadContext, next: Load): object }): unknown;
}

export function acceptJsonModules(): void {
  (module as Hooks).registerHooks?.({
    load: (url, context, next) =>
      next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
  });
}
