/** A temporary Postgres in a network of its own, for the tests of one application. */
import { images } from "../../contract/base-images.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { waitUntil } from "../core/wait-until.ts";
import { docker } from "./docker.ts";

export interface TestDatabase {
  /** The only network from which it can be reached. */
  readonly network: string;
  readonly url: string;
}

/** Longer than an empty database takes to start on a busy machine. */
const startTimeoutMs = 60_000;

/** @param name the name of the network and the container, unlike that of any other run */
export async function withPostgres<T>(
  name: string,
  fx: Effects,
  work: (database: TestDatabase) => Promise<T>,
): Promise<T> {
  try {
    await fx.output(docker.createNetwork(name));
    await fx.output(docker.postgres(name, images.database, name));
    await waitUntil(
      async () => ((await fx.tryRun(docker.postgresReady(name))).code === 0 ? true : undefined),
      {
        timeoutMs: startTimeoutMs,
        intervalMs: 100,
        onTimeout: async () =>
          new UserError(
            `Postgres did not start within ${startTimeoutMs / 1000} s\n${(await fx.tryRun(docker.logs(name))).stderr}`,
            `Start it by hand: docker run --rm --env POSTGRES_HOST_AUTH_METHOD=trust ${images.database}`,
          ),
      },
      fx,
    );
    return await work({ network: name, url: "postgres://postgres@postgres:5432/postgres" });
  } finally {
    await fx.cleanUp(docker.remove(name));
    await fx.cleanUp(docker.removeNetwork(name));
  }
}
