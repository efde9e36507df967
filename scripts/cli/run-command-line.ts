/** Runs one command line: the only place that catches, and that turns an outcome into an exit code. */
import type { Environment } from "../../contract/inputs.ts";
import { Cancelled } from "../core/command.ts";
import { type Effects, createEffects, githubRunner } from "../core/effects.ts";
import { formatExplanation, explain } from "../core/explain.ts";
import type { Terminal } from "../core/progress.ts";
import { commandLogFile, logCommandsTo } from "./command-log-file.ts";
import { durationsOf } from "./durations-file.ts";
import type { Command } from "./definition/command.ts";
import { type ExitCode, exitCodes } from "./definition/exit-codes.ts";
import { helpOf } from "./definition/help.ts";
import { findCommand } from "./definition/invocation.ts";
import { Misuse } from "./definition/misuse.ts";
import { rejectOptionsTakenByNpm } from "./definition/npm-options.ts";
import { asksForHelp, parse } from "./definition/parse.ts";

export interface Streams {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
}

export async function runCommandLine(
  root: Command,
  argv: readonly string[],
  env: Environment,
  streams: Streams,
): Promise<ExitCode> {
  let fx: Effects | undefined;
  try {
    const found = findCommand(root, argv);
    const { command, path, args } = found;
    rejectOptionsTakenByNpm(root, path, env);
    if ((path.length === 0 && args.length === 0) || asksForHelp(args, command.options)) {
      streams.stdout.write(helpOf(found));
      return exitCodes.ok;
    }
    const input = parse(found);
    fx = createEffects({
      env,
      terminal: command.outputIsData ? streams.stderr : streams.stdout,
      errors: streams.stderr,
      trace: logCommandsTo(commandLogFile(path)),
      durations: durationsOf(),
      runner: await githubRunner(env),
    });
    return (await command.run(input, fx)) ?? exitCodes.ok;
  } catch (failure) {
    return report(failure, fx ?? { error: (message) => streams.stderr.write(`✗ ${message}\n`) });
  }
}

function report(failure: unknown, { error }: { error(message: string): void }): ExitCode {
  if (failure instanceof Cancelled) {
    error(`${failure.message}: what this run started was taken down`);
    return exitCodes.signal;
  }
  error(formatExplanation(explain(failure)));
  return failure instanceof Misuse ? exitCodes.misuse : exitCodes.failed;
}
