/** A Postgres that is thrown away, in a network of its own, for the tests of one application. */
import { setTimeout as sleep } from "node:timers/promises";
import { docker } from "./docker.ts";
import type { Effects } from "../core/effects.ts";
import { UserError } from "../../contract/user-error.ts";
import { images } from "../../contract/base-images.ts";

export interface TestDatabase {
  /** The only network from which it can be reached. */
  readonly network: string;
  readonly url: string;
}

export const testDatabase = (network: string): TestDatabase => ({
  network,
  url: "postgres://postgres@postgres:5432/postgres",
});

/** Seconds that an empty database takes to begin on a busy machine, and more. */
const patience = 60;

/** @param name of the network and the container, unlike that of any other run */
export async function withPostgres<T>(
  name: string,
  fx: Effects,
  work: (database: TestDatabase) => Promise<T>,
): Promise<T> {
  try {
    await fx.output(docker.createNetwork(name));
    await fx.output(docker.postgres(name, images.database, name));
    const until = performance.now() + patience * 1000;
    while ((await fx.tryRun(docker.postgresReady(name))).code !== 0) {
      if (performance.now() > until)
        throw new UserError(
          `Postgres does not begin\n${(await fx.tryRun(docker.logs(name))).stderr}`,
          `docker run --rm --env POSTGRES_HOST_AUTH_METHOD=trust ${images.database}`,
        );
      await sleep(100);
    }
    return await work(testDatabase(name));
  } finally {
    await fx.cleanUp(docker.remove(name));
    await fx.cleanUp(docker.removeNetwork(name));
  }
}
