/** Compiles a workflow of our language to the library's, and that to YAML. */
import { NormalJob, Workflow } from "@github-actions-workflow-ts/lib";
import { Document, type Pair, type Scalar, isPair, isScalar, visit } from "yaml";
import { artifactName, artifactPath, artifactRoot, environmentName } from "../../contract/codecs.ts";
import { type Contract, contractOf } from "../../contract/contracts.ts";
import { environments } from "../../contract/settings.ts";
import { type Action, type Inputs, type Permission, actions } from "./actions.ts";
import { Expr, all } from "./expressions.ts";
import { Artifact, type DispatchInput, type DispatchInputs, type JobSpec, type WorkflowSpec } from "./model.ts";

const runner = "ubuntu-24.04";
/** Artifacts hand work on within a run; what must last is in the registry. */
const retentionDays = 1;

type LibraryJob = ConstructorParameters<typeof NormalJob>[1];
type LibraryStep = NonNullable<LibraryJob["steps"]>[number];
type LibraryEvents = Exclude<NonNullable<ConstructorParameters<typeof Workflow>[1]["on"]>, string | readonly unknown[]>;

type AtLeastOne<T> = [T, ...T[]];

const interpolated = (expression: string): string => `\${{ ${expression} }}`;

export function compile(spec: WorkflowSpec): Workflow {
  const compiled = new Workflow(`${spec.name}.yml`, {
    name: spec.title,
    on: eventsOf(spec),
    permissions: {},
    concurrency: concurrencyOf(spec),
  });
  for (const job of spec.jobs) compiled.addJob(new NormalJob(job.stage, jobOf(job)));
  if (spec.gate) compiled.addJob(new NormalJob(spec.gate, gateOf(spec)));
  return compiled;
}

function eventsOf({ on, inputs }: WorkflowSpec): LibraryEvents {
  const { push, pull_request, workflow_dispatch } = on;
  return {
    ...(push ? { push: { branches: [...push.branches] } } : {}),
    ...(pull_request ? { pull_request: { branches: [...pull_request.branches] } } : {}),
    ...(workflow_dispatch ? { workflow_dispatch: dispatchOf(inputs) } : {}),
  };
}

const dispatchOf = (inputs: DispatchInputs) =>
  Object.keys(inputs).length > 0 ? { inputs: Object.fromEntries(Object.entries(inputs).map(dispatchInput)) } : {};

const dispatchInput = ([key, { is, description }]: [string, DispatchInput]) =>
  [
    key,
    {
      description,
      required: !accepts(is.parse, ""),
      ...(is.choices
        ? { type: "choice" as const, options: [...is.choices] as AtLeastOne<string> }
        : { type: "string" as const }),
    },
  ] as const;

function accepts(parse: (written: string) => unknown, written: string): boolean {
  try {
    parse(written);
    return true;
  } catch {
    return false;
  }
}

/** A newer push to a pull request ends the older run; every run of `main` is finished. */
const concurrencyOf = ({ name, on }: WorkflowSpec) => ({
  group: on.pull_request
    ? `${name}-${interpolated("github.event_name == 'pull_request' && github.ref || github.run_id")}`
    : `${name}-${interpolated("github.run_id")}`,
  "cancel-in-progress": on.pull_request !== undefined,
});

function jobOf(job: JobSpec): LibraryJob {
  const contract = contractOf(job.stage);
  const [condition, ...others] = job.conditions;
  return {
    name: job.matrix ? `${contract.title} ${interpolated(`matrix.${job.matrix.key}`)}` : contract.title,
    ...(job.needs.length > 0 ? { needs: [...job.needs] as AtLeastOne<string> } : {}),
    ...(condition ? { if: all(condition, ...others).text } : {}),
    "runs-on": runner,
    permissions: Object.fromEntries(permissionsOf(job).map(({ permission, level }) => [permission, level])),
    "timeout-minutes": contract.timeoutMinutes,
    ...(contract.environment ? { environment: contract.environment } : {}),
    // Every release is published and deployed in its turn: none is dropped for a newer one.
    ...(contract.concurrencyGroup
      ? { concurrency: { group: contract.concurrencyGroup, "cancel-in-progress": false, queue: "max" as const } }
      : {}),
    ...(job.matrix
      ? {
          strategy: {
            "fail-fast": false,
            matrix: { [job.matrix.key]: interpolated(`fromJSON(${job.matrix.over.text})`) },
          },
        }
      : {}),
    ...outputsOf(job, contract),
    steps: stepsOf(job, contract),
  };
}

function outputsOf(job: JobSpec, { outputs = {} }: Contract): Pick<LibraryJob, "outputs"> {
  if (job.matrix) return {};
  const scalars = Object.keys(outputs).filter((key) => outputs[key]?.kind === "scalar");
  if (scalars.length === 0) return {};
  return { outputs: Object.fromEntries(scalars.map((key) => [key, interpolated(`steps.stage.outputs.${key}`)])) };
}

/** The actions that a job's steps use, each with its step. */
function stepsOf(job: JobSpec, contract: Contract): AtLeastOne<LibraryStep> {
  const leg = job.matrix && interpolated(`matrix.${job.matrix.key}`);
  const artifacts = Object.values(job.with).filter((source) => source instanceof Artifact);
  const given = Object.values(contract.outputs ?? {}).filter((codec) => codec.kind === "folder");
  return [
    uses("checkout", { "persist-credentials": false, ...(contract.fullHistory ? { "fetch-depth": 0 } : {}) }),
    uses("setupNode", { "node-version-file": ".node-version", "package-manager-cache": false }),
    ...artifacts.map(({ name }) =>
      uses("downloadArtifact", { pattern: artifactName(name, "*"), path: artifactRoot(name) }),
    ),
    {
      name: contract.title,
      id: "stage",
      ...environmentOf(job, contract),
      run: `npm run --silent stage -- ${job.stage}`,
    },
    ...given.map(({ name, evidence }) => ({
      ...uses("uploadArtifact", {
        name: artifactName(name, leg),
        path: artifactPath(name, leg),
        "retention-days": retentionDays,
        "if-no-files-found": evidence ? ("ignore" as const) : ("error" as const),
        "include-hidden-files": true,
        ...(evidence ? {} : { "compression-level": 0 }),
      }),
      ...(evidence ? { if: interpolated("!cancelled()") } : {}),
    })),
  ];
}

function uses<A extends keyof Inputs>(action: A, inputs: Inputs[A]): LibraryStep {
  const { repository, commit } = actions[action];
  return { uses: `${repository}@${commit}`, with: { ...inputs } };
}

/** The step's `env`: what the stage inputs, its variables, and the secrets of its environment. */
function environmentOf(job: JobSpec, contract: Contract): Pick<LibraryStep, "env"> {
  const taken = Object.entries(job.with).flatMap(([key, source]) =>
    source instanceof Expr ? [[environmentName(key), interpolated(source.text)]] : [],
  );
  const leg = job.matrix ? [[environmentName(job.matrix.key), interpolated(`matrix.${job.matrix.key}`)]] : [];
  const variables = (contract.variables ?? []).map((name) => [name, interpolated(`vars.${name}`)]);
  const secrets = contract.environment
    ? environments[contract.environment].secrets.map((name) => [name, interpolated(`secrets.${name}`)])
    : [];
  const entries = [...leg, ...taken, ...variables, ...secrets];
  return entries.length > 0 ? { env: Object.fromEntries(entries) } : {};
}

interface Grant {
  readonly permission: Permission;
  readonly level: "read" | "write";
  readonly askedBy: string;
}

/** Only what the job's actions ask for. */
function permissionsOf(job: JobSpec): readonly Grant[] {
  const used = new Set(stepsOf(job, contractOf(job.stage)).flatMap(({ uses: action }) => (action ? [action] : [])));
  return Object.values<Action>(actions)
    .filter(({ repository, commit }) => used.has(`${repository}@${commit}`))
    .flatMap(({ repository, permissions }) =>
      Object.entries(permissions).map(([permission, level]) => ({
        permission: permission as Permission,
        level,
        askedBy: repository,
      })),
    );
}

/**
 * Green only if each job has the result that its conditions, and those of the jobs before it, call for.
 * A job that was skipped because another failed is as red as the one that failed.
 */
function gateOf({ jobs }: WorkflowSpec): LibraryJob {
  const expected = jobs.map((job) => `${job.stage} ${expectation(job, jobs)}`);
  const actual = jobs.map(({ stage }) => `${stage} ${interpolated(`needs.${stage}.result`)}`);
  return {
    name: "Gate",
    if: "always()",
    needs: jobs.map(({ stage }) => stage) as AtLeastOne<string>,
    "runs-on": runner,
    permissions: {},
    "timeout-minutes": 5,
    steps: [
      {
        name: "Every job that should have run succeeded",
        env: { EXPECTED: expected.join("\n"), ACTUAL: actual.join("\n") },
        run: 'diff --side-by-side <(echo "$EXPECTED") <(echo "$ACTUAL")\n',
        shell: "bash",
      },
    ],
  };
}

function expectation(job: JobSpec, jobs: readonly JobSpec[]): string {
  const conditions = [
    ...new Set([...ancestors(job, jobs), job].flatMap((one) => one.conditions.map(({ text }) => `(${text})`))),
  ];
  return conditions.length > 0 ? interpolated(`${conditions.join(" && ")} && 'success' || 'skipped'`) : "success";
}

const ancestors = (job: JobSpec, jobs: readonly JobSpec[]): readonly JobSpec[] =>
  jobs.filter(({ stage }) => job.needs.includes(stage)).flatMap((needed) => [...ancestors(needed, jobs), needed]);

/** YAML as a person would write it: pins carry their version, permissions who asked for them. */
export function print(spec: WorkflowSpec): string {
  const document = new Document(JSON.parse(JSON.stringify(compile(spec).workflow)) as unknown, {
    aliasDuplicateObjects: false,
  });
  const versions = new Map(
    Object.values<Action>(actions).map((action) => [`${action.repository}@${action.commit}`, action.version]),
  );
  visit(document, {
    Pair(_, pair: Pair) {
      if (!isScalar(pair.key) || !isScalar(pair.value)) return;
      const { key, value } = pair as Pair<Scalar, Scalar>;
      if (key.value === "uses" && value) value.comment = ` ${versions.get(String(value.value))}`;
    },
  });
  for (const job of spec.jobs)
    for (const { permission, askedBy } of permissionsOf(job)) {
      const granted = document.getIn(["jobs", job.stage, "permissions", permission], true);
      if (isScalar(granted)) granted.comment = ` ${askedBy}`;
    }
  visit(document, {
    Pair(_, pair) {
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === "jobs") pair.key.spaceBefore = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
