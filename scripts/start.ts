/** The whole pipeline on this machine's engine: from the files as they lie to a stack that serves. */
import { setTimeout as sleep } from "node:timers/promises";
import { type AppName, appNames, catalog } from "../apps/catalog.ts";
import { type Built, buildImage, megabytes, testImage } from "./build.ts";
import { builderFor } from "./builder.ts";
import { check } from "./check.ts";
import { type Digests, artifactPath, shortDigest } from "./codecs.ts";
import { compose, docker, stackName, swarm } from "./commands.ts";
import { concurrently } from "./concurrently.ts";
import { type Release, deployCompose, deploySwarm, liveProject } from "./deploy.ts";
import { type Effects, duration, timed } from "./effects.ts";
import { ensureBases } from "./engine/bases.ts";
import { type Engine, ensureEngine } from "./engine/engine.ts";
import { images } from "./images.ts";
import { integrate, testProject } from "./integrate.ts";
import { verdictLine } from "./junit.ts";
import { ensureRegistry, keptRegistry } from "./local-registry.ts";
import { plan } from "./plan.ts";
import { checkPorts, publishedPorts } from "./ports.ts";
import { publishTo } from "./publish.ts";
import { type Ports, portOf, releaseEnvironment } from "./release.ts";

export interface StartOptions {
  readonly ports: Ports;
  readonly swarm: boolean;
  /** Whether an engine may be unpacked where there is none. */
  readonly engine: boolean;
}

/** Where a run of the pipeline ends up on this machine's engine. */
export interface Site {
  readonly ports: Ports;
  /** Runs work with a registry on loopback; its host is handed to the work. */
  readonly registry: <T>(fx: Effects, work: (host: string) => Promise<T>) => Promise<T>;
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
  const site: Site = {
    ports: options.ports,
    registry: async (effects, work) => work(await ensureRegistry(effects)),
    deploy: (release, effects) =>
      options.swarm
        ? deploySwarm(release, effects)
        : keepServing(() => deployCompose(release, liveProject, effects), effects),
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

  const engine = await stage("engine", () => prepareEngine(options, fx));
  await checkPorts(site.ports, await ourPorts(fx));
  const { apps, tag } = await stage("plan", () =>
    plan({ kind: "laptop" }, { settings: { DOCKER_USERNAME: "", DEPLOY_HOST: "" } }, fx),
  );
  await stage("check", () => check({ settings: {} }, fx));
  const built = await stage("build", () => buildAll(apps, engine, fx));
  const folders = Object.fromEntries(apps.map((app) => [app, artifactPath("oci", app)]));
  const { tested } = await stage("integrate", () => integrate({ apps, images: folders, settings: {} }, fx));
  const published = await site.registry(fx, async (host) => {
    const owner = `${host}/${stackName}`;
    const digests = await stage("publish", () => publishTo(owner, folders, tested, tag, fx));
    await stage("deploy", () => site.deploy({ owner, digests, ports: site.ports, host: "127.0.0.1" }, fx));
    return digests;
  });
  return { tag, built, published, times };
}

/** How many applications are built at once: each build uses more than one core by itself. */
const buildsAtOnce = 2;

export async function prepareEngine(options: { readonly engine: boolean }, fx: Effects): Promise<Engine> {
  const engine = await ensureEngine(fx, { install: options.engine });
  Object.assign(process.env, engine.env);
  await ensureBases(fx, engine, Object.values(images));
  return engine;
}

async function buildAll(apps: readonly AppName[], engine: Engine, fx: Effects): Promise<ReadonlyMap<AppName, Built>> {
  const builder = await builderFor(engine, fx);
  const built = await concurrently(
    apps.map((app) => async () => [app, await buildImage(app, builder, fx)] as const),
    buildsAtOnce,
  );
  for (const [app, { tests, layout }] of built)
    fx.say(`  ${app}: ${verdictLine(tests)}, ${shortDigest(layout.digest)}, ${megabytes(layout.size)}`);
  return new Map(built);
}

/** Ports of the host that our own stacks hold, by compose or by swarm. */
async function ourPorts(fx: Effects): Promise<ReadonlySet<number>> {
  const labels = [`com.docker.compose.project=${stackName}`, `com.docker.stack.namespace=${stackName}`];
  const written = await Promise.all(labels.map((label) => fx.attempt(docker.labelled(label, "{{.Ports}}"))));
  return publishedPorts(written.map(({ stdout }) => stdout).join("\n"));
}

/** What did not serve before is taken down again when it does not come up; what did keeps serving. */
async function keepServing(work: () => Promise<void>, fx: Effects): Promise<void> {
  const before = await fx.capture(docker.labelled(`com.docker.compose.project=${stackName}`));
  try {
    await work();
  } catch (failure) {
    if (before.trim() === "") await fx.cleanUp(compose.down(liveProject, { volumes: false }), { env: placeholders });
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
  Object.assign(process.env, (await ensureEngine(fx, { install: false })).env);
  const state = await fx.attempt(swarm.state);
  if (state.code === 0 && state.stdout.includes('"ControlAvailable":true')) await removeStack(volumes, fx);
  await fx.run(compose.down(liveProject, { volumes }), { env: placeholders, title: "stack down" });
  await fx.run(docker.remove(keptRegistry.name), { title: "registry down" });
  if (volumes) await fx.attempt(docker.removeVolume(keptRegistry.volume));
}

async function removeStack(volumes: boolean, fx: Effects): Promise<void> {
  await fx.run(swarm.remove, { title: "swarm stack down" });
  while ((await fx.capture(docker.labelled(`com.docker.stack.namespace=${stackName}`))).trim() !== "") await sleep(300);
  if (volumes) {
    await fx.attempt(docker.removeVolume(`${stackName}-swarm-postgres-data`));
    await fx.attempt(swarm.leave);
  }
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
export function rehearsal({ ports, swarm: toSwarm }: StartOptions): readonly (readonly string[])[] {
  const unknown = Object.fromEntries(appNames.map((app) => [app, "sha256:…" as const]));
  const builds = appNames.flatMap((app) => {
    const context = `apps/${catalog[app].image}`;
    return [
      ...catalog[app].tests.flatMap((target) => [
        docker.buildImage({ context, target, builder: "default" }, testImage(app, target)),
        docker.create(`wmd-${target}-${app}-…`, testImage(app, target)),
        docker.start(`wmd-${target}-${app}-…`),
      ]),
      docker.buildLayout({ context, builder: "default" }, artifactPath("oci", app)),
    ];
  });
  const env = Object.entries(releaseEnvironment(`127.0.0.1:${keptRegistry.port}/${stackName}`, unknown, ports)).map(
    ([name, value]) => `${name}=${value}`,
  );
  return [
    ...builds,
    docker.registry("wmd-registry-…", images.registry, undefined, undefined),
    compose.build(testProject, "tests"),
    compose.up(testProject),
    compose.wait(testProject, "tests"),
    compose.down(testProject, { volumes: true }),
    docker.registry(keptRegistry.name, images.registry, keptRegistry.port, keptRegistry.volume),
    ["env", ...env, ...(toSwarm ? swarm.deploy("stack.yml") : compose.up(liveProject))],
  ];
}
