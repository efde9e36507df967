/** The whole pipeline on this machine's engine: from the files as they lie to a stack that serves. */
import { type AppName, appNames, catalog } from "../apps/catalog.ts";
import { type Built, buildBase, buildImage, megabytes, onPostgres, testImage } from "./build.ts";
import { builderFor } from "./builder.ts";
import { check } from "./check.ts";
import { type Digests, artifactPath, shortDigest } from "./codecs.ts";
import { compose, docker, runLabel, stackName, swarm, testProject } from "./commands.ts";
import { concurrently } from "./concurrently.ts";
import { type Release, deployCompose, liveProject, managesSwarm } from "./deploy.ts";
import { type Effects, StageError, duration, timed } from "./effects.ts";
import { ensureBases } from "./engine/bases.ts";
import { type Engine, ensureEngine, runningEngine } from "./engine/engine.ts";
import { images } from "./images.ts";
import { integrate, ownImages } from "./integrate.ts";
import { verdictLine } from "./junit.ts";
import { keptRegistry, withKeptRegistry } from "./local-registry.ts";
import { deploySwarm, leaveSwarm, removeStack, stackLabel } from "./local-swarm.ts";
import { plan } from "./plan.ts";
import { type Publisher, checkPorts, publishedPorts, stackPorts } from "./ports.ts";
import { type Credentials, publishTo } from "./publish.ts";
import { registryClient, splitOwner } from "./registry.ts";
import { type Container, type Ports, environmentOf, portOf, releaseEnvironment } from "./release.ts";
import { testDatabase } from "./test-database.ts";

export interface StartOptions {
  readonly ports: Ports;
  readonly swarm: boolean;
  /** Whether an engine may be unpacked where there is none. */
  readonly engine: boolean;
  /** Where to publish instead of a registry on loopback. */
  readonly owner?: Owner | undefined;
}

/** Whose images they will be, such as `127.0.0.1:5050/wmd`, and who pushes them. */
export interface Owner {
  readonly name: string;
  readonly credentials?: Credentials | undefined;
}

/** Where a run of the pipeline ends up on this machine's engine. */
export interface Site {
  readonly ports: Ports;
  /** Ports of the host that must be free, or held by containers with one of these labels. */
  readonly needs: { readonly ports: readonly number[]; readonly labels: readonly string[] };
  /** Runs work with a place to publish to. */
  readonly publishing: <T>(fx: Effects, work: (owner: Owner) => Promise<T>) => Promise<T>;
  readonly deploy: (release: Release, fx: Effects) => Promise<void>;
}

export interface Shipped {
  readonly tag: string;
  readonly built: ReadonlyMap<AppName, Built>;
  readonly published: Digests<"published", AppName>;
  /** Milliseconds of each stage, in order. */
  readonly times: readonly (readonly [string, number])[];
}

export async function start(options: StartOptions, fx: Effects): Promise<void> {
  const { ports, owner } = options;
  if (owner) await welcome(owner);
  const stack = options.swarm ? swarmStack : composeStack;
  const site: Site = {
    ports,
    needs: {
      ports: [...stackPorts(ports), ...(owner ? [] : [keptRegistry.port])],
      labels: [stack.label, runLabel],
    },
    publishing: (effects, work) =>
      owner ? work(owner) : withKeptRegistry(effects, (host) => work({ name: `${host}/${stackName}` })),
    deploy: (release, effects) => keepServing(stack, release, effects),
  };
  const { tag, built, published, times } = await pipeline(site, options, fx);
  fx.say(`\n${table(built, published, options.ports)}\n`);
  fx.say(times.map(([name, time]) => `${name} ${duration(time)}`).join(" · "));
  fx.say(`\nServing ${tag} on http://localhost${options.ports.http === 80 ? "" : `:${options.ports.http}`}`);
}

/** Every stage in its turn; each is given what the one before gave, as in the workflow. */
export async function pipeline(site: Site, options: { readonly engine: boolean }, fx: Effects): Promise<Shipped> {
  const times: (readonly [string, number])[] = [];
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const [result, time] = await timed(() => fx.group(name, work));
    times.push([name, time]);
    return result;
  };

  await checkPorts(site.needs.ports, await publisher(site.needs.labels, fx));
  const engine = await stage("engine", () => prepareEngine(options, fx));
  const { apps, tag } = await stage("plan", () =>
    plan({ kind: "laptop" }, { settings: { DOCKER_USERNAME: "", DEPLOY_HOST: "" } }, fx),
  );
  await stage("check", () => check({ settings: {} }, fx));
  const built = await stage("build", () => buildAll(apps, engine, fx));
  const folders = Object.fromEntries(apps.map((app) => [app, artifactPath("oci", app)]));
  const { tested } = await stage("integrate", () => integrate({ apps, images: folders, settings: {} }, fx));
  const published = await site.publishing(fx, async ({ name: owner, credentials }) => {
    const digests = await stage("publish", () => publishTo(owner, folders, tested, tag, fx, credentials));
    await stage("deploy", () => site.deploy({ owner, digests, ports: site.ports, host: "127.0.0.1" }, fx));
    return digests;
  });
  return { tag, built, published, times };
}

/** How many applications are built at once: each build uses more than one core by itself. */
const buildsAtOnce = 2;

export async function prepareEngine(options: { readonly engine: boolean }, fx: Effects): Promise<Engine> {
  const engine = use(await ensureEngine(fx, { install: options.engine }));
  await ensureBases(fx, engine, Object.values(images));
  return engine;
}

/** From here on every command of this process reaches it. */
function use(engine: Engine): Engine {
  Object.assign(process.env, engine.env);
  return engine;
}

async function buildAll(apps: readonly AppName[], engine: Engine, fx: Effects): Promise<ReadonlyMap<AppName, Built>> {
  const builder = await builderFor(engine, fx);
  const base = await buildBase(builder, fx);
  const built = await concurrently(
    apps.map((app) => async () => [app, await buildImage(app, base, builder, fx)] as const),
    buildsAtOnce,
  );
  for (const [app, { tests, layout, added }] of built)
    fx.say(
      `  ${app}: ${verdictLine(tests)}, ${shortDigest(layout.digest)}, ${megabytes(layout.size)}, ${megabytes(added)} above its base`,
    );
  return new Map(built);
}

/** A login that is refused is refused before anything is built. */
async function welcome({ name, credentials }: Owner): Promise<void> {
  const { host, account } = splitOwner(name);
  const registry = registryClient(host, { credentials });
  for (const { image } of Object.values(catalog)) await registry.resolve(`${account}/${image}`, "latest");
}

/** What the engine that runs already publishes for containers with one of the labels. */
async function publisher(labels: readonly string[], fx: Effects): Promise<Publisher> {
  const engine = await runningEngine(fx);
  if (engine === undefined) return { ours: new Set(), rootless: false };
  use(engine);
  const written = await Promise.all(labels.map((label) => fx.capture(docker.labelled(label, "{{.Ports}}"))));
  return { ours: publishedPorts(written.join("\n")), rootless: engine.rootless };
}

/** One way to serve on this machine, and how its containers are known. */
interface Stack {
  readonly label: string;
  readonly deploy: (release: Release, fx: Effects) => Promise<void>;
  /** Looks at what is there, and gives what puts it back; that works after a signal, too. */
  readonly remember: (fx: Effects) => Promise<() => Promise<unknown>>;
}

const composeStack: Stack = {
  label: `com.docker.compose.project=${stackName}`,
  deploy: (release, fx) => deployCompose(release, liveProject, fx),
  async remember(fx) {
    const names = await containersOf(composeStack, fx);
    if (names.length === 0)
      return () => fx.cleanUp(compose.down(liveProject, { volumes: false }), { env: placeholders });
    const inspected = await fx.capture(docker.inspect("{{json .}}", ...names));
    const env = environmentOf(
      inspected
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Container),
    );
    return () => fx.cleanUp(compose.up(liveProject), { env: { ...placeholders, ...env } });
  },
};
const swarmStack: Stack = {
  label: stackLabel,
  deploy: deploySwarm,
  async remember(fx) {
    const names = await containersOf(swarmStack, fx);
    // Swarm itself puts a service back.
    return () => (names.length === 0 ? fx.cleanUp(swarm.remove) : Promise.resolve());
  },
};

const containersOf = async ({ label }: Pick<Stack, "label">, fx: Effects): Promise<readonly string[]> =>
  (await fx.capture(docker.labelled(label))).split("\n").filter(Boolean);

/** What did not serve before is taken down again when it does not come up; what did serves again. */
async function keepServing(stack: Stack, release: Release, fx: Effects): Promise<void> {
  const putBack = await stack.remember(fx);
  try {
    await stack.deploy(release, fx);
  } catch (failure) {
    fx.say("  ↩ what was here before is put back");
    await putBack();
    throw failure;
  }
}

/** Compose reads the whole file for every command, image names included. */
export const placeholders = { DOCKER_USERNAME: stackName };

export interface StopOptions {
  /** Drop the data too. */
  readonly volumes: boolean;
}

/** Takes the stack and the registry down; data is kept unless it is said otherwise. */
export async function stop({ volumes }: StopOptions, fx: Effects): Promise<void> {
  const engine = await runningEngine(fx);
  if (engine === undefined) {
    if (volumes)
      throw new StageError("No Docker engine runs, and volumes are dropped by one", "npm run engine -- start");
    fx.say("No Docker engine runs: nothing serves.");
    return;
  }
  use(engine);
  const manager = await managesSwarm({}, fx);
  if (manager) await removeStack({ volumes }, fx);
  await fx.run(compose.down(liveProject, { volumes }), { env: placeholders, title: "stack down" });
  await fx.run(docker.remove(keptRegistry.name), { title: "registry down" });
  if (volumes) await fx.attempt(docker.removeVolume(keptRegistry.volume));
  if (volumes && manager) await leaveSwarm(fx);
}

function table(
  built: ReadonlyMap<AppName, Built>,
  digests: Readonly<Partial<Record<AppName, string>>>,
  ports: Ports,
): string {
  const rows = appNames.map((app) => [
    app,
    catalog[app].route ?? "–",
    String(portOf(app, ports)),
    String(catalog[app].replicas),
    shortDigest(digests[app] ?? ""),
    megabytes(built.get(app)?.layout.size ?? 0),
    verdictLine(built.get(app)?.tests ?? { passed: 0, failed: 0, skipped: 0 }),
  ]);
  return columns([["application", "route", "port", "replicas", "digest", "size", "tests"], ...rows]);
}

export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The commands that `start` would run, in their order, with `…` for what only the run itself can know. Pure. */
export function rehearsal({ ports, swarm: toSwarm, owner }: StartOptions): readonly (readonly string[])[] {
  const unknown = Object.fromEntries(appNames.map((app) => [app, "sha256:…" as const]));
  const builds = appNames.flatMap((app) => {
    const context = `apps/${catalog[app].image}`;
    const [tests, database] = [`wmd-tests-${app}-…`, `wmd-postgres-${app}-…`];
    return [
      ...catalog[app].tests.flatMap((target) => [
        docker.buildImage({ context, target, builder: "default" }, testImage(app, target)),
        docker.create(tests, testImage(app, target)),
        docker.start(tests),
      ]),
      docker.createNetwork(database),
      docker.postgres(database, images.database, database),
      docker.create(tests, testImage(app, catalog[app].tests[0]), onPostgres(testDatabase(database))),
      docker.start(tests),
      docker.buildLayout({ context, builder: "default" }, artifactPath("oci", app)),
    ];
  });
  const ownerName = owner?.name ?? `127.0.0.1:${keptRegistry.port}/${stackName}`;
  const env = Object.entries(releaseEnvironment(ownerName, unknown, ports)).map(([name, value]) => `${name}=${value}`);
  return [
    docker.baseLayout("default", artifactPath("base")),
    ...builds,
    docker.registry("wmd-registry-…", images.registry, undefined, undefined),
    compose.build(testProject, ...ownImages),
    compose.up(testProject),
    compose.wait(testProject, "tests"),
    compose.down(testProject, { volumes: true }),
    ...(owner ? [] : [docker.registry(keptRegistry.name, images.registry, keptRegistry.port, keptRegistry.volume)]),
    ["env", ...env, ...(toSwarm ? swarm.deploy("stack.yml") : compose.up(liveProject))],
  ];
}
