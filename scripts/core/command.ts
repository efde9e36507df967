/** Commands as values, and how they end. */
import { tail } from "./format.ts";

/** A command is a value: argv, never a shell string. */
export type Command = readonly [string, ...string[]];

export interface RunOptions {
  /** Added to the environment of the process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string;
  /** What the process reads on standard input. */
  readonly input?: string;
  /** What a person is told while it runs; the command itself when absent. */
  readonly title?: string;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where on a file a message belongs; GitHub shows it in the diff. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/** A command that ended with another code than 0: which, how, and the end of what it said. */
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

/** The run was ended by a signal; nothing is wrong with what it did. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}
