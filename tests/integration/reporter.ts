/** Writes the reports of a complete run. A run that was stopped halfway leaves none, and removes those of an earlier run. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { JUnitReporter, type TestModule } from "vitest/node";

declare module "vitest" {
  interface TaskMeta {
    /** The containers that answered for an application during this test. */
    replicas?: { readonly app: string; readonly names: readonly string[] };
  }
}

export class Reporter extends JUnitReporter {
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

/** The containers that answered, sorted, for each application. */
function replicas(modules: readonly TestModule[]): Readonly<Record<string, readonly string[]>> {
  const names = new Map<string, Set<string>>();
  for (const module of modules)
    for (const test of module.children.allTests()) {
      const { replicas: seen } = test.meta();
      if (seen) names.set(seen.app, new Set([...(names.get(seen.app) ?? []), ...seen.names]));
    }
  return Object.fromEntries([...names].map(([app, seen]) => [app, [...seen].toSorted()]));
}
