/** The steps of a job: those of its own, or check out, install, download artifacts and caches, run the stage, upload them. Pure. */
import { artifactName, artifactPath, artifactRoot, environmentName } from "../../contract/codecs.ts";
import { type Contract, contractOf } from "../../contract/contracts.ts";
import { environments } from "../../contract/settings.ts";
import { type Inputs, actions, pinned } from "./actions.ts";
import { Expr, yes } from "./expressions.ts";
import { type AtLeastOne, type LibraryStep, interpolated } from "./library.ts";
import { keysOf, legName } from "./matrix.ts";
import { Artifact, Kept, type StageJobSpec, type StepsJobSpec } from "./model.ts";
import type { Step } from "./own-steps.ts";

/**
 * How long GitHub keeps an artifact, in days. A job that waits for a review or is run again needs the products of earlier
 * jobs: over a weekend, and in the week after. GitHub allows a run to be repeated for 30 days, and its evidence is small.
 */
const retentionDays = { product: 14, evidence: 30 } as const;

export const stepsOf = (job: StageJobSpec | StepsJobSpec): AtLeastOne<LibraryStep> =>
  job.kind === "stage" ? stageSteps(job, contractOf(job.stage)) : (ownSteps(job) as AtLeastOne<LibraryStep>);

const ownSteps = ({ checkout, steps }: StepsJobSpec): readonly LibraryStep[] => [
  ...(checkout === false ? [] : [uses("checkout", { "persist-credentials": false, ...checkout })]),
  ...textsOf(steps),
];

/** A copy of each, because a job may use one step twice, and what is printed is changed in place. */
const textsOf = (steps: readonly Step[]): readonly LibraryStep[] => steps.map(({ text }) => structuredClone(text));

function stageSteps(job: StageJobSpec, contract: Contract): AtLeastOne<LibraryStep> {
  const leg = job.matrix && legName(job.matrix, "-");
  const artifacts = Object.values(job.with).filter((source) => source instanceof Artifact);
  const folders = Object.values(contract.outputs ?? {}).filter((codec) => codec.kind === "folder");
  const caches = cachesOf(job, contract).map(({ name }) => cacheOf(name, leg));
  return [
    uses("checkout", {
      "persist-credentials": false,
      ...(contract.fullHistory ? { "fetch-depth": 0 } : {}),
      ...job.checkout,
    }),
    uses("setupNode", { "node-version-file": ".node-version", "package-manager-cache": false }),
    ...artifacts.map(({ name }) =>
      uses("downloadArtifact", { pattern: artifactName(name, "*"), path: artifactRoot(name) }),
    ),
    ...caches.map(({ path, prefix, key }) => uses("restoreCache", { path, key, "restore-keys": prefix })),
    ...textsOf(job.before),
    {
      name: contract.title,
      id: "stage",
      ...environmentOf(job, contract),
      run: `npm run --silent stage -- ${job.stage}`,
    },
    // GitHub deletes the branch of a merge group, so nobody reads what it saves, and it pushes out what others read.
    ...caches.map(({ path, key }) => ({
      ...uses("saveCache", { path, key }),
      if: interpolated("github.event_name != 'merge_group'"),
    })),
    ...folders.map(({ name, evidence, leg: ownLeg = leg }) => ({
      ...uses("uploadArtifact", {
        name: artifactName(name, ownLeg),
        path: artifactPath(name, ownLeg),
        "retention-days": job.retentionDays ?? (evidence ? retentionDays.evidence : retentionDays.product),
        overwrite: true,
        "if-no-files-found": evidence ? ("ignore" as const) : ("error" as const),
        "include-hidden-files": true,
        ...(evidence ? {} : { "compression-level": 0 }),
      }),
      ...(evidence ? { if: interpolated("!cancelled()") } : {}),
    })),
    ...textsOf(job.after),
  ];
}

function uses<A extends keyof Inputs>(action: A, inputs: Inputs[A]): LibraryStep {
  const values: Readonly<Record<string, string | number | boolean>> = { ...(inputs as object) };
  return { uses: pinned(actions[action]), with: values };
}

const cachesOf = (job: StageJobSpec, { inputs = {} }: Contract) =>
  Object.entries(inputs).flatMap(([key, codec]) =>
    codec.kind === "cache" && job.with[key] instanceof Kept
      ? [{ variable: environmentName(key), name: codec.name }]
      : [],
  );

/** GitHub never replaces an entry, so each commit has its own; a run begins with the newest that it may read. */
function cacheOf(name: string, leg: string | undefined) {
  const prefix = `${name}/${leg === undefined ? "" : `${leg}/`}`;
  return { path: artifactPath(name, leg), prefix, key: `${prefix}${interpolated("github.sha")}` };
}

/** The `env` of the stage's step: the inputs of the stage, its variables, and the secrets of its environment. */
function environmentOf(job: StageJobSpec, contract: Contract): Pick<LibraryStep, "env"> {
  const inputs = Object.entries(job.with).flatMap(([key, source]) =>
    source instanceof Expr ? [[environmentName(key), source === yes ? yes.text : interpolated(source.text)]] : [],
  );
  const keys = (job.matrix ? keysOf(job.matrix) : []).filter((key) => contract.inputs?.[key]);
  const leg = keys.map((key) => [environmentName(key), interpolated(`matrix.${key}`)]);
  const folder = job.matrix && legName(job.matrix, "-");
  const caches = cachesOf(job, contract).map((cache) => [cache.variable, artifactPath(cache.name, folder)]);
  const variables = (contract.variables ?? []).map((name) => [name, interpolated(`vars.${name}`)]);
  const secrets = contract.environment
    ? environments[contract.environment].secrets.map((name) => [name, interpolated(`secrets.${name}`)])
    : [];
  const entries = [...leg, ...inputs, ...caches, ...variables, ...secrets];
  return entries.length > 0 ? { env: Object.fromEntries(entries) } : {};
}
