/** Makes all mutants, and judges them in as many threads as the machine has cores. */
import { Worker } from "node:worker_threads";
import { UserError } from "../../contract/user-error.ts";
import type { Judged } from "./mutant.ts";
import { instrument } from "./source-mutants.ts";
import { bundle } from "./compiler.ts";
import type { Message, Work } from "./work.ts";

export interface Progress {
  (done: number, total: number): void;
}

/**
 * @param sources texts of the files to mutate, by their paths
 * @param only a path that those of the mutated files begin with
 * @throws UserError when a check cannot run, or a mutation does not apply
 */
export async function judgeMutants(
  sources: ReadonlyMap<string, string>,
  only: string,
  threads: number,
  progress: Progress,
): Promise<readonly Judged[]> {
  const { texts, mutants } = await instrument(sources);
  const bundled = await bundle(texts);
  const judged: Judged[] = [];
  let total = 0;
  const share = (first: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const work: Work = { bundled, sources: mutants, first, of: threads, only };
      const worker = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: work, execArgv: [] });
      worker.on("error", reject);
      worker.on("exit", () => resolve());
      worker.on("message", (message: Message) => {
        if ("failure" in message) {
          reject(new UserError(message.failure, message.remedy));
          void worker.terminate();
        } else if ("total" in message) total = message.total;
        else progress(judged.push(message.judged), total);
      });
    });
  await Promise.all(Array.from({ length: threads }, (_, first) => share(first)));
  return judged;
}
