/** What programs share that look on while something is done to the stack from outside. */
import { writeFileSync } from "node:fs";

/** Aborted once whoever disturbs says that it is done. */
export function told(): AbortSignal {
  const controller = new AbortController();
  process.on("SIGTERM", () => controller.abort());
  return controller.signal;
}

/** Whoever disturbs waits for this file. */
export const ready = (): void => writeFileSync("/tmp/ready", "");

/** The last line that is printed. */
export const report = (seen: unknown): void => void process.stdout.write(`${JSON.stringify(seen)}\n`);
