/** The steps of a job: which, in which order, with which inputs and environment. */
import * as v from "valibot";
import { environmentName } from "../../../contract/codecs.ts";
import { environments } from "../../../contract/settings.ts";
import { differences, integer, text } from "../core/exactly.ts";
import type { Rule } from "../core/rule.ts";
import { type Job, matrixOf, typeOfOutput } from "./workflow.ts";

/** The actions that a job may use, each at a commit. */
const action = (name: string) => text(new RegExp(`^actions/${name}@[0-9a-f]{40}$`, "u"));

const expression = (written: string): string => /^\$\{\{ (.+) \}\}$/u.exec(written)?.[1] ?? "";

/** An input of the stage: an output of the same type, the leg of the matrix, or what was chosen when the run was started. */
function holds(job: Job, key: string, type: string, written: unknown): boolean {
  if (type === "`true` or `false`" && written === "true") return true;
  const source = expression(String(written));
  const [, result, first, second] =
    /^needs\.([\w-]+)\.result == 'success' && (needs\.\1\.outputs\.\w+) \|\| (needs\.\S+)$/u.exec(source) ?? [];
  const sources = result === undefined ? [source] : [first ?? "", second ?? ""];
  return (
    sources.every((one) => typeOfOutput(job, one) === type) ||
    (source === `matrix.${key}` && matrixOf(job)?.key === key) ||
    (source === `inputs.${key}` && isOnlyDispatched(job))
  );
}

/** On any other event, `inputs` is empty. */
const isOnlyDispatched = ({ workflow }: Job): boolean =>
  Object.keys(workflow.keys.on).every((event) => event === "workflow_dispatch");

/** The environment of the stage: its inputs, its variables, and the secrets of its environment. Nothing else. */
function environmentOf(job: Job): unknown {
  const { inputs = {}, variables = [], environment } = job.contract;
  const given = Object.entries(inputs).flatMap(([key, codec]): readonly (readonly [string, v.GenericSchema])[] => {
    if (codec.kind === "cache") return [[environmentName(key), v.optional(v.literal(pathOf(job, codec.name)))]];
    if (codec.kind !== "scalar") return [];
    const value = v.custom<unknown>(
      (written) => holds(job, key, codec.type, written),
      ({ received }) => `${received} is not ${codec.type}`,
    );
    return [[environmentName(key), codec.optional ? v.optional(value) : value]];
  });
  const secrets = environment === undefined ? [] : environments[environment].secrets;
  const all = {
    ...Object.fromEntries(given),
    ...Object.fromEntries(variables.map((name) => [name, `\${{ vars.${name} }}`])),
    ...Object.fromEntries(secrets.map((name) => [name, `\${{ secrets.${name} }}`])),
  };
  return Object.keys(all).length > 0 ? all : undefined;
}

/** A job with a matrix has an artifact, and a folder, of its own for each leg. */
const legOf = (job: Job, leg?: string): string | undefined => {
  const matrix = matrixOf(job);
  return leg ?? (matrix && `\${{ matrix.${matrix.key} }}`);
};
const nameOf = (job: Job, name: string, leg?: string): string => {
  const own = legOf(job, leg);
  return own === undefined ? name : `${name}-${own}`;
};
const pathOf = (job: Job, name: string, leg?: string): string => `.pipeline/${name}/${nameOf(job, name, leg)}`;

function cacheSteps(job: Job): { readonly restore: readonly unknown[]; readonly save: readonly unknown[] } {
  const environment = job.keys.steps?.find(({ id }) => id === "stage")?.env ?? {};
  const caches = Object.entries(job.contract.inputs ?? {}).flatMap(([key, codec]) =>
    codec.kind === "cache" && environmentName(key) in environment ? [codec.name] : [],
  );
  const leg = legOf(job);
  const keys = (name: string) => {
    const prefix = `${name}/${leg === undefined ? "" : `${leg}/`}`;
    return { prefix, key: `${prefix}\${{ github.sha }}` };
  };
  return {
    restore: caches.map((name) => ({
      uses: action("cache/restore"),
      with: { path: pathOf(job, name), key: keys(name).key, "restore-keys": keys(name).prefix },
    })),
    save: caches.map((name) => ({
      uses: action("cache/save"),
      with: { path: pathOf(job, name), key: keys(name).key },
      // The branch of a merge group is deleted: nobody would read the entry.
      if: "${{ github.event_name != 'merge_group' }}",
    })),
  };
}

/** These stages compare the commit with earlier ones: without the history they would find nothing in common. */
const comparesCommits = new Set(["plan", "publish", "deploy"]);

function stepsOf(job: Job): readonly unknown[] {
  const { title, inputs = {}, outputs = {} } = job.contract;
  const cache = cacheSteps(job);
  return [
    {
      uses: action("checkout"),
      // The token would stay in the work tree, where every program of the stage can read it.
      with: { "persist-credentials": false, "fetch-depth": comparesCommits.has(job.id) ? 0 : undefined },
    },
    { uses: action("setup-node"), with: { "node-version-file": ".node-version", "package-manager-cache": false } },
    ...Object.values(inputs).flatMap((codec) =>
      codec.kind === "folders"
        ? [{ uses: action("download-artifact"), with: { pattern: `${codec.name}-*`, path: `.pipeline/${codec.name}` } }]
        : [],
    ),
    ...cache.restore,
    { name: title, id: "stage", env: environmentOf(job), run: `npm run --silent stage -- ${job.id}` },
    ...cache.save,
    ...Object.values(outputs).flatMap((codec) =>
      codec.kind === "folder"
        ? [
            {
              uses: action("upload-artifact"),
              with: {
                name: nameOf(job, codec.name, codec.leg),
                path: pathOf(job, codec.name, codec.leg),
                // A job that waits for a review over a week needs them; GitHub's 90 days are paid for.
                "retention-days": integer(7, 30),
                // A job that is run again uploads again.
                overwrite: true,
                "if-no-files-found": codec.evidence ? "ignore" : "error",
                // `.pipeline` is a hidden folder.
                "include-hidden-files": true,
                "compression-level": codec.evidence ? undefined : 0,
              },
              // The reports of a stage that failed are what its author reads.
              if: codec.evidence ? "${{ !cancelled() }}" : undefined,
            },
          ]
        : [],
    ),
  ];
}

export const steps: Rule<Job> = {
  name: "a job checks out, installs, downloads, runs its stage and uploads: these steps, and no others",
  reason:
    "A step whose failure is swallowed is green and proves nothing. A secret reaches only the stage whose contract names it. The stage reads its inputs and settings from this environment.",
  findings: (job) => [
    ...differences(`${job.place}.steps`, stepsOf(job), job.keys.steps),
    ...(job.contract.environment === undefined || JSON.stringify(job.keys.steps).includes("${{ secrets.")
      ? []
      : [`${job.place}.steps: none reads a secret of ${job.contract.environment}`]),
  ],
};
