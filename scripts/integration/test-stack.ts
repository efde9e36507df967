/** The compose stack that the integration runs its tests against. */
import type { AppName } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { tail } from "../core/format.ts";
import { compose, testProject } from "../docker/compose.ts";

/** Services of the test stack whose images are built here and belong to no application. */
export const ownImages = ["tests", "stripe-fake"] as const;

/**
 * Builds the test stack's own images, works, and takes the stack down; the logs are kept when the work fails.
 * @param fx carries the release's environment
 */
export async function withTestStack<T>(folder: string, fx: Effects, work: () => Promise<T>): Promise<T> {
  const down = compose.down(testProject, { volumes: true });
  try {
    // A run that was killed may have left its stack behind.
    await fx.tryRun(down);
    await fx.run(compose.build(testProject, ...ownImages), { title: "images of the tests" });
    return await work();
  } catch (failure) {
    const logs = await fx.cleanUp(compose.logs(testProject));
    fx.files.write(`${folder}/compose.log`, logs.stdout);
    throw failure;
  } finally {
    await fx.cleanUp(down);
  }
}

/** @throws UserError with the last log lines of the service that did not become healthy */
export async function startTestStack(folder: string, fx: Effects): Promise<void> {
  const up = await fx.tryRun(compose.up(testProject), { title: "test stack" });
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
export const runningIds = async (service: AppName | "postgres", fx: Effects): Promise<readonly string[]> =>
  (await fx.output(compose.ids(testProject, service))).split("\n").filter(Boolean);
