/**
 * The one port to the world: processes, the terminal, GitHub's runner.
 * Nothing else imports `@actions/*`; everything else is handed an `Effects`.
 */
import * as core from "@actions/core";
import { exec, getExecOutput } from "@actions/exec";
import { readFileSync } from "node:fs";
import { Writable } from "node:stream";

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

/** What broke, and what to do about it; its cause is kept. */
export class StageError extends Error {
  override readonly name = "StageError";
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
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

export interface Effects {
  /** Runs to the end, with live output or progress; throws CommandError. */
  run(command: Command, options?: RunOptions): Promise<void>;
  /** Runs silently and gives standard output; throws CommandError. */
  capture(command: Command, options?: RunOptions): Promise<string>;
  /** Runs silently and gives the outcome, whatever it is; 127 when there is no such program. */
  attempt(command: Command, options?: RunOptions): Promise<Outcome>;
  /** Like `attempt`, with the progress of `run`. */
  attemptShown(command: Command, options?: RunOptions): Promise<Outcome>;
  /** Runs until it ends or a signal comes, its output shown as it comes. */
  follow(command: Command): Promise<void>;
  /** Runs silently whatever happened before, a signal too: for what must be taken down. */
  cleanUp(command: Command, options?: RunOptions): Promise<Outcome>;
  /** A titled part of the log, with its duration. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  say(line: string): void;
  warn(message: string, place?: Place): void;
  error(message: string, place?: Place): void;
  /** Hides a value in all later output of the runner. */
  mask(secret: string): void;
  output(name: string, value: string): void;
  /** Adds Markdown to the job's summary. */
  summary(markdown: string): Promise<void>;
  /** Throws Cancelled once a signal has arrived: asked between the steps of long work. */
  checkpoint(): void;
}

export const tail = (text: string, lines: number): string => text.trimEnd().split("\n").slice(-lines).join("\n");

export const duration = (milliseconds: number): string =>
  milliseconds < 60_000
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;

/** How many milliseconds work took, beside what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now();
  return [await work(), performance.now() - start];
}

/** A program that does not exist ends like in a shell. */
const noSuchProgram = 127;
const cancelSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: NodeJS.WriteStream;
}

/** The real effects: a terminal, or GitHub's runner when `GITHUB_ACTIONS` says so. */
export function createEffects({ env, terminal }: Surroundings): Effects {
  const github = env["GITHUB_ACTIONS"] === "true";
  const secrets = new Set<string>();
  const show = screen(terminal, github, secrets);
  let cancelled: NodeJS.Signals | undefined;
  for (const signal of cancelSignals) {
    process.on(signal, () => {
      cancelled = signal;
      for (const child of children()) endQuietly(child, signal);
    });
  }

  const checkpoint = () => {
    if (cancelled) throw new Cancelled(`ended by ${cancelled}`);
  };

  const start = async (command: Command, options: RunOptions, live: boolean): Promise<Outcome> => {
    const [program, ...args] = command;
    try {
      const { exitCode, stdout, stderr } = await getExecOutput(program, args, {
        silent: true,
        ignoreReturnCode: true,
        // Each stream is shown as it comes; what is silent is shown only when it fails.
        ...(live && github ? { outStream: new Writable({ write: (_, __, done) => done() }) } : {}),
        ...(options.cwd ? { cwd: options.cwd } : {}),
        ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
        env: { ...(process.env as Record<string, string>), ...options.env },
        listeners: live
          ? { stdout: (data) => show.stream(data.toString()), stderr: (data) => show.stream(data.toString()) }
          : {},
      });
      return { code: exitCode, stdout, stderr };
    } catch (cause) {
      if (cause instanceof Error && /unable to locate executable/iu.test(cause.message))
        return { code: noSuchProgram, stdout: "", stderr: `${program}: no such program` };
      throw cause;
    }
  };

  return {
    checkpoint,
    async run(command, options = {}) {
      const outcome = await this.attemptShown(command, options);
      if (outcome.code !== 0) throw new CommandError(command, outcome);
    },
    async attemptShown(command, options = {}) {
      checkpoint();
      const finish = show.begin(options.title ?? command.join(" "));
      let succeeded = false;
      try {
        const outcome = await start(command, options, true);
        checkpoint();
        succeeded = outcome.code === 0;
        return outcome;
      } finally {
        finish(succeeded);
      }
    },
    async follow([program, ...args]) {
      checkpoint();
      await exec(program, args, {
        ignoreReturnCode: true,
        silent: true,
        listeners: { stdout: show.raw, stderr: show.raw },
      });
      checkpoint();
    },
    cleanUp: (command, options = {}) => start(command, options, false),
    async capture(command, options = {}) {
      const outcome = await this.attempt(command, options);
      if (outcome.code !== 0) throw new CommandError(command, outcome);
      return outcome.stdout;
    },
    async attempt(command, options = {}) {
      checkpoint();
      const outcome = await start(command, options, false);
      checkpoint();
      return outcome;
    },
    async group(title, work) {
      if (github) core.startGroup(title);
      else show.line(`\n${bold(title, terminal)}`);
      try {
        return await work();
      } finally {
        if (github) core.endGroup();
      }
    },
    say: (line) => show.line(line),
    warn: (message, place) => (github ? core.warning(message, properties(place)) : show.line(`! ${message}`)),
    error: (message, place) => (github ? core.error(message, properties(place)) : show.line(located(message, place))),
    mask(secret) {
      secrets.add(secret);
      if (github) core.setSecret(secret);
    },
    output(name, value) {
      if (github) core.setOutput(name, value);
    },
    async summary(markdown) {
      if (github) await core.summary.addRaw(markdown, true).write();
    },
  };
}

const properties = (place: Place | undefined): core.AnnotationProperties =>
  place ? { file: place.file, ...(place.line === undefined ? {} : { startLine: place.line }) } : {};

const located = (message: string, place: Place | undefined): string =>
  place ? `✗ ${place.file}${place.line === undefined ? "" : `:${place.line}`} ${message}` : `✗ ${message}`;

const bold = (text: string, terminal: NodeJS.WriteStream): string =>
  terminal.isTTY ? `\u001b[1m${text}\u001b[0m` : text;

/** A word as a person would type it in a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Our own child processes: a signal sent to this process alone must end them too. */
function children(): readonly number[] {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // Not Linux: the terminal signals the whole group by itself.
  }
}

function endQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It had ended already.
  }
}

/** What a person sees of running commands: one moving line on a terminal, plain lines elsewhere. */
function screen(terminal: NodeJS.WriteStream, github: boolean, secrets: ReadonlySet<string>) {
  const running = new Map<symbol, { readonly title: string; readonly since: number }>();
  const clean = (text: string) => [...secrets].reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  const moving = terminal.isTTY && !github;
  let timer: NodeJS.Timeout | undefined;

  const erase = () => moving && terminal.write("\r\u001b[2K");
  const draw = () => {
    if (!moving || running.size === 0) return;
    const now = performance.now();
    const text = [...running.values()].map(({ title, since }) => `${title} ${duration(now - since)}`).join(" · ");
    terminal.write(`\r\u001b[2K  ⋯ ${text.slice(0, Math.max(20, terminal.columns - 6))}`);
  };
  const line = (text: string) => {
    erase();
    terminal.write(`${clean(text)}\n`);
    draw();
  };
  return {
    line,
    stream: (text: string) => void (github && terminal.write(clean(text))),
    raw: (data: Buffer) => void terminal.write(clean(data.toString())),
    begin(title: string): (succeeded: boolean) => void {
      const key = Symbol(title);
      const since = performance.now();
      running.set(key, { title, since });
      if (moving) timer ??= setInterval(draw, 200).unref();
      draw();
      return (succeeded) => {
        running.delete(key);
        if (running.size === 0) timer = void clearInterval(timer);
        line(`  ${succeeded ? "✓" : "✗"} ${title} (${duration(performance.now() - since)})`);
      };
    },
  };
}
