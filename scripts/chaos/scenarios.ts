/** Chaos scenarios of the test stack. In each one an observer in the stack's network records what clients see. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { duration } from "../core/format.ts";
import { compose, testProject } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import type { Finding } from "../core/finding.ts";
import { runningIds } from "../integration/test-stack.ts";
import { observe } from "./observe.ts";
import { outageReports, routingReport, sessionReports } from "./reports.ts";
import { judgeContainers, judgeOutage, judgeRouting, judgeSessions } from "./verdicts.ts";

const outageSeconds = 20;
const databaseStopSeconds = 30;
/** The proxy needs this long to notice that a replica is gone. */
const betweenKillsMs = 2000;

export async function runScenarios(fx: Effects): Promise<void> {
  await restartInAnotherOrder(fx);
  await killReplicas(fx);
  await stopDatabase(fx);
}

/** Services that start in another order than they stopped get each other's addresses. */
async function restartInAnotherOrder(fx: Effects): Promise<void> {
  const [first, second, ...others] = appNames as [AppName, AppName, ...AppName[]];
  const rounds = [
    { stop: [first, second], start: [second, first] },
    { stop: [second, ...others], start: [...others.toReversed(), second] },
  ];
  const observer = { program: "routing", report: routingReport, title: "every endpoint answers for its application" };
  const report = await observe(observer, fx, async () => {
    for (const { stop, start } of rounds) {
      await fx.run(compose.stop(testProject, ...stop), { title: `stop ${stop.join(", ")}` });
      for (const app of start) await fx.run(compose.start(testProject, app), { title: `start ${app}` });
    }
  });
  requireNone("While services stopped and started", judgeRouting(report), "Check nginx.conf and the networks");
}

/**
 * Kills all replicas but one of each application, one after the other. Sessions must go on without an error. The only replica of
 * an application is killed too: its session must go on once that replica is started again.
 */
async function killReplicas(fx: Effects): Promise<void> {
  const running = await Promise.all(appNames.map(async (app) => runningIds(app, fx)));
  const single = running.filter(({ length }) => length === 1).flat();
  const siblings = running.map((ids) => ids.slice(1));
  const [first = [], ...later] = Array.from({ length: Math.max(...siblings.map(({ length }) => length)) }, (_, round) =>
    siblings.flatMap((ids) => ids.slice(round, round + 1)),
  );
  const observer = { program: "sessions", report: sessionReports, title: "sessions go on" };
  const reports = await observe(observer, fx, async (container) => {
    await fx.run(docker.kill("KILL", ...single, ...first), { title: "kill a replica of each application" });
    for (const ids of later) {
      await fx.sleep(betweenKillsMs);
      await fx.run(docker.kill("KILL", ...ids), { title: "kill another replica where others are left" });
    }
    await fx.sleep(betweenKillsMs);
    await fx.run(docker.startAgain(...siblings.flat()), { title: "start the replicas of which one was left" });
    await fx.output(docker.kill("TERM", container));
    await fx.run(docker.startAgain(...single), { title: "start the only replicas" });
  });
  requireNone("While replicas were killed", judgeSessions(reports), "Check nginx.conf and the storage of sessions");
}

async function stopDatabase(fx: Effects): Promise<void> {
  const [database = ""] = await runningIds("postgres", fx);
  const before = await containerStates(fx);
  const observer = { program: "outage", report: outageReports, title: "reads and writes work again, none is lost" };
  const reports = await observe(observer, fx, async () => {
    await fx.run(docker.stop(database, databaseStopSeconds), { title: "stop postgres" });
    await fx.sleep(outageSeconds * 1000);
    await fx.run(docker.startAgain(database), { title: `start postgres after ${outageSeconds} s` });
  });
  const findings = [...judgeOutage(reports), ...judgeContainers(before, await containerStates(fx))];
  requireNone("While the database was down", findings, "Check the 503 responses and the retries in apps/appkit");
  const seen = Object.values(reports);
  const writes = seen.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const recovery = duration(Math.max(...seen.map(({ recoveryMs }) => recoveryMs)));
  fx.log(`  ✓ all ${writes} confirmed writes are kept; recovery took ${recovery}`);
}

/** One line for each container of an application: its name, its status, its restarts and its start. */
async function containerStates(fx: Effects): Promise<readonly string[]> {
  const containers = (await Promise.all(appNames.map(async (app) => runningIds(app, fx)))).flat();
  const format = "{{.Name}} {{.State.Status}}, {{.RestartCount}} restarts, since {{.State.StartedAt}}";
  return (await fx.output(docker.inspect(format, ...containers))).trim().split("\n");
}

function requireNone(during: string, findings: readonly Finding[], remedy: string): void {
  if (findings.length > 0)
    throw new UserError(`${during}:\n${findings.map(({ message }) => message).join("\n")}`, remedy);
}
