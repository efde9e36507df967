/** Runs an observer of `tests/integration/observers/` in a container of the test stack while a scenario acts on that stack. */
import type * as v from "valibot";
import { parseJson } from "../../contract/json.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { waitUntil } from "../core/wait-until.ts";
import { compose, testProject } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";

const fileOf = (program: string): string => `tests/integration/observers/${program}.ts`;
/** It only ends an observer that hangs. */
const fileTimeoutMs = 300_000;
/** From SIGTERM until the observer ends, which is when the stack has recovered. */
const recoverySeconds = 240;

export interface Observer<Schema extends v.GenericSchema> {
  /** The name of its file, without the extension. */
  readonly program: string;
  readonly report: Schema;
  readonly args?: readonly string[];
  /** The title under which the wait for its report is shown. */
  readonly title: string;
}

/**
 * Starts the observer, waits until it is ready, runs the scenario, and returns the observer's report.
 * @param scenario receives the name of the observer's container
 */
export async function observe<Schema extends v.GenericSchema>(
  { program, args = [], report, title }: Observer<Schema>,
  fx: Effects,
  scenario: (container: string) => Promise<void>,
): Promise<v.InferOutput<Schema>> {
  const container = `wmd-test-${program}-${process.pid}`;
  const file = fileOf(program);
  try {
    await fx.output(compose.runBeside(testProject, "tests", container, "node", file, ...args));
    await waitForFile(container, program, "/tmp/ready", fx);
    await scenario(container);
    await fx.run(docker.stop(container, recoverySeconds), { title });
    return readReport(report, await fx.output(docker.output(container)), file);
  } finally {
    await fx.cleanUp(docker.remove(container));
  }
}

/** Pure: the report is the last line of the output. @throws UserError for output that does not end with such a report */
export const readReport = <Schema extends v.GenericSchema>(
  schema: Schema,
  output: string,
  file: string,
): v.InferOutput<Schema> => parseJson(schema, output.trim().split("\n").at(-1) ?? "", `The report of ${file}`);

/** Waits until an observer has written a file, by which it tells how far it is. */
export async function waitForFile(container: string, program: string, path: string, fx: Effects): Promise<void> {
  const failure = async (state: string): Promise<UserError> => {
    const { stdout, stderr } = await fx.tryRun(docker.logs(container));
    return new UserError(
      `${fileOf(program)} in ${container} ${state}:\n${stdout}${stderr}`,
      "Its log above shows the failed step",
    );
  };
  const probe = async (): Promise<true | undefined> => {
    const running = (await fx.output(docker.inspect("{{.State.Running}}", container))).trim() === "true";
    if (!running) throw await failure(`ended before it wrote ${path}`);
    return (await fx.tryRun(docker.hasFile(container, path))).code === 0 ? true : undefined;
  };
  const onTimeout = async () => failure(`did not write ${path} in ${fileTimeoutMs / 1000} s`);
  await waitUntil(probe, { timeoutMs: fileTimeoutMs, intervalMs: 200, onTimeout }, fx);
}
