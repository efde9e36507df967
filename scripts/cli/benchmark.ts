import { type AppName, appNames } from "../../apps/catalog.ts";
import { stackName } from "../../contract/names.ts";
import { benchmark as measure } from "../benchmark/benchmark.ts";
import { compilerBenchmark } from "../benchmark/compiler.ts";
import { stackMemory } from "../benchmark/memory.ts";
import { overload } from "../benchmark/overload.ts";
import { UserError } from "../../contract/user-error.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { anyOf, command, flag } from "./definition/command.ts";
import { runOnEngine } from "./run-on-engine.ts";

export const benchmark = command({
  summary: "measure one replica of each application under load, beside the bare framework",
  details: [
    "Prints tables in Markdown. Without an application, all are measured.",
    "The replica runs on the first core; run the load on another: taskset -c 1 npm run benchmark",
  ].join("\n"),
  argument: anyOf("application", appNames),
  options: {
    stack: flag("print the memory of the stack that npm start left serving, and measure nothing else"),
    overload: flag("offer one application three times what it can serve, on the stack that npm start left serving"),
    compiler: flag("print how long the generated files of up to 1000 applications take, and measure nothing else"),
  },
  async run({ options, argument: apps }, fx) {
    if (options.compiler) return compilerBenchmark(fx);
    if (!options.stack && !options.overload)
      return runOnEngine(fx, () => measure(apps.length > 0 ? apps : appNames, fx));
    const { onEngine } = await prepareEngine({ engine: false }, fx);
    await (options.overload ? overload(onlyOne(apps), onEngine) : stackMemory(stackName, onEngine));
  },
});

function onlyOne([app, ...others]: readonly AppName[]): AppName {
  if (app === undefined || others.length > 0)
    throw new UserError(
      "--overload needs one application",
      `For example: npm run benchmark -- --overload ${appNames[0]}`,
    );
  return app;
}
