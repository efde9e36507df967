/** The whole pipeline on this machine: from the files as they are to a stack that serves. */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import { artifactPath } from "../../contract/codecs.ts";
import { shortDigest } from "../../contract/digests.ts";
import { runLabel, stackName } from "../../contract/names.ts";
import { type Ports, portOf } from "../../contract/ports.ts";
import { releaseEnvironment } from "../../contract/release-environment.ts";
import type { Effects } from "../core/effects.ts";
import { duration } from "../core/format.ts";
import { buildx } from "../docker/buildx.ts";
import { compose, liveProject, testProject } from "../docker/compose.ts";
import { docker } from "../docker/docker.ts";
import { stackPorts } from "../docker/ports.ts";
import { testDatabase } from "../docker/postgres-container.ts";
import { keptRegistry, withKeptRegistry } from "../docker/registry-container.ts";
import { swarm } from "../docker/swarm.ts";
import { registryClient, splitOwner } from "../oci/registry.ts";
import type { DeployTarget, Owner } from "../pipeline/deploy-target.ts";
import { pipeline } from "../pipeline/pipeline.ts";
import { verdictLine } from "../reports/junit.ts";
import { columns } from "../reports/tables.ts";
import { composeStack, keepServing, swarmStack } from "../rollout/keep-serving.ts";
import { type Built, megabytes, onPostgres, testImage } from "../stages/build.ts";
import { ownImages } from "../stages/integrate.ts";

export interface StartOptions {
  readonly ports: Ports;
  readonly swarm: boolean;
  /** Whether an engine may be unpacked where there is none. */
  readonly engine: boolean;
  /** Where to publish instead of a registry on loopback. */
  readonly owner?: Owner | undefined;
}

export async function start(options: StartOptions, fx: Effects): Promise<void> {
  const { ports, owner } = options;
  if (owner) await verifyRegistryLogin(owner);
  const stack = options.swarm ? swarmStack : composeStack;
  const site: DeployTarget = {
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
  fx.log(`\n${table(built, published, options.ports)}\n`);
  fx.log(times.map(([name, time]) => `${name} ${duration(time)}`).join(" · "));
  fx.log(`\nServing ${tag} on http://localhost${options.ports.http === 80 ? "" : `:${options.ports.http}`}`);
}

/** A login that is refused is refused before anything is built. */
async function verifyRegistryLogin({ name, credentials }: Owner): Promise<void> {
  const { host, account } = splitOwner(name);
  const registry = registryClient(host, { credentials });
  for (const { image } of Object.values(catalog)) await registry.resolve(`${account}/${image}`, "latest");
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

/** The commands that `start` would run, in their order, with `…` for what only the run itself can know. Pure. */
export function rehearsal({ ports, swarm: toSwarm, owner }: StartOptions): readonly (readonly string[])[] {
  const unknown = Object.fromEntries(appNames.map((app) => [app, "sha256:…" as const]));
  const builds = appNames.flatMap((app) => {
    const context = `apps/${catalog[app].image}`;
    const [tests, database] = [`wmd-tests-${app}-…`, `wmd-postgres-${app}-…`];
    return [
      ...catalog[app].tests.flatMap((target) => [
        buildx.image({ context, target, builder: "default" }, testImage(app, target)),
        docker.create(tests, testImage(app, target)),
        docker.start(tests),
      ]),
      docker.createNetwork(database),
      docker.postgres(database, images.database, database),
      docker.create(tests, testImage(app, catalog[app].tests[0]), onPostgres(testDatabase(database))),
      docker.start(tests),
      buildx.layout({ context, builder: "default" }, artifactPath("oci", app)),
    ];
  });
  const ownerName = owner?.name ?? `127.0.0.1:${keptRegistry.port}/${stackName}`;
  const env = Object.entries(releaseEnvironment(ownerName, unknown, ports)).map(([name, value]) => `${name}=${value}`);
  return [
    buildx.baseLayout("default", artifactPath("base")),
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
