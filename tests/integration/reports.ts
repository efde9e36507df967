/** The reports of a whole run. They appear at its very end: a run that was ended halfway leaves none, and none of an earlier one. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { JUnitReporter, type TestModule } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** The containers that answered for an application, as this test saw it. */
    replicas?: { readonly app: string; readonly names: readonly string[] };
  }
}

export class Reports extends JUnitReporter {
  readonly #folder: string;

  constructor(folder: string) {
    super({ outputFile: `${folder}/junit.part`, addFileAttribute: true, includeConsoleOutput: false });
    this.#folder = folder;
  }

  onTestRunStart(): void {
    for (const name of ["junit.xml", "replicas.json"]) rmSync(`${this.#folder}/${name}`, { force: true });
  }

  override async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    await super.onTestRunEnd(modules);
    writeFileSync(`${this.#folder}/replicas.part`, `${JSON.stringify(replicas(modules), undefined, 2)}\n`);
    renameSync(`${this.#folder}/replicas.part`, `${this.#folder}/replicas.json`);
    renameSync(`${this.#folder}/junit.part`, `${this.#folder}/junit.xml`);
  }
}

/** The containers that answered, by service, each list sorted. */
function replicas(modules: readonly TestModule[]): Readonly<Record<string, readonly string[]>> {
  const seen = new Map<string, Set<string>>();
  for (const module of modules)
    for (const test of module.children.allTests()) {
      const { app, names } = test.meta().replicas ?? { app: undefined, names: [] };
      if (app !== undefined) seen.set(app, new Set([...(seen.get(app) ?? []), ...names]));
    }
  return Object.fromEntries([...seen].map(([app, names]) => [app, [...names].toSorted()]));
}
