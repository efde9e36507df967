/** Chaos scenarios of the test stack. In each one an observer in the stack's network records what clients see. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import { duration } from "../core/format.ts";
import { docker } from "../docker/docker.ts";
import type { Finding } from "../core/finding.ts";
import { runningIds } from "../integration/test-stack.ts";
import { observe, waitForFile } from "./observe.ts";
import { outageReports, routingReport, sessionReports, slowClientsReport } from "./reports.ts";
import {
  judgeContainers,
  judgeOutage,
  judgeRouting,
  judgeSessions,
  judgeSlowClients,
  minRequests,
} from "./verdicts.ts";

const databaseStopSeconds = 30;
/** The proxy needs this long to notice that a replica is gone. */
const betweenKillsMs = 2000;

/** @param changed the applications whose replicas are killed, and whose users are observed during the outage */
export async function runScenarios(changed: readonly AppName[], fx: Effects): Promise<void> {
  await attackSlowly(fx);
  await replaceReplicas(changed, fx);
  await stopDatabase(changed, fx);
}

/** Slow and silent clients attack the endpoints. Visitors must be answered meanwhile, and no container may restart. */
async function attackSlowly(fx: Effects): Promise<void> {
  const before = await containerStates(fx);
  const observer = { program: "slow-clients", report: slowClientsReport, title: "visitors beside slow clients" };
  // The observer attacks by itself, and ends when it has done so.
  const seen = await observe(observer, fx, async () => undefined);
  const findings = [...judgeSlowClients(seen), ...judgeContainers(before, await containerStates(fx))];
  requireNone(
    "While slow clients attacked",
    findings,
    "Check the limits of nginx.conf and of apps/appkit/appkit/server",
  );
  for (const { attack, connections, answered, busy, p99Ms, maxMs } of seen)
    fx.log(
      `  ✓ ${connections} ${attack}: ${answered} visitors answered, ${busy} times after a 503, p99 ${p99Ms} ms, max ${maxMs} ms`,
    );
}

/**
 * Kills all replicas but one of each application, one after the other, and starts them in another order, so that containers get
 * each other's addresses. Sessions must go on without an error. The only replica of an application is killed too: its session
 * must go on once that replica is started again. Meanwhile every endpoint may answer for its own application only.
 */
async function replaceReplicas(changed: readonly AppName[], fx: Effects): Promise<void> {
  const running = await Promise.all(changed.map(async (app) => runningIds(app, fx)));
  const single = running.filter(({ length }) => length === 1).flat();
  const siblings = running.map((ids) => ids.slice(1));
  const rounds = Array.from({ length: Math.max(...siblings.map(({ length }) => length)) }, (_, round) =>
    siblings.flatMap((ids) => ids.slice(round, round + 1)),
  );
  const [first = [], ...later] = rounds;
  const routing = {
    program: "routing",
    args: [String(minRequests)],
    report: routingReport,
    title: "every endpoint answers for its application",
  };
  const sessions = { program: "sessions", report: sessionReports, title: "sessions go on" };
  const killAndStart = async (container: string): Promise<void> => {
    await fx.run(docker.kill("KILL", ...single, ...first), { title: "kill a replica of each application" });
    for (const ids of later) {
      await fx.sleep(betweenKillsMs);
      await fx.run(docker.kill("KILL", ...ids), { title: "kill another replica where others are left" });
    }
    await fx.sleep(betweenKillsMs);
    if (rounds.length > 0) {
      const reversed = rounds.toReversed().flatMap((ids) => ids.toReversed());
      await fx.run(docker.startAgain(...reversed), { title: "start the replicas of which one was left" });
    }
    await fx.output(docker.kill("TERM", container));
    if (single.length > 0)
      await fx.run(docker.startAgain(...single.toReversed()), { title: "start the only replicas" });
  };
  const during = "While replicas were killed and started in another order";
  const routed = await observe(routing, fx, async () => {
    const seen = await observe(sessions, fx, killAndStart);
    requireNone(during, judgeSessions(seen, replicasOf(changed)), "Check nginx.conf and the storage of sessions");
  });
  requireNone(during, judgeRouting(routed), "Check nginx.conf and the networks");
}

const replicasOf = (apps: readonly AppName[]): Readonly<Record<string, number>> =>
  Object.fromEntries(apps.map((app) => [app, catalog[app].replicas]));

async function stopDatabase(changed: readonly AppName[], fx: Effects): Promise<void> {
  const [database = ""] = await runningIds("postgres", fx);
  const before = await containerStates(fx);
  const observer = { program: "outage", report: outageReports, title: "reads and writes work again, none is lost" };
  const reports = await observe(observer, fx, async (container) => {
    await fx.run(docker.stop(database, databaseStopSeconds), { title: "stop postgres" });
    await waitForFile(container, observer.program, "/tmp/outage-seen", fx);
    await fx.run(docker.startAgain(database), { title: "start postgres once every application has answered 503" });
  });
  const findings = [...judgeOutage(reports, changed), ...judgeContainers(before, await containerStates(fx))];
  requireNone("While the database was down", findings, "Check the 503 responses and the retries in apps/appkit");
  const seen = Object.values(reports);
  const writes = seen.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const recovery = duration(Math.max(...seen.map(({ recoveryMs }) => recoveryMs)));
  fx.log(`  ✓ all ${writes} confirmed writes are kept; recovery took ${recovery}`);
}

/** One line for each container of an application and of the proxy: its name, status, health, restarts and start. */
async function containerStates(fx: Effects): Promise<readonly string[]> {
  const services = [...appNames, "reverse-proxy"] as const;
  const containers = (await Promise.all(services.map(async (service) => runningIds(service, fx)))).flat();
  const format =
    "{{.Name}} {{.State.Status}}, {{.State.Health.Status}}, {{.RestartCount}} restarts, since {{.State.StartedAt}}";
  return (await fx.output(docker.inspect(format, ...containers))).trim().split("\n");
}

function requireNone(during: string, findings: readonly Finding[], remedy: string): void {
  if (findings.length > 0)
    throw new UserError(`${during}:\n${findings.map(({ message }) => message).join("\n")}`, remedy);
}
