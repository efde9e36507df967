/** The test stack disturbed from outside, while programs in its network look on: services swapped, replicas killed, the database gone. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import { compose, testProject } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import {
  type Traffic,
  type Watched,
  type Worked,
  judgeContainers,
  judgeTraffic,
  judgeWatch,
  judgeWork,
} from "./verdicts.ts";
import type { Effects } from "../core/effects.ts";
import { waitUntil } from "../core/wait-until.ts";
import { runningIds } from "../integration/test-stack.ts";
import { UserError } from "../../contract/user-error.ts";
import { duration } from "../core/format.ts";

/** Seconds: until a program looks on, until it has seen that all is well again, and until the database has stopped. */
const patience = { begin: 300, end: 240, database: 30 };
const databaseAway = 20;
/** Until the proxy has heard that a replica is gone, and the next one may be killed. */
const betweenKills = 2;

export async function runScenarios(fx: Effects): Promise<void> {
  await addressesSwapped(fx);
  await replicasKilled(fx);
  await databaseStopped(fx);
}

/** Services swap their addresses when they stop and start in another order. */
async function addressesSwapped(fx: Effects): Promise<void> {
  const [first, second, ...others] = appNames as [AppName, AppName, ...AppName[]];
  const rounds = [
    { stop: [first, second], start: [second, first] },
    { stop: [second, ...others], start: [...others.toReversed(), second] },
  ];
  const watched = await observed<Watched>(
    "watch",
    "every application answers again, and never another's",
    fx,
    async () => {
      for (const { stop, start } of rounds) {
        await fx.run(compose.stop(testProject, ...stop), { title: `stop ${stop.join(", ")}` });
        for (const app of start) await fx.run(compose.start(testProject, app), { title: `start ${app}` });
      }
    },
  );
  demand("While services were stopped and started", judgeWatch(watched), "Look at nginx.conf and at the networks");
}

/**
 * As long as one replica is left, nobody may notice that the others are killed, one after the other, and started again. The
 * only one of a service is missed until it is started again: then the session goes on.
 */
async function replicasKilled(fx: Effects): Promise<void> {
  const running = await Promise.all(appNames.map(async (app) => runningIds(app, fx)));
  const alone = running.flatMap((ids) => (ids.length === 1 ? ids : []));
  const amongOthers = running.map((ids) => ids.slice(1));
  const [first, ...later] = Array.from({ length: Math.max(...amongOthers.map(({ length }) => length)) }, (_, round) =>
    amongOthers.flatMap((ids) => ids.slice(round, round + 1)),
  );
  const title = "sessions go on: with other replicas without an error, without any once it is back";
  const worked = await observed<Worked>("work", title, fx, async (observer) => {
    await fx.run(docker.kill("KILL", ...alone, ...(first ?? [])), { title: "kill a replica of each application" });
    for (const ids of later) {
      await fx.sleep(betweenKills * 1000);
      await fx.run(docker.kill("KILL", ...ids), { title: "kill another where others are left" });
    }
    await fx.sleep(betweenKills * 1000);
    await fx.run(docker.startAgain(...amongOthers.flat()), { title: "start those where one is left" });
    await fx.output(docker.kill("TERM", observer));
    await fx.run(docker.startAgain(...alone), { title: "start those that have no other" });
  });
  demand("While replicas were killed", judgeWork(worked), "Look at nginx.conf and at the sessions");
}

async function databaseStopped(fx: Effects): Promise<void> {
  const database = (await runningIds("postgres", fx))[0] ?? "";
  const before = await states(fx);
  const title = "everybody reads and writes again, and nothing is lost";
  const traffic = await observed<Traffic>("traffic", title, fx, async () => {
    await fx.run(docker.stop(database, patience.database), { title: "stop postgres" });
    await fx.sleep(databaseAway * 1000);
    await fx.run(docker.startAgain(database), { title: `start postgres after ${databaseAway} s` });
  });
  const findings = [...judgeTraffic(traffic), ...judgeContainers(before, await states(fx))];
  demand("While the database was away", findings, "Look at apps/appkit: a database that is down is a 503, and no more");
  const seen = Object.values(traffic);
  const writes = seen.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  fx.log(`  ✓ ${writes} writes kept; recovered in ${duration(Math.max(...seen.map(({ recovery }) => recovery)))}`);
}

/** Each application's containers: name, status, how often the engine restarted it, since when it runs. */
async function states(fx: Effects): Promise<readonly string[]> {
  const containers = (await Promise.all(appNames.map(async (app) => runningIds(app, fx)))).flat();
  const format = "{{.Name}} {{.State.Status}}, {{.RestartCount}} restarts, since {{.State.StartedAt}}";
  return (await fx.output(docker.inspect(format, ...containers))).trim().split("\n");
}

/** What a program of the tests saw that looked on from before a disturbance until all was well again. */
async function observed<Seen>(
  program: string,
  title: string,
  fx: Effects,
  disturbance: (observer: string) => Promise<void>,
): Promise<Seen> {
  const observer = `wmd-test-${program}-${process.pid}`;
  try {
    await fx.output(compose.runBeside(testProject, "tests", observer, "node", `tests/integration/${program}.ts`));
    await waitForObserver(observer, fx);
    await disturbance(observer);
    await fx.run(docker.stop(observer, patience.end), { title });
    const output = await fx.output(docker.output(observer));
    return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Seen;
  } finally {
    await fx.cleanUp(docker.remove(observer));
  }
}

/** Returns once an observer has reported that it observes. */
async function waitForObserver(observer: string, fx: Effects): Promise<void> {
  const failure = async () => {
    const { stdout, stderr } = await fx.tryRun(docker.logs(observer));
    return new UserError(
      `${observer} did not start to observe\n${stdout}${stderr}`,
      "Read its program in tests/integration/observers",
    );
  };
  const ready = async () => {
    if ((await fx.tryRun(docker.hasFile(observer, "/tmp/ready"))).code === 0) return true;
    if ((await fx.output(docker.inspect("{{.State.Running}}", observer))).trim() !== "true") throw await failure();
    return undefined;
  };
  await waitUntil(ready, { timeoutMs: patience.begin * 1000, intervalMs: 200, onTimeout: failure }, fx);
}

function demand(when: string, findings: readonly string[], remedy: string): void {
  if (findings.length > 0) throw new UserError(`${when}:\n${findings.join("\n")}`, remedy);
}
