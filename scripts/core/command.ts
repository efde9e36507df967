/** Commands as values, and how they end. */
import { tail } from "./format.ts";

/** A command is a value: argv, never a shell string. */
export type Command = readonly [string, ...string[]];

export interface RunOptions {
  /** Added to the environment of the process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string;
  /** Standard input. */
  readonly input?: string;
  /** The text of its progress. */
  readonly title?: string;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The place in a file that a message is about; GitHub shows the message in the diff. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** A command that failed: its argv, its exit code, and the end of its output. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly command: Command;
  readonly outcome: Outcome;
  constructor(command: Command, outcome: Outcome) {
    super(`\`${command.join(" ")}\` ended with ${outcome.code}\n${tail(outcome.stderr || outcome.stdout, 25)}`);
    this.command = command;
    this.outcome = outcome;
  }
}

/** The outcome of a command that succeeded. @throws CommandError otherwise */
export function requireSuccess(command: Command, outcome: Outcome): Outcome {
  if (outcome.code !== 0) throw new CommandError(command, outcome);
  return outcome;
}

/** A signal ended the run. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}
