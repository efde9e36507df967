/** Rules about all workflows together, and about what jobs hand to each other. */
import { environmentName } from "../../../contract/codecs.ts";
import { stageNames } from "../../../contract/contracts.ts";
import type { Rule } from "../core/rule.ts";
import { type Job, type Workflow, ancestorsOf, jobsOf, matrixOf } from "./workflow.ts";

interface Transfer {
  readonly name?: string;
  readonly pattern?: string;
  readonly path?: string;
}
const withOf = (job: Job, action: string): readonly Transfer[] =>
  (job.keys.steps ?? []).flatMap((step) => (step.uses?.startsWith(`actions/${action}@`) ? [step.with ?? {}] : []));
const legless = (written: unknown): string => String(written).replaceAll(/\$\{\{ matrix\.\w+ \}\}/gu, "*");

/** A name is what the folder holds, alone or with the leg or the job that it is of. */
const uploadName = /^[a-z]+(?:-(?:[a-z]+|\*))?$/u;

export const uploads: Rule<Job> = {
  name: "an upload is in the folder of its kind, fails without images, and happens after a failure for what an author reads",
  reason:
    "Images that are missing would be noticed in a later job, or never; the reports of a failed stage are the ones that count; a name without its kind is found by no later job.",
  findings: (job) =>
    (job.keys.steps ?? []).flatMap(({ uses, with: given = {}, if: condition }) => {
      if (!uses?.startsWith("actions/upload-artifact@")) return [];
      const name = legless(given["name"]);
      const [, kind = ""] = /^\.pipeline\/([a-z]+)\/([^/]+)$/u.exec(legless(given["path"])) ?? [];
      const isImage = kind === "oci";
      const place = `${job.place}: the upload ${name}`;
      return [
        ...(uploadName.test(name) && kind !== ""
          ? []
          : [`${place} is not named after its folder ${String(given["path"])}`]),
        ...(given["if-no-files-found"] === (isImage ? "error" : "ignore")
          ? []
          : [`${place}: if-no-files-found is wrong`]),
        ...(condition === (isImage ? undefined : "${{ !cancelled() }}")
          ? []
          : [`${place}: if is ${String(condition)}`]),
      ];
    }),
};

export const handedOn: Rule<Job> = {
  name: "what a job downloads, an earlier one uploaded, to the folder where it is looked for",
  reason:
    "A download that finds nothing is no error for GitHub: the stage would work on what an earlier run left, or on nothing.",
  findings: (job) =>
    withOf(job, "download-artifact").flatMap(({ pattern, path }) => {
      const prefix = String(pattern).replace(/\*$/u, "");
      const found = ancestorsOf(job)
        .flatMap((one) => withOf(one, "upload-artifact"))
        .filter(({ name }) => legless(name).startsWith(prefix));
      return [
        ...(found.length > 0 ? [] : [`${job.place}: no job that it waits for uploads ${pattern}`]),
        ...found
          .filter((upload) => legless(upload.path) !== `${path}/${legless(upload.name)}`)
          .map((upload) => `${job.place}: ${upload.name} comes from ${upload.path}, and is downloaded below ${path}`),
        ...ancestorsOf(job)
          .flatMap((one) => withOf(one, "upload-artifact"))
          .filter((upload) => legless(upload.path).startsWith(`${path}/`) && !found.includes(upload))
          .map((upload) => `${job.place}: ${upload.name} comes from below ${path}, and ${pattern} does not find it`),
      ];
    }),
};

export const ownNames: Rule<Workflow> = {
  name: "each upload has a name of its own",
  reason: "GitHub refuses a name that the run has already, so the legs of a matrix, and two jobs, may not share one.",
  findings: (workflow) => {
    const named = jobsOf(workflow).flatMap((job) =>
      withOf(job, "upload-artifact").map(({ name }) => ({ job, name: String(name) })),
    );
    return named.flatMap(({ job, name }, index) => [
      ...(named.findIndex((other) => other.name === name) === index ? [] : [`${job.place}: ${name} is uploaded twice`]),
      ...(matrixOf(job) === undefined || legless(name) !== name ? [] : [`${job.place}: each leg uploads ${name}`]),
    ]);
  },
};

export type Workflows = readonly Workflow[];

const groupOf = ({ keys }: Job): string | undefined => (keys["concurrency"] as { group?: string } | undefined)?.group;

export const oneAtATime: Rule<Workflows> = {
  name: "jobs of one environment never run at once, in whatever workflow",
  reason: "Two deployments at once would leave a mixture of two releases in production.",
  findings: (workflows) => {
    const jobs = workflows.flatMap(jobsOf).filter(({ keys }) => keys.environment !== undefined);
    return jobs.flatMap((job) => {
      const group = groupOf(job);
      if (group === undefined || group.includes("${{"))
        return [`${job.place}.concurrency: ${group ?? "none"} does not make it wait`];
      const other = jobs.find((one) => (one.keys.environment === job.keys.environment) !== (groupOf(one) === group));
      return other ? [`${job.place}.concurrency: ${other.place} has another group for its environment`] : [];
    });
  },
};

export const everyStage: Rule<Workflows> = {
  name: "each stage is in a workflow, and no two workflows or jobs have one name",
  reason:
    "A stage in no workflow is tested and never runs; two checks of one name cannot be told apart on a pull request.",
  findings: (workflows) => {
    const run = new Set(workflows.flatMap(jobsOf).map(({ id }) => id));
    const titles = workflows.map(({ keys }) => String(keys["name"]));
    return [
      ...stageNames.filter((stage) => !run.has(stage)).map((stage) => `${stage}: no workflow runs it`),
      ...titles
        .filter((title, index) => titles.indexOf(title) !== index)
        .map((title) => `name: ${title} is used twice`),
      ...workflows.flatMap(({ path, keys }) => {
        const names = Object.values(keys.jobs ?? {}).map(({ name }) => String(name));
        return names
          .filter((name, index) => names.indexOf(name) !== index)
          .map((name) => `${path}: ${name} is the name of two jobs`);
      }),
    ];
  },
};

const variablesOf = ({ keys }: Job): Readonly<Record<string, string>> =>
  keys.steps?.find(({ id }) => id === "stage")?.env ?? {};

export const provenAnew: Rule<Workflows> = {
  name: "a schedule proves everything anew, and every other run keeps the layers of its images",
  reason:
    "A proof that is always believed hides what the outside changed, such as a base image; without layers each build takes minutes.",
  findings: (workflows) => {
    const scheduled = workflows.filter(({ keys }) => "schedule" in keys.on);
    const plans = scheduled.flatMap(jobsOf).filter(({ contract }) => contract.inputs?.["fresh"] !== undefined);
    const cachesOf = (job: Job) =>
      Object.entries(job.contract.inputs ?? {}).flatMap(([key, codec]) =>
        codec.kind === "cache"
          ? [
              {
                job,
                variable: environmentName(key),
                isSet: /^\.pipeline\/[a-z]+\/[a-z]+-./u.test(variablesOf(job)[environmentName(key)] ?? ""),
              },
            ]
          : [],
      );
    const kept = workflows.filter(({ keys }) => "push" in keys.on).flatMap(jobsOf);
    return [
      ...(plans.length > 0 ? [] : ["schedule: no workflow with one runs plan"]),
      ...plans.filter((job) => variablesOf(job)["FRESH"] !== "true").map(({ place }) => `${place}: FRESH is not true`),
      ...kept
        .flatMap(cachesOf)
        .filter(({ isSet }) => !isSet)
        .map(({ job, variable }) => `${job.place}: ${variable} is not set, so that nothing is kept`),
      ...(kept.some((job) => cachesOf(job).length > 0) ? [] : ["push: no job keeps layers"]),
      ...scheduled
        .flatMap(jobsOf)
        .flatMap(cachesOf)
        .filter(({ isSet }) => isSet)
        .map(({ job, variable }) => `${job.place}: ${variable} is set, so that an earlier build is believed`),
    ];
  },
};

export interface Pin {
  readonly action: string;
  readonly commit: string;
  readonly version: string;
}

/** The actions that the texts use, as written. */
export const pinsIn = (workflows: Workflows): readonly Pin[] => {
  const all = workflows.flatMap(({ written }) =>
    [...written.matchAll(/^\s*(?:- )?uses: *([^\s@]+)@?(\S*)(?: +# (\S+))?$/gmu)].map(
      ([, action = "", commit = "", version = ""]) => ({ action, commit, version }),
    ),
  );
  return [...new Map(all.map((pin) => [JSON.stringify(pin), pin])).values()];
};

const repositoryOf = ({ action }: Pin): string => action.split("/").slice(0, 2).join("/");

export const pins: Rule<Workflows> = {
  name: "an action is pinned to one commit, and the comment beside it says of which version",
  reason:
    "A tag can be moved to another commit. Two commits of one repository, or two versions of one commit, mean that one of the comments is wrong.",
  findings: (workflows) => {
    const found = pinsIn(workflows);
    return found.flatMap((pin) => {
      const { action, commit, version } = pin;
      const pinned = /^[0-9a-f]{40}$/u.test(commit) && /^v\d+\.\d+\.\d+$/u.test(version);
      const other = found.find(
        (one) =>
          (repositoryOf(one) === repositoryOf(pin)) !== (one.commit === commit) ||
          (one.commit === commit && one.version !== version),
      );
      return [
        ...(pinned ? [] : [`${action}@${commit} # ${version}: not a commit with its version`]),
        ...(other
          ? [`${action}@${commit} # ${version}: elsewhere ${other.action}@${other.commit} # ${other.version}`]
          : []),
      ];
    });
  },
};
