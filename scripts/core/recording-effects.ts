/** Effects that change nothing: commands are recorded and answered by a function, files are kept in memory, time is virtual. */
import { setMaxListeners } from "node:events";
import type { Environment } from "../../contract/inputs.ts";
import { Cancelled, type Command, type Outcome, type RunOptions, requireSuccess } from "./command.ts";
import type { Effects, Trace } from "./effects.ts";
import { commandEnvironment } from "./environment.ts";
import type { Files } from "./files.ts";
import { memoryFiles } from "./memory-files.ts";
import type { PortState } from "./port-probe.ts";

/** The surroundings of a command. */
export interface Run {
  /** The environment that it runs in. */
  readonly env: Environment;
  readonly files: Files;
}

export interface Answers {
  /** The outcome of a command; undefined is success without output. */
  readonly command?: (command: Command, run: Run) => Partial<Outcome> | undefined;
  readonly fetch?: typeof fetch;
  readonly port?: (port: number) => PortState;
}

export interface Surroundings {
  readonly env?: Environment;
  readonly trace?: Trace | undefined;
  readonly files?: Files | undefined;
}

export interface Recorder {
  readonly fx: Effects;
  /** Every command, in the order in which it began. */
  readonly commands: readonly Command[];
  /** Every line of the log, warnings and errors too, in order. */
  readonly lines: readonly string[];
  readonly summaries: readonly string[];
  /** Behaves as after a signal: what runs next throws Cancelled, but for what takes things down. */
  cancel(): void;
}

/** The virtual time that each command and each request takes, so that a loop without a pause ends at its deadline, too. */
const stepMs = 1;

export function recordingEffects(
  { command: answer, fetch: respond = unreachable, port = () => "free" }: Answers,
  { env = {}, trace, files = memoryFiles() }: Surroundings = {},
): Recorder {
  const commands: Command[] = [];
  const lines: string[] = [];
  const summaries: string[] = [];
  const cancellation = new AbortController();
  setMaxListeners(0, cancellation.signal);
  let time = 0;
  const throwIfCancelled = () => cancellation.signal.throwIfAborted();

  const outcomeOf = (command: Command, chosen: Environment, options: RunOptions): Outcome => {
    const commandEnv = commandEnvironment(env, { ...chosen, ...options.env });
    commands.push(command);
    time += stepMs;
    trace?.command(command, commandEnv);
    const given = answer?.(command, { env: commandEnv, files });
    return { code: 0, stdout: "", stderr: "", ...given };
  };

  const effectsIn = (chosen: Environment): Effects => ({
    env: { ...env, ...chosen },
    withEnv: (added) => effectsIn({ ...chosen, ...added }),
    files,
    fetch: (...request) => {
      throwIfCancelled();
      time += stepMs;
      return respond(...request);
    },
    probePort: async (number) => port(number),
    signal: cancellation.signal,
    now: () => time,
    async sleep(milliseconds) {
      throwIfCancelled();
      time += milliseconds;
      // A loop that waits gives way to what else is under way.
      await new Promise((resolve) => setImmediate(resolve));
      throwIfCancelled();
    },
    throwIfCancelled,
    async run(command, options = {}) {
      requireSuccess(command, await this.tryRun(command, options));
    },
    async output(command, options = {}) {
      return requireSuccess(command, await this.tryRun(command, options)).stdout;
    },
    async tryRun(command, options = {}) {
      throwIfCancelled();
      const outcome = outcomeOf(command, chosen, options);
      throwIfCancelled();
      return outcome;
    },
    async follow(command) {
      throwIfCancelled();
      outcomeOf(command, chosen, {});
    },
    cleanUp: async (command, options = {}) => outcomeOf(command, chosen, options),
    async group(title, work) {
      trace?.group(title);
      lines.push(title);
      return work();
    },
    log: (line) => void lines.push(line),
    warn: (message) => void lines.push(`! ${message}`),
    error: (message) => void lines.push(`✗ ${message}`),
    mask: () => undefined,
    setOutput: () => undefined,
    summary: async (markdown) => void summaries.push(markdown),
  });

  return {
    fx: effectsIn({}),
    commands,
    lines,
    summaries,
    cancel: () => cancellation.abort(new Cancelled("ended by SIGINT")),
  };
}

const unreachable: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
