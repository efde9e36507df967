/**
 * The one port to the world: processes, files, the network, time, the terminal and GitHub's runner.
 * Nothing else imports `@actions/*`; every other module is handed an `Effects`.
 */
import type * as ActionsCore from "@actions/core";
import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Environment } from "../../contract/inputs.ts";
import { Cancelled, type Command, type Outcome, type Place, type RunOptions, requireSuccess } from "./command.ts";
import { commandEnvironment } from "./environment.ts";
import { type Files, disk } from "./files.ts";
import { type PortState, probePort } from "./port-probe.ts";
import { findProgram } from "./programs-on-path.ts";
import { type Durations, type Terminal, bold, screen } from "./progress.ts";
import { proxiedFetch } from "./proxied-fetch.ts";

/** Runs commands in the environment that it carries, see environment.ts. */
export interface Commands {
  /** What settings and inputs are read from: the user's environment, and what was added to it. */
  readonly env: Environment;
  /** The same effects with more variables, which every command gets: those of an engine, of a remote one, or of a release. */
  withEnv(added: Environment): Effects;
  /** Runs to the end and shows the progress. @throws CommandError */
  run(command: Command, options?: RunOptions): Promise<void>;
  /** Runs silently and returns standard output. @throws CommandError */
  output(command: Command, options?: RunOptions): Promise<string>;
  /** Runs and returns the outcome, whatever it is; 127 when there is no such program. With a title the progress is shown. */
  tryRun(command: Command, options?: RunOptions): Promise<Outcome>;
  /** Runs until it ends or a signal arrives, and shows the output as it comes. */
  follow(command: Command): Promise<void>;
  /** Runs silently, after a signal too: for what must be taken down. */
  cleanUp(command: Command, options?: RunOptions): Promise<Outcome>;
}

/** Writes for a person and for GitHub's runner. */
export interface Log {
  /** A titled part of the log. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  log(line: string): void;
  warn(message: string, place?: Place): void;
  error(message: string, place?: Place): void;
  /** Hides a value in all later output. */
  mask(secret: string): void;
  setOutput(name: string, value: string): void;
  /** Adds Markdown to the job's summary. */
  summary(markdown: string): Promise<void>;
}

/** Time, and the signals that end a run. */
export interface Clock {
  /** Milliseconds since some moment in the past. */
  now(): number;
  /** @throws Cancelled when a signal arrives meanwhile */
  sleep(milliseconds: number): Promise<void>;
  /** Aborted with Cancelled once a signal has arrived. */
  readonly signal: AbortSignal;
  /** @throws Cancelled once a signal has arrived */
  throwIfCancelled(): void;
}

export interface Effects extends Commands, Log, Clock {
  readonly files: Files;
  readonly fetch: typeof fetch;
  /** Whether a program could listen on a port of this machine. */
  probePort(port: number): Promise<PortState>;
}

/** A program that does not exist ends like in a shell. */
const noSuchProgram = 127;
const cancelSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Is told what a run does. */
export interface Trace {
  /** A group of the log begins. */
  group(title: string): void;
  /** A command is about to run in this environment. */
  command(command: Command, env: Environment): void;
}

export interface Surroundings {
  readonly env: Environment;
  /** Where the log is written. */
  readonly terminal: Terminal;
  /** Where errors are written outside of GitHub: standard error when absent. */
  readonly errors?: Terminal;
  readonly trace?: Trace;
  readonly durations?: Durations;
  /** GitHub's runner, where the process runs on it. */
  readonly runner?: Runner | undefined;
}

type Runner = typeof ActionsCore;

/** Loaded on GitHub alone, since it takes longer to load than most commands to run. */
export const githubRunner = async (env: Environment): Promise<Runner | undefined> =>
  env["GITHUB_ACTIONS"] === "true" ? import("@actions/core") : undefined;

/** The real effects: a terminal, or GitHub's runner where there is one. */
export function createEffects({
  env,
  terminal,
  errors = process.stderr,
  trace,
  durations,
  runner,
}: Surroundings): Effects {
  const github = runner !== undefined;
  const secrets = new Set<string>();
  const show = screen(terminal, errors, github, secrets, durations);
  const cancellation = new AbortController();
  // Each command and each request under way listens: their number has no limit that would tell of a leak.
  setMaxListeners(0, cancellation.signal);
  for (const signal of cancelSignals) {
    process.on(signal, () => {
      cancellation.abort(new Cancelled(`ended by ${signal}`));
      for (const child of children()) endQuietly(child, signal);
    });
  }

  const throwIfCancelled = () => cancellation.signal.throwIfAborted();

  const start = async (chosen: Environment, command: Command, options: RunOptions, live: boolean): Promise<Outcome> => {
    const { getExecOutput } = await import("@actions/exec");
    const [program, ...args] = command;
    const commandEnv = commandEnvironment(env, { ...chosen, ...options.env });
    trace?.command(command, commandEnv);
    try {
      const { exitCode, stdout, stderr } = await getExecOutput(located(program, commandEnv), args, {
        silent: true,
        ignoreReturnCode: true,
        // Each stream is shown as it comes; what is silent is shown only when it fails.
        ...(live && github ? { outStream: new Writable({ write: (_, __, done) => done() }) } : {}),
        ...(options.cwd ? { cwd: options.cwd } : {}),
        ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
        env: commandEnv,
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

  const send = proxiedFetch(env, fetch);

  const effectsIn = (chosen: Environment): Effects => ({
    env: { ...env, ...chosen },
    withEnv: (added) => effectsIn({ ...chosen, ...added }),
    files: disk,
    fetch: send,
    probePort,
    signal: cancellation.signal,
    now: () => performance.now(),
    sleep: (milliseconds) => sleep(milliseconds, undefined, { signal: cancellation.signal }).catch(throwIfCancelled),
    throwIfCancelled,
    async run(command, options = {}) {
      requireSuccess(command, await this.tryRun(command, { title: command.join(" "), ...options }));
    },
    async tryRun(command, options = {}) {
      throwIfCancelled();
      const finish = options.title === undefined ? undefined : show.begin(options.title);
      let succeeded = false;
      try {
        const outcome = await start(chosen, command, options, finish !== undefined);
        throwIfCancelled();
        succeeded = outcome.code === 0;
        return outcome;
      } finally {
        finish?.(succeeded);
      }
    },
    async follow(command) {
      throwIfCancelled();
      const { exec } = await import("@actions/exec");
      const [program, ...args] = command;
      const commandEnv = commandEnvironment(env, chosen);
      trace?.command(command, commandEnv);
      await exec(located(program, commandEnv), args, {
        env: commandEnv,
        ignoreReturnCode: true,
        silent: true,
        listeners: { stdout: show.raw, stderr: show.raw },
      });
      throwIfCancelled();
    },
    cleanUp: (command, options = {}) => start(chosen, command, options, false),
    async output(command, options = {}) {
      return requireSuccess(command, await this.tryRun(command, options)).stdout;
    },
    async group(title, work) {
      trace?.group(title);
      if (runner) runner.startGroup(title);
      else show.line(`\n${bold(title, terminal)}`);
      try {
        return await work();
      } finally {
        runner?.endGroup();
      }
    },
    log: (line) => show.line(line),
    warn: (message, place) => (runner ? runner.warning(message, properties(place)) : show.line(`! ${message}`)),
    error: (message, place) =>
      runner ? runner.error(message, properties(place)) : show.errorLine(withPlace(message, place)),
    mask(secret) {
      secrets.add(secret);
      runner?.setSecret(secret);
    },
    setOutput(name, value) {
      runner?.setOutput(name, value);
    },
    async summary(markdown) {
      await runner?.summary.addRaw(markdown, true).write();
    },
  });
  return effectsIn({});
}

const properties = (place: Place | undefined): ActionsCore.AnnotationProperties =>
  place
    ? {
        file: place.file,
        ...(place.line === undefined ? {} : { startLine: place.line }),
        ...(place.column === undefined ? {} : { startColumn: place.column }),
      }
    : {};

const withPlace = (message: string, place: Place | undefined): string =>
  place ? `✗ ${place.file}${place.line === undefined ? "" : `:${place.line}`} ${message}` : `✗ ${message}`;

/** A program on the PATH of the environment that it will run in: `@actions/exec` looks at the one of this process. */
const located = (program: string, env: Environment): string =>
  program.includes("/") ? program : (findProgram(program, env["PATH"] ?? "") ?? program);

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
