/** The compose stack that the integration runs its tests against. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { compose, testProject } from "../docker/compose.ts";

/** Services of the test stack whose images are built here and belong to no application. */
export const ownImages = ["tests", "stripe-fake"] as const;

export interface TestStack {
  /** Where reports and logs go. */
  readonly folder: string;
  /** The applications that are tested in full, at least one; of the others one replica gets the tests that show that it works. */
  readonly changed: readonly AppName[];
}

/**
 * Starts the test stack, works, and takes the stack down; the logs are kept when the work fails.
 * @param fx carries the release's environment
 * @param work receives effects whose commands know which applications are tested in full
 */
export async function withTestStack<T>(
  { folder, changed }: TestStack,
  fx: Effects,
  work: (inStack: Effects) => Promise<T>,
): Promise<T> {
  const inStack = fx.withEnv({ CHANGED: JSON.stringify(changed) });
  // Nothing of the stack is needed any more, so no service gets time to finish its work.
  const down = compose.down(testProject, { volumes: true, timeoutSeconds: 0 });
  try {
    // A run that was killed may have left its stack behind.
    await inStack.tryRun(down);
    await inStack.run(compose.build(testProject, ...ownImages), { title: "images of the tests" });
    await startTestStack({ folder, changed }, inStack);
    return await work(inStack);
  } catch (failure) {
    const logs = await inStack.cleanUp(compose.logs(testProject));
    inStack.files.write(`${folder}/compose.log`, logs.stdout);
    throw failure;
  } finally {
    await inStack.cleanUp(down);
  }
}

/** @throws UserError with the last log lines of the service that did not become healthy */
async function startTestStack({ folder, changed }: TestStack, fx: Effects): Promise<void> {
  const unchanged = appNames.filter((app) => !changed.includes(app) && catalog[app].replicas > 1);
  const single = Object.fromEntries(unchanged.map((app) => [app, 1]));
  const up = await fx.tryRun(compose.up(testProject, single), { title: "test stack" });
  if (up.code === 0) return;
  const service = /container (?:wmd-test-)?([a-z-]+?)-\d+ (?:is unhealthy|exited)/u.exec(up.stderr)?.[1];
  const logs = service ? (await fx.tryRun(compose.logs(testProject, service))).stdout : "";
  throw new UserError(
    [
      `The test stack did not come up\n${tail(up.stderr, 5)}`,
      ...(service ? [`The last log lines of ${service}:`, tail(logs, 15)] : []),
    ].join("\n"),
    `Read all logs in ${folder}/compose.log`,
  );
}

/** The ids of the running containers of a service of the test stack. */
export const runningIds = async (
  service: AppName | "postgres" | "reverse-proxy",
  fx: Effects,
): Promise<readonly string[]> => (await fx.output(compose.ids(testProject, service))).split("\n").filter(Boolean);
