/** The steps of a job: check out, install, download artifacts and caches, run the stage, upload them. Pure. */
import { artifactName, artifactPath, artifactRoot, environmentName } from "../../contract/codecs.ts";
import type { Contract } from "../../contract/contracts.ts";
import { environments } from "../../contract/settings.ts";
import { type Inputs, actions, pinned } from "./actions.ts";
import { Expr, yes } from "./expressions.ts";
import { type AtLeastOne, type LibraryStep, interpolated } from "./library.ts";
import { Artifact, type JobSpec, kept } from "./model.ts";

/**
 * How long GitHub keeps an artifact, in days. A job that waits for a review or is run again needs the products of earlier
 * jobs: over a weekend, and in the week after. GitHub allows a run to be repeated for 30 days, and its evidence is small.
 */
const retentionDays = { product: 14, evidence: 30 } as const;

export function stepsOf(job: JobSpec, contract: Contract): AtLeastOne<LibraryStep> {
  const leg = job.matrix && interpolated(`matrix.${job.matrix.key}`);
  const artifacts = Object.values(job.with).filter((source) => source instanceof Artifact);
  const folders = Object.values(contract.outputs ?? {}).filter((codec) => codec.kind === "folder");
  const caches = cachesOf(job, contract).map(({ name }) => cacheOf(name, leg));
  return [
    uses("checkout", { "persist-credentials": false, ...(contract.fullHistory ? { "fetch-depth": 0 } : {}) }),
    uses("setupNode", { "node-version-file": ".node-version", "package-manager-cache": false }),
    ...artifacts.map(({ name }) =>
      uses("downloadArtifact", { pattern: artifactName(name, "*"), path: artifactRoot(name) }),
    ),
    ...caches.map(({ path, prefix, key }) => uses("restoreCache", { path, key, "restore-keys": prefix })),
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
        "retention-days": evidence ? retentionDays.evidence : retentionDays.product,
        overwrite: true,
        "if-no-files-found": evidence ? ("ignore" as const) : ("error" as const),
        "include-hidden-files": true,
        ...(evidence ? {} : { "compression-level": 0 }),
      }),
      ...(evidence ? { if: interpolated("!cancelled()") } : {}),
    })),
  ];
}

function uses<A extends keyof Inputs>(action: A, inputs: Inputs[A]): LibraryStep {
  return { uses: pinned(actions[action]), with: { ...inputs } };
}

const cachesOf = (job: JobSpec, { inputs = {} }: Contract) =>
  Object.entries(inputs).flatMap(([key, codec]) =>
    codec.kind === "cache" && job.with[key] === kept ? [{ variable: environmentName(key), name: codec.name }] : [],
  );

/** GitHub never replaces an entry, so each commit has its own; a run begins with the newest that it may read. */
function cacheOf(name: string, leg: string | undefined) {
  const prefix = `${name}/${leg === undefined ? "" : `${leg}/`}`;
  return { path: artifactPath(name, leg), prefix, key: `${prefix}${interpolated("github.sha")}` };
}

/** The `env` of the stage's step: the inputs of the stage, its variables, and the secrets of its environment. */
function environmentOf(job: JobSpec, contract: Contract): Pick<LibraryStep, "env"> {
  const inputs = Object.entries(job.with).flatMap(([key, source]) =>
    source instanceof Expr ? [[environmentName(key), source === yes ? yes.text : interpolated(source.text)]] : [],
  );
  const value = job.matrix && interpolated(`matrix.${job.matrix.key}`);
  const leg = job.matrix ? [[environmentName(job.matrix.key), value]] : [];
  const caches = cachesOf(job, contract).map(({ variable, name }) => [variable, artifactPath(name, value)]);
  const variables = (contract.variables ?? []).map((name) => [name, interpolated(`vars.${name}`)]);
  const secrets = contract.environment
    ? environments[contract.environment].secrets.map((name) => [name, interpolated(`secrets.${name}`)])
    : [];
  const entries = [...leg, ...inputs, ...caches, ...variables, ...secrets];
  return entries.length > 0 ? { env: Object.fromEntries(entries) } : {};
}
