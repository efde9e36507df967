/** The situations that are measured, and the changes to the sources with which they begin. Pure. */
import { catalog } from "../../../apps/catalog.ts";
import { UserError } from "../../../contract/user-error.ts";

/**
 * - ours: `npm start`, or the one command of it that the scenario is about;
 * - same steps: what the seed's workflow does, with our recipes and our compose file;
 * - seed: the seed's workflow with its own recipe and compose files;
 * - node: Node without a program.
 */
export type Contender = "ours" | "same steps" | "seed" | "node";

export interface Scenario {
  readonly title: string;
  /** In the order of the first run. The times of the others are divided by the time of the last one. */
  readonly contenders: readonly [Contender, ...Contender[]];
  /** How often each contender is measured in one run. */
  readonly repetitions: number;
  readonly goal: string;
}

const all = ["ours", "same steps", "seed"] as const;

/** In an order in which each begins where the one before ended. */
export const scenarios = {
  cold: {
    title: "nothing proven, every Python package installed anew",
    contenders: all,
    repetitions: 1,
    goal: "360 s; same steps ≤ 0.8",
  },
  unchanged: { title: "nothing changed", contenders: all, repetitions: 1, goal: "10 s; ours ≤ 0.5" },
  template: {
    title: "one template of one application changed",
    contenders: all,
    repetitions: 1,
    goal: "75 s",
  },
  documentation: {
    title: "documentation changed: `plan`",
    contenders: ["ours", "seed"],
    repetitions: 1,
    goal: "2 s; ours ≤ 0.05",
  },
  compile: {
    title: "every generated file compiled",
    contenders: ["ours", "node"],
    repetitions: 5,
    goal: "ours ≤ 2.5",
  },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as readonly ScenarioName[];

export const changedDocument = "docs/performance.md";
export const lockFiles: readonly string[] = Object.values(catalog).map(({ image }) => `apps/${image}/requirements.txt`);

/** The first template of the last application that has templates: one with a frontend may have none. */
export function changedTemplate(sources: Iterable<string>): string {
  const templates = [...sources].filter((path) => /\/templates\/.*\.html$/u.test(path)).toSorted();
  const template = Object.values(catalog)
    .map(({ image }) => templates.find((path) => path.startsWith(`apps/${image}/`)))
    .findLast((found) => found !== undefined);
  if (template === undefined)
    throw new UserError("No application has a template", "Name the other scenarios with --scenario");
  return template;
}

/**
 * The lines that a scenario adds at the end of files. All are comments, so that the tests hold as before.
 * @param mark differs from measurement to measurement: no cache knows the changed file
 * @param sources the paths of all sources
 */
export function additions(
  scenario: ScenarioName,
  mark: string,
  sources: Iterable<string>,
): ReadonlyMap<string, string> {
  switch (scenario) {
    case "cold":
      return new Map(lockFiles.map((path) => [path, `# ${mark}\n`]));
    case "template":
      // A comment for Django and for Jinja.
      return new Map([[changedTemplate(sources), `{# ${mark} #}\n`]]);
    case "documentation":
      return new Map([[changedDocument, `\n<!-- ${mark} -->\n`]]);
    case "unchanged":
    case "compile":
      return new Map();
  }
}
