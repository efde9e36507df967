import { UserError } from "../../contract/user-error.ts";
import { eventNames } from "../../workflows-src/simulator/event-names.ts";
import type { Effects } from "../core/effects.ts";
import type { Reported } from "../events/report.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { command, flag, oneOf, optionalValue, repeated, words } from "./definition/command.ts";
import { Misuse } from "./definition/misuse.ts";

const matching =
  (pattern: RegExp, form: string) =>
  (name: string, written: string): string => {
    if (!pattern.test(written)) throw new UserError(`${name} is ${JSON.stringify(written)}`, `Write it as ${form}`);
    return written;
  };
const refName = matching(
  /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{))[^\s~^:?*[\\\p{Cc}]+(?<![/.])$/u,
  "a branch, or as refs/tags/NAME",
);
const jobName = matching(/^[A-Za-z_][\w-]*(?: \([^)]*\))?(?:\/.+)?$/u, "JOB, JOB/LEG or CALLER/JOB");

/** A path from the root of the repository. @throws UserError for a path outside of it */
function repositoryPath(name: string, written: string): string {
  const path = written.replace(/^(?:\.\/)+/u, "");
  if (path === "" || path.startsWith("/") || path.split("/").includes(".."))
    throw new UserError(
      `${name} is ${JSON.stringify(written)}, which is no path in the repository`,
      "Write it from the root of the repository, such as docs/architecture.md",
    );
  return path;
}

/** GitHub's parser imports JSON without an attribute. Node refuses that, and tsx does not. */
async function loadSimulation() {
  const loader: string = "tsx";
  if ("typescript" in process.features) await import(loader);
  return import("../events/simulate-event.ts");
}

/** The width that is used where there is no terminal, and the one below which a table has no room. */
const [standardColumns, minColumns] = [120, 60];

async function page(reported: Reported, { env }: Effects): Promise<string> {
  const [{ report }, { coloured, plain }] = [await import("../events/report.ts"), await import("../events/layout.ts")];
  const { isTTY, columns } = process.stdout;
  return report(reported, {
    columns: Math.max(minColumns, (isTTY ? columns : Number(env["COLUMNS"])) || standardColumns),
    style: isTTY && !env["NO_COLOR"] ? coloured : plain,
  });
}

export const simulate = command({
  summary: "show which workflows an event starts, and which of their jobs run, and why; no job is run",
  details: [
    "An output of a job is unknown unless --output gives it; that of our plan job follows from --changed.",
    "scripts/events/README.md shows examples and the shape of the JSON.",
  ].join("\n"),
  argument: oneOf("event", eventNames),
  options: {
    workflow: optionalValue(
      "FILE",
      "the one workflow to look at (default: all of .github/workflows)",
      matching(/^[^\s].*\.ya?ml$/u, "the path of a .yml file"),
    ),
    ref: optionalValue("REF", "the branch or tag of the event, or the branch of a pull request", refName),
    base: optionalValue("BRANCH", "the base branch of a pull request or merge group (default: main)", refName),
    type: optionalValue("TYPE", "the activity type, such as opened", matching(/^[^\s]+$/u, "one word")),
    changed: words("PATH", "the changed paths", repositoryPath),
    fork: flag("the pull request comes from a fork"),
    input: repeated("KEY=VALUE", "an input of a form or of a caller", matching(/^[^=\s]+=/u, "KEY=VALUE")),
    event: optionalValue(
      "FILE",
      "a file with github.event as JSON, instead of the options above",
      matching(/^[^\s].*\.json$/u, "the path of a .json file"),
    ),
    fail: repeated("JOB[/LEG]", "a job that fails", jobName),
    cancel: repeated("JOB[/LEG]", "a job that is cancelled", jobName),
    output: repeated("JOB.KEY=VALUE", "an output of a job", matching(/^[^.=]+\.[\w-]+=/u, "JOB.KEY=VALUE")),
    json: flag("print JSON"),
  },
  async run({ options, argument: name }, fx) {
    try {
      const { simulateEvent } = await loadSimulation();
      const reported = await simulateEvent(
        name,
        { ...options, changed: options.changed.length > 0 ? options.changed : undefined },
        fx,
      );
      if (options.json) fx.log((await import("../events/json.ts")).json(reported));
      else fx.log(await page(reported, fx));
      return exitCodes.ok;
    } catch (cause) {
      // Every error that a user can act on is one in the command line, or in a file that it names.
      if (cause instanceof UserError) throw new Misuse(cause.message, cause.remedy, { cause });
      throw cause;
    }
  },
});
