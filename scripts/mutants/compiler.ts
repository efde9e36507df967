/** Bundles the instrumented compilers, and runs them anew for each mutant: many mutants are in code that runs once, on import. */
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { Script } from "node:vm";
import { type Plugin, build } from "esbuild";
import type * as Entry from "./compiler-entry.ts";

export type Compiler = typeof Entry;

/** Stryker's instrumented code reads this global. */
interface Switch {
  activeMutant?: string | undefined;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: { readonly static: Record<string, number>; readonly perTest: object };
}
const namespace = "__stryker__";
const global = globalThis as { [namespace]?: Switch };

/** A mutated loop that repeats more often than this never ends. */
const hitLimit = 100_000;

const entry = "scripts/mutants/compiler-entry.ts";

export interface Compilers {
  /** Loads the compilers anew and runs `work` with them, with one mutant on, or none. */
  run<Result>(mutant: string | undefined, work: (compiler: Compiler) => Result): Result;
  /** The mutants that the work reaches; every other one changes nothing. */
  reached(work: (compiler: Compiler) => unknown): ReadonlySet<string>;
}

/** @param texts of the instrumented files, by their paths from the root of the repository */
export async function bundle(texts: ReadonlyMap<string, string>): Promise<string> {
  const instrumented: Plugin = {
    name: "instrumented",
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = texts.get(relative(resolve("."), path));
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
    },
  };
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    packages: "external",
    plugins: [instrumented],
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

/** @param bundled the text of the bundle */
export function loadCompilers(bundled: string): Compilers {
  const script = new Script(`(module, exports, require) => {${bundled}\n}`, { filename: entry });
  const start = script.runInThisContext() as (module: object, exports: object, require: NodeJS.Require) => void;
  const require = createRequire(join(resolve("."), entry));

  const run: Compilers["run"] = (mutant, work) => {
    const state = (global[namespace] ??= {});
    Object.assign(state, { activeMutant: mutant, hitCount: 0, hitLimit });
    try {
      const module = { exports: {} };
      start(module, module.exports, require);
      return work(module.exports as Compiler);
    } finally {
      state.activeMutant = undefined;
    }
  };
  return {
    run,
    reached(work) {
      const counted: Record<string, number> = {};
      global[namespace] = { mutantCoverage: { static: counted, perTest: {} } };
      run(undefined, work);
      return new Set(Object.keys(counted));
    },
  };
}
