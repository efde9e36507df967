/** Rolls a release out, by digest, and believes it only when every replica has answered from outside. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type AppName, appNames, catalog } from "../apps/catalog.ts";
import { stackSecrets } from "../workflows-src/stack.ts";
import { type Digests, shortDigest } from "./codecs.ts";
import { type Project, compose, stackName, swarm } from "./commands.ts";
import type { Environment } from "./context.ts";
import type { Inputs, Outputs } from "./contracts.ts";
import { type Effects, StageError, tail } from "./effects.ts";
import { type PaymentSettings, type Payments, paymentsFrom, replacedSecrets } from "./payments.ts";
import { type Ports, parsePort, releaseEnvironment, usualPorts } from "./release.ts";
import { overSsh, parseTarget } from "./ssh.ts";
import {
  type Before,
  type Failure,
  type Rollout,
  type ServiceLine,
  type ServiceState,
  type TaskState,
  digestIn,
  enginesFault,
  failedTasks,
  rollout,
  updatesOf,
} from "./swarm.ts";
import { verify } from "./verify.ts";

export const liveProject: Project = { file: "docker-compose.yml" };

type Env = Readonly<Record<string, string>>;
type Running = Readonly<Partial<Record<AppName, string>>>;

export async function deploy(
  { published, tag, settings }: Inputs<"deploy">,
  env: Environment,
  fx: Effects,
): Promise<Outputs<"deploy">> {
  await onManager(settings, env, fx, async (remote, host) => {
    const before = await runningDigests(remote, fx);
    const ports = portsFrom(settings);
    const release = { owner: settings.DOCKER_USERNAME, digests: published, ports, host, payments: settings };
    await rollOut(release, remote, fx);
    await fx.summary(changes(`Deployed \`${tag}\``, before, published));
  });
  return {};
}

/** Where the stack publishes: as the catalog says, unless the machine's owner moved it. */
export const portsFrom = (settings: {
  readonly DEPLOY_HTTP_PORT: string;
  readonly DEPLOY_PORT_BASE: string;
}): Ports => ({
  http: parsePort("DEPLOY_HTTP_PORT", settings.DEPLOY_HTTP_PORT || String(usualPorts.http)),
  base: parsePort("DEPLOY_PORT_BASE", settings.DEPLOY_PORT_BASE || String(usualPorts.base)),
});

interface ManagerSettings {
  readonly DEPLOY_HOST: string;
  readonly DEPLOY_HOST_KEY: string;
  readonly DEPLOY_SSH_KEY: string;
  readonly DOCKER_USERNAME: string;
}

export async function onManager<T>(
  settings: ManagerSettings,
  env: Environment,
  fx: Effects,
  work: (remote: Env, host: string) => Promise<T>,
): Promise<T> {
  const missing = (["DOCKER_USERNAME", "DEPLOY_HOST", "DEPLOY_HOST_KEY", "DEPLOY_SSH_KEY"] as const).filter(
    (name) => settings[name] === "",
  );
  if (missing.length > 0)
    throw new StageError(
      `deploy: not set: ${missing.join(", ")}`,
      "docs/pipeline.md shows how to set a server up, and where each is set",
    );
  const target = parseTarget(settings.DEPLOY_HOST);
  const access = { target, hostKey: settings.DEPLOY_HOST_KEY, privateKey: settings.DEPLOY_SSH_KEY };
  return overSsh(access, env, fx, async (remote) => {
    if (!(await managesSwarm(remote, fx)))
      throw new StageError(`${target.host} is not the manager of a swarm`, "Run there, once: docker swarm init");
    return work(remote, target.host);
  });
}

/** Whether the engine that `remote` reaches manages a swarm, of one node or of several. */
export async function managesSwarm(remote: Env, fx: Effects): Promise<boolean> {
  const state = JSON.parse(await fx.capture(swarm.state, { env: remote })) as { readonly ControlAvailable?: boolean };
  return state.ControlAvailable === true;
}

export interface Release {
  readonly owner: string;
  readonly digests: Digests<string, AppName>;
  readonly ports: Ports;
  /** Where the release is asked for from outside. */
  readonly host: string;
  /** What the shops are told of Stripe; without it checkout is off. Read by a swarm only. */
  readonly payments?: PaymentSettings;
}

/** How often a release is rolled out when the engine, and nothing else, fails each time. */
const tries = 3;

/** Onto a swarm; `remote` is how docker reaches its manager. */
export async function rollOut(release: Release, remote: Env, fx: Effects): Promise<void> {
  const payments = paymentsFrom(release.payments ?? { PUBLIC_ORIGIN: "" });
  const env = { ...remote, ...releaseEnvironment(release.owner, release.digests, release.ports), ...payments.env };
  await ensureSecrets(payments, remote, fx);
  for (let left = tries; ; left--) {
    const before = updatesOf((await services(remote, fx)).states);
    await fx.run(swarm.deploy("stack.yml"), { env, title: "stack deploy" });
    const outcome = await fx.group("rollout", () => watched(remote, before, fx));
    if (outcome.kind === "done") break;
    const failures = await Promise.all(outcome.services.map((failure) => explained(failure, remote, fx)));
    if (left === 1 || !failures.every(({ tasks }) => tasks.length > 0 && tasks.every(enginesFault)))
      throw await refused(failures, remote, fx);
    fx.warn(`The engine itself failed; the release is rolled out again.\n${failures.map(described).join("\n")}`);
  }
  await fx.group("every replica, from outside", () => verify(release.digests, release.host, release.ports, fx));
  await forgetSecrets(payments, remote, fx);
}

const knownSecrets = async (remote: Env, fx: Effects): Promise<readonly string[]> =>
  (await fx.capture(swarm.secrets, { env: remote })).split("\n").filter(Boolean);

/** Stripe's as they were given; the others random, made once, known to the swarm alone. */
async function ensureSecrets({ secrets }: Payments, remote: Env, fx: Effects): Promise<void> {
  const known = await knownSecrets(remote, fx);
  const random = stackSecrets(catalog).map((secret) => ({
    name: `${stackName}-${secret}`,
    value: randomBytes(32).toString("hex"),
  }));
  for (const { name, value } of [...random, ...secrets].filter((secret) => !known.includes(secret.name))) {
    await fx.capture(swarm.createSecret(name), { env: remote, input: value });
    fx.say(`  ✓ secret ${name} made`);
  }
}

/** Keys of Stripe's that were replaced: no service names them any more. */
async function forgetSecrets(payments: Payments, remote: Env, fx: Effects): Promise<void> {
  for (const name of replacedSecrets(await knownSecrets(remote, fx), payments)) {
    await fx.capture(swarm.removeSecret(name), { env: remote });
    fx.say(`  ✓ secret ${name} removed, which was replaced`);
  }
}

/** The stack's services, each as `ls` and as `inspect` tell of it. */
interface Services {
  readonly lines: readonly ServiceLine[];
  readonly states: readonly ServiceState[];
}

async function services(remote: Env, fx: Effects): Promise<Services> {
  const lines = (await fx.capture(swarm.services, { env: remote }))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ServiceLine);
  if (lines.length === 0) return { lines, states: [] };
  const inspected = await fx.capture(swarm.inspect(...lines.map(({ Name }) => Name)), { env: remote });
  return { lines, states: JSON.parse(inspected) as readonly ServiceState[] };
}

/** Longer than the longest rollout: five replicas, one after another, each with its start and swarm's watch over it. */
const patience = 5 * 60_000;
/** After so long a person wants to know what it is waiting for. */
const explainEvery = 15_000;

async function watched(remote: Env, before: Before, fx: Effects): Promise<Exclude<Rollout, { kind: "rolling" }>> {
  const began = performance.now();
  let [said, lastExplained] = ["", began];
  for (;;) {
    fx.checkpoint();
    const now = performance.now();
    const { states, lines } = await services(remote, fx);
    const state = rollout(states, lines, before);
    if (state.kind !== "rolling") return state;
    if (now - began > patience)
      return { kind: "failed", services: state.waitingFor.map((name) => ({ name, why: "not there in time" })) };
    const waiting = state.waitingFor.map((name) => name.slice(stackName.length + 1)).join(", ");
    if (waiting !== said) fx.say(`  ⋯ waiting for ${waiting}`);
    said = waiting;
    if (now - lastExplained > explainEvery) {
      lastExplained = now;
      for (const name of state.waitingFor) {
        const { tasks } = await explained({ name, why: "" }, remote, fx);
        if (tasks[0]) fx.say(`    ${failedAs(tasks[0])}`);
      }
    }
    await sleep(1000);
  }
}

/** A service that did not come up, with its tasks that failed, the newest first. */
interface Explained extends Failure {
  readonly tasks: readonly TaskState[];
}

async function explained(failure: Failure, remote: Env, fx: Effects): Promise<Explained> {
  const ids = (await fx.attempt(swarm.tasks(failure.name), { env: remote })).stdout.split("\n").filter(Boolean);
  // What was forgotten meanwhile is left out, and makes docker end with 1.
  const inspected = ids.length > 0 ? (await fx.attempt(swarm.inspectTasks(...ids), { env: remote })).stdout : "[]";
  return { ...failure, tasks: failedTasks(JSON.parse(inspected) as readonly TaskState[], failure) };
}

const failedAs = ({ Slot: slot, Status: { State: state, Err: error } }: TaskState): string =>
  `task ${slot ?? 1} ${state}: ${error ?? "it was unhealthy, or ended by itself"}`;

const described = ({ name, why, tasks: [newest] }: Explained): string =>
  [`${name}: ${why}`, ...(newest ? [`  ${failedAs(newest)}`] : [])].join("\n");

/** Red, with what a person would look for next: the service, its task, its last words. */
async function refused(failures: readonly Explained[], remote: Env, fx: Effects): Promise<StageError> {
  const details = await Promise.all(
    failures.map(async (failure) => {
      const logs = await fx.attempt(swarm.logs(failure.name), { env: remote });
      const said = tail(logs.stdout + logs.stderr, 10).split("\n");
      return [described(failure), ...said.map((line) => `  | ${line}`)].join("\n");
    }),
  );
  return new StageError(
    `The release did not come up:\n${details.join("\n")}`,
    "Mend the application, or redeploy a tag that works",
  );
}

/** The digest that each application's service should run now. */
export async function runningDigests(remote: Env, fx: Effects): Promise<Running> {
  const { states } = await services(remote, fx);
  return Object.fromEntries(
    appNames.flatMap((app) => {
      const digest = digestIn(
        states.find(({ Spec }) => Spec.Name === `${stackName}_${app}`)?.Spec.TaskTemplate.ContainerSpec.Image ?? "",
      );
      return digest === undefined ? [] : [[app, digest]];
    }),
  );
}

export const changes = (title: string, before: Running, after: Running): string =>
  [
    `## ${title}`,
    "",
    "| application | before | after |",
    "| --- | --- | --- |",
    ...appNames.map((app) => `| ${app} | ${short(before[app])} | ${short(after[app])} |`),
    "",
  ].join("\n");

const short = (digest: string | undefined): string => (digest === undefined ? "–" : `\`${shortDigest(digest)}\``);

/** Onto this machine's own engine by compose. */
export async function deployCompose(release: Release, project: Project, fx: Effects): Promise<void> {
  const env = releaseEnvironment(release.owner, release.digests, release.ports);
  const up = await fx.attemptShown(compose.up(project), { env, title: "stack" });
  if (up.code !== 0) {
    const logs = await fx.attempt(compose.logs(project), { env });
    throw new StageError(
      `The stack did not come up\n${tail(up.stderr, 8)}\n${tail(logs.stdout, 20)}`,
      "docker compose logs",
    );
  }
  await fx.group("every replica, from outside", () => verify(release.digests, release.host, release.ports, fx));
}
