import { UserError } from "../../contract/user-error.ts";
import { bench as compare } from "../benchmark/pipeline/bench.ts";
import { runOnce } from "../benchmark/pipeline/one-run.ts";
import { type ScenarioName, scenarioNames, scenarios } from "../benchmark/pipeline/scenarios.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { command, flag, optionalValue, value } from "./definition/command.ts";
import { runOnEngine } from "./run-on-engine.ts";
import { ownerOption } from "./start.ts";

const pipeline = command({
  summary: "run the whole pipeline once, onto a stack and a registry of the bench, which starts this itself",
  options: {
    owner: optionalValue("OWNER", "the account in the registry of the bench: 127.0.0.1:5123/ours", ownerOption),
    fresh: flag("do all work again, and believe no proof of an earlier run"),
    release: flag("publish the release document, too, with which the plan compares"),
  },
  run: ({ options: { owner, fresh, release } }, fx) => {
    if (owner === undefined)
      throw new UserError("--owner is not set", "Run `npm run bench`, which starts this command with its registry");
    return runOnEngine(fx, () => runOnce({ owner, fresh, release }, fx));
  },
});

export const bench = command({
  summary: "compare the time of the pipeline with the time of the seed's workflow",
  details: [
    "Both work in turns on this machine, with the same applications, in work trees of their own. Prints tables in Markdown",
    "and draws a picture. scripts/benchmark/seed/README.md describes the seed's workflow. All scenarios take hours.",
    "",
    "Scenarios:",
    ...Object.entries(scenarios).map(([name, { title }]) => `  ${name.padEnd(15)}${title}`),
  ].join("\n"),
  options: {
    scenario: optionalValue("NAME", "measure this scenario only, or several with commas between them", scenarioList),
    runs: value("NUMBER", "how often each scenario is measured", parseCount, 3),
    minutes: value("NUMBER", "begin no measurement after so many minutes", parseCount, 240),
  },
  subcommands: { pipeline },
  run: ({ options: { scenario, runs, minutes } }, fx) => {
    const chosen = scenario?.split(",");
    const names = scenarioNames.filter((name) => chosen?.includes(name) ?? true);
    return runOnEngine(fx, async () => compare({ scenarios: names, runs, minutes }, await readSourceTree(fx), fx));
  },
});

function scenarioList(option: string, written: string): string {
  const unknown = written.split(",").find((name) => !scenarioNames.includes(name as ScenarioName));
  if (unknown !== undefined)
    throw new UserError(
      `${option} is ${JSON.stringify(unknown)}, which is not a scenario`,
      `Use one of ${scenarioNames.join(", ")}`,
    );
  return written;
}

function parseCount(option: string, written: string): number {
  const count = Number(written);
  if (!Number.isInteger(count) || count < 1 || count > 1000)
    throw new UserError(
      `${option} is ${JSON.stringify(written)}, which is not a number from 1 to 1000`,
      "Use such a number",
    );
  return count;
}
