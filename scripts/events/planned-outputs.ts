/**
 * The outputs of the plan stage for an imagined change. The real planning code compares the changed paths with an imagined
 * release of the commit before them, in a simulated registry.
 */
import { type AppName, appNames, catalog } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { type Proof, type Work, proofVersion } from "../../contract/proof.ts";
import { nextRelease, printRelease, releaseMediaType, releaseRepository } from "../../contract/release-document.ts";
import { trigger } from "../../contract/trigger.ts";
import type { Event } from "../../workflows-src/simulator/event.ts";
import type { Texts, Workflow } from "../../workflows-src/simulator/workflow.ts";
import { digestOf, readLayout } from "../oci/layout.ts";
import { registryOf } from "../oci/registry.ts";
import { type CurrentInputs, currentInputs } from "../proofs/current-inputs.ts";
import { applicationInputs, integrationInputs } from "../proofs/work-inputs.ts";
import { writeLayout } from "../simulation/images.ts";
import { simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins } from "../simulation/state.ts";
import { plan } from "../stages/plan.ts";

const host = "127.0.0.1:5050";
const account = "simulated";
const owner = `${host}/${account}`;
const repository = "simulated/simulated";
const [released, head] = ["0".repeat(40), "1".repeat(40)] as const;

export interface Planned {
  readonly outputs: Texts;
  /** One line for each decision. */
  readonly reasons: readonly string[];
}

/** The job that runs the plan stage; undefined in a workflow of somebody else. */
export function planJob(workflow: Workflow): { readonly id: string; readonly fresh: boolean } | undefined {
  for (const [id, { steps = [] }] of Object.entries(workflow.jobs))
    for (const { run, env } of steps)
      if (run?.trim() === "npm run --silent stage -- plan")
        return { id, fresh: typeof env === "object" && String(env?.["FRESH"]) === "true" };
  return undefined;
}

/**
 * Assumes that the repository's variables name an account and a machine to deploy to.
 * @throws UserError for an event that never starts the plan stage
 */
export async function plannedOutputs(event: Event, changed: readonly string[], fresh: boolean): Promise<Planned> {
  const machine = simulatedMachine({
    override: (command) =>
      begins(command, "git", "diff") ? { stdout: changed.map((path) => `${path}\0`).join("") } : undefined,
    env: {
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "simulated",
      GITHUB_EVENT_NAME: event.name,
      GITHUB_REF: event.ref,
      GITHUB_REPOSITORY: repository,
      GITHUB_RUN_NUMBER: "2",
      GITHUB_SHA: head,
    },
  });
  const { fx, lines } = machine;
  const { among } = currentInputs(fx);
  const inputsAfter = (paths: readonly string[]): CurrentInputs => ({
    digestOf: async (inputs) => hash(inputs.paths, inputs.built, among(inputs, paths).length > 0),
    among,
    imageDigests: async () => ({}),
  });
  await publishRelease(inputsAfter([]), machine);
  const settings = {
    DOCKER_USERNAME: owner,
    DEPLOY_HOST: "deploy@simulated",
    PUBLIC_ORIGIN: "",
    TRUSTED_PROXIES: "",
  };
  const planned = await plan(trigger(fx.env), { fresh, settings }, inputsAfter(changed), fx);
  return {
    outputs: Object.fromEntries(
      Object.entries(planned).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    reasons: lines.map((line) => line.trim()),
  };
}

const hash = (...parts: readonly unknown[]): Digest => digestOf(Buffer.from(JSON.stringify(parts)));

/** A release of every application, proven with the inputs before the change. */
async function publishRelease(inputs: CurrentInputs, { fx }: ReturnType<typeof simulatedMachine>): Promise<void> {
  const registry = registryOf(host, fx);
  const images: Partial<Record<AppName, Digest>> = {};
  const read = new Map<Work, Digest | undefined>();
  for (const app of appNames) {
    const folder = `.pipeline/simulated/oci-${app}`;
    writeLayout(folder, app, fx.files);
    images[app] = await registry.push(`${account}/${catalog[app].image}`, await readLayout(folder, fx.files));
    read.set(app, await inputs.digestOf(applicationInputs(app, fx.files.read)));
  }
  read.set("integration", await inputs.digestOf(integrationInputs(images, fx.files.read)));
  const at = new Date().toISOString();
  const proofs = [...read].flatMap(([work, digest]): readonly Proof[] => {
    const proven = Object.fromEntries(Object.entries(images).filter(([app]) => work === "integration" || work === app));
    const run = { commit: released, run: "1", at, passed: 1, milliseconds: 0 };
    return digest === undefined ? [] : [{ version: proofVersion, work, inputs: digest, images: proven, ...run }];
  });
  const document = nextRelease(
    undefined,
    {
      repository,
      owner,
      tag: `sha-${released.slice(0, 12)}`,
      commit: released,
      run: { workflow: "", number: 1 },
      actor: "simulated",
      at,
      images: Object.fromEntries(
        Object.entries(images).map(([app, digest]) => [app, { digest, inputs: read.get(app as AppName) }]),
      ),
      integration: read.get("integration"),
      bases: {},
    },
    proofs,
  );
  const place = `${account}/${releaseRepository}`;
  const bytes = Buffer.from(printRelease(document));
  await registry.tag(place, await registry.pushDocument(place, releaseMediaType, bytes), "latest");
}
