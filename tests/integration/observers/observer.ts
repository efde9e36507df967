/** How an observer and its scenario talk to each other: a file, a signal, and one line of JSON. */
import { writeFileSync } from "node:fs";

/** Aborted by the SIGTERM that the scenario sends when it is over. */
export function scenarioOver(): AbortSignal {
  const controller = new AbortController();
  process.on("SIGTERM", () => controller.abort());
  return controller.signal;
}

/** Tells the scenario that it may begin: it waits for this file. */
export const signalReady = (): void => writeFileSync("/tmp/ready", "");

/** Tells the scenario that the outage has lasted long enough. */
export const signalOutageSeen = (): void => writeFileSync("/tmp/outage-seen", "");

/** Prints the report as the last line of the output, which the scenario reads. */
export const printReport = (report: unknown): void => void process.stdout.write(`${JSON.stringify(report)}\n`);
