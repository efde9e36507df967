/**
 * The one port to the world: processes, the terminal, GitHub's runner.
 * Nothing else imports `@actions/*`; everything else is handed an `Effects`.
 */
import { Cancelled, type Command, CommandError, type Outcome, type Place, type RunOptions } from "./command.ts";
import { bold, screen } from "./progress.ts";
import * as core from "@actions/core";
import { exec, getExecOutput } from "@actions/exec";
import { readFileSync } from "node:fs";
import { Writable } from "node:stream";

export interface Effects {
  /** Runs to the end, with live output or progress; throws CommandError. */
  run(command: Command, options?: RunOptions): Promise<void>;
  /** Runs silently and returns standard output. @throws CommandError */
  output(command: Command, options?: RunOptions): Promise<string>;
  /** Runs and returns the outcome, whatever it is; 127 when there is no such program. With a title its progress is shown. */
  tryRun(command: Command, options?: RunOptions): Promise<Outcome>;
  /** Runs until it ends or a signal comes, its output shown as it comes. */
  follow(command: Command): Promise<void>;
  /** Runs silently whatever happened before, a signal too: for what must be taken down. */
  cleanUp(command: Command, options?: RunOptions): Promise<Outcome>;
  /** A titled part of the log, with its duration. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  log(line: string): void;
  warn(message: string, place?: Place): void;
  error(message: string, place?: Place): void;
  /** Hides a value in all later output of the runner. */
  mask(secret: string): void;
  setOutput(name: string, value: string): void;
  /** Adds Markdown to the job's summary. */
  summary(markdown: string): Promise<void>;
  /** Throws Cancelled once a signal has arrived: asked between the steps of long work. */
  throwIfCancelled(): void;
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

  const throwIfCancelled = () => {
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
    throwIfCancelled,
    async run(command, options = {}) {
      const outcome = await this.tryRun(command, { title: command.join(" "), ...options });
      if (outcome.code !== 0) throw new CommandError(command, outcome);
    },
    async tryRun(command, options = {}) {
      throwIfCancelled();
      const finish = options.title === undefined ? undefined : show.begin(options.title);
      let succeeded = false;
      try {
        const outcome = await start(command, options, finish !== undefined);
        throwIfCancelled();
        succeeded = outcome.code === 0;
        return outcome;
      } finally {
        finish?.(succeeded);
      }
    },
    async follow([program, ...args]) {
      throwIfCancelled();
      await exec(program, args, {
        ignoreReturnCode: true,
        silent: true,
        listeners: { stdout: show.raw, stderr: show.raw },
      });
      throwIfCancelled();
    },
    cleanUp: (command, options = {}) => start(command, options, false),
    async output(command, options = {}) {
      const outcome = await this.tryRun(command, options);
      if (outcome.code !== 0) throw new CommandError(command, outcome);
      return outcome.stdout;
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
    log: (line) => show.line(line),
    warn: (message, place) => (github ? core.warning(message, properties(place)) : show.line(`! ${message}`)),
    error: (message, place) => (github ? core.error(message, properties(place)) : show.line(located(message, place))),
    mask(secret) {
      secrets.add(secret);
      if (github) core.setSecret(secret);
    },
    setOutput(name, value) {
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
