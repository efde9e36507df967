/**
 * Correct programs in the language of workflows, and mistakes. Nothing here runs: the type checker is the test.
 * A comment `@ts-expect-error` stands above each mistake; the type checker reports it if the next line has no error.
 * `model.test.ts` reads the messages for the mistakes.
 */
import type { AppName, AppSpec } from "../../apps/catalog.ts";
import { digests, folders, list, oneOf, text } from "../../contract/codecs.ts";
import { type Contract, type Inputs as StageInputs, type Outputs, contracts } from "../../contract/contracts.ts";
import type { environments } from "../../contract/settings.ts";
import type { Action } from "../language/actions.ts";
import { all, any, equal, not, onMain, yes } from "../language/expressions.ts";
import { use } from "../language/own-steps.ts";
import { kept, workflow } from "../language/workflow.ts";
import type { SettingTexts } from "../pages/setting-texts.ts";

const main = { branches: ["main"] } as const;
const shape = { title: "Title", on: { push: main, pull_request: main } } as const;
const { app, tag, reason } = contracts.redeploy.inputs;

export const stagesAndOutputs = () =>
  workflow("stages", shape, ({ job }) => {
    const plan = job("plan");
    // @ts-expect-error TS2345 no such stage
    job("plann");
    // @ts-expect-error TS2345 a stage is named by a string, not by the handle of a job
    job(plan);
    void plan.outputs.build;
    // @ts-expect-error TS2339 no such output
    void plan.outputs.aps;
    // @ts-expect-error TS2339 no such output
    const { tags } = plan.outputs;
    void tags;
    // @ts-expect-error TS2339 this stage has no output
    void job("check").outputs.report;
    // @ts-expect-error TS2339 an input of a stage is not an output
    void job("build", { matrix: { app: plan.outputs.build } }).outputs.app;
    // @ts-expect-error TS2540 a handle is read-only
    plan.outputs.tag = plan.outputs.tag;
    // @ts-expect-error TS2322 a job is not a set of inputs
    job("integrate", { with: plan });
  });

export const stageInputs = () =>
  workflow("stageInputs", shape, ({ job }) => {
    const { build: apps, carried, changed, tag: planned } = job("plan").outputs;
    const { image: images, reports } = job("build", { matrix: { app: apps } }).outputs;
    job("integrate", { with: { carried, changed, images } });
    // @ts-expect-error TS2345 every input is missing
    job("integrate");
    // @ts-expect-error TS2345 every input is missing from the options
    job("integrate", {});
    // @ts-expect-error TS2345 `images` is missing
    job("integrate", { with: { carried, changed } });
    // @ts-expect-error TS2345 the stage has no input `tag`
    job("integrate", { with: { carried, changed, images, tag: planned } });
    // @ts-expect-error TS2345 a misspelled key
    job("integrate", { with: { carries: carried, changed, images } });
    // @ts-expect-error TS2322 a text is not a set of digests
    job("integrate", { with: { carried: planned, changed, images } });
    // @ts-expect-error TS2322 a literal is not the output of a job
    job("integrate", { with: { carried: {}, changed, images } });
    // @ts-expect-error TS2322 an expression is not written as text
    job("integrate", { with: { carried: "${{ needs.plan.outputs.carried }}", changed, images } });
    // @ts-expect-error TS2322 the artifact has another name
    job("integrate", { with: { carried, changed, images: reports } });
    // @ts-expect-error TS2741 a value is not an artifact
    job("integrate", { with: { carried, changed, images: planned } });
    // @ts-expect-error TS2322 an artifact is not a value
    job("integrate", { with: { carried: images, changed, images } });
    // @ts-expect-error TS2339 the job has no such artifact
    job("integrate", { with: { carried, changed, images: job("check").outputs.image } });
    // @ts-expect-error TS2345 this stage has no input
    job("check", { with: { apps } });
    job("check");
  });

export const optionalInputs = () => {
  workflow("optional", shape, ({ job }) => void job("plan", { with: { fresh: yes } }));
  workflow("optional", shape, ({ job }) => void job("plan", {}));
  workflow("optional", shape, ({ job, event }) => {
    job("plan", { with: { fresh: event.is("push") } });
    // @ts-expect-error TS2322 a boolean is evaluated when the workflow is compiled, not when it runs
    job("plan", { with: { fresh: true } });
    // @ts-expect-error TS2345 a misspelled optional input
    job("plan", { with: { frsh: yes } });
  });
};

export const caches = () =>
  workflow("caches", shape, ({ job }) => {
    const { build: apps, carried, changed } = job("plan").outputs;
    const { image: images } = job("build", { matrix: { app: apps }, with: { layers: kept } }).outputs;
    // @ts-expect-error TS2322 a cache is kept or left out; its folder is in the contract
    job("build", { matrix: { app: apps }, with: { layers: ".pipeline/layers" } });
    // @ts-expect-error TS2741 an artifact is not a cache
    job("build", { matrix: { app: apps }, with: { layers: images } });
    // @ts-expect-error TS2741 a cache is not an artifact
    job("integrate", { with: { carried, changed, images: kept } });
    // @ts-expect-error TS2345 this stage keeps no cache
    job("check", { with: { layers: kept } });
  });

export const matrices = () =>
  workflow("matrices", shape, ({ job }) => {
    const { build: apps, carried, changed, tag: planned, publish: flag } = job("plan").outputs;
    const build = job("build", { matrix: { app: apps } });
    // @ts-expect-error TS2345 neither a matrix nor a value for the input
    job("build");
    // @ts-expect-error TS2345 the stage has no input `ap`
    job("build", { matrix: { ap: apps } });
    // @ts-expect-error TS2322 a matrix needs a list, not a text
    job("build", { matrix: { app: planned } });
    // @ts-expect-error TS2322 a matrix needs a list, not a flag
    job("build", { matrix: { app: flag } });
    // @ts-expect-error TS2322 digests are not a list of applications
    job("build", { matrix: { app: carried } });
    // @ts-expect-error TS2322 a constant that is no value of the input
    job("build", { matrix: { app: ["rocket"] } });
    // @ts-expect-error TS2322 the same input by matrix and by value
    job("build", { matrix: { app: apps }, with: { app: apps } });
    // @ts-expect-error TS2345 a stage without inputs has no matrix
    job("check", { matrix: { app: apps } });
    // @ts-expect-error TS2345 `include` is not supported
    job("build", { matrix: { app: apps }, include: [] });

    const one = job("build", { with: { app: apps as never } });
    // @ts-expect-error TS2322 one folder instead of one per leg
    job("integrate", { with: { carried, changed, images: one.outputs.image } });
    const { tested } = job("integrate", { with: { carried, changed, images: build.outputs.image } }).outputs;
    const { image: images, proofs } = build.outputs;
    const legs = job("publish", { matrix: { tag: apps }, if: onMain, with: { carried, images, tested, proofs } });
    // @ts-expect-error TS2339 a job with a matrix has no scalar output
    void legs.outputs.published;
  });

export const promises = () =>
  workflow("promises", shape, ({ job, event }) => {
    const plan = job("plan");
    const { build: apps, carried, changed, tag: planned, publish: wanted, deploy: wantedToo } = plan.outputs;
    const { image: images, proofs } = job("build", { matrix: { app: apps } }).outputs;
    const { tested } = job("integrate", { with: { carried, changed, images } }).outputs;
    const given = { carried, images, tested, proofs, tag: planned };
    const { published } = job("publish", { if: onMain, with: given }).outputs;
    job("publish", { if: all(onMain, wanted), with: given });
    job("publish", { if: all(wanted, all(wantedToo, onMain)), with: given });
    // @ts-expect-error TS2345 secrets need `onMain`
    job("publish", { with: given });
    // @ts-expect-error TS2322 a flag does not restrict the job to main
    job("publish", { if: wanted, with: given });
    // @ts-expect-error TS2322 `all` of one flag does not restrict the job to main
    job("publish", { if: all(wanted), with: given });
    // @ts-expect-error TS2322 `all` of two flags does not restrict the job to main
    job("publish", { if: all(wanted, wantedToo), with: given });
    // @ts-expect-error TS2322 `any` with another condition does not restrict the job to main
    job("publish", { if: any(onMain, wanted), with: given });
    // @ts-expect-error TS2322 `any` inside `all` does not restrict the job to main
    job("publish", { if: all(wanted, any(onMain, wantedToo)), with: given });
    // @ts-expect-error TS2322 `not(onMain)` is every ref except main
    job("publish", { if: not(onMain), with: given });
    // @ts-expect-error TS2322 the event push does not restrict the job to main
    job("publish", { if: event.is("push"), with: given });

    job("deploy", { if: onMain, with: { published, tag: planned } });
    // @ts-expect-error TS2345 the environment production has secrets, too
    job("deploy", { with: { published, tag: planned } });
    // @ts-expect-error TS2322 publishing an image that was not tested
    job("publish", { if: onMain, with: { ...given, tested: published } });
    // @ts-expect-error TS2322 deploying an image that was tested but not published
    job("deploy", { if: onMain, with: { published: tested, tag: planned } });
    // @ts-expect-error TS2322 a list of names does not contain digests
    job("deploy", { if: onMain, with: { published: apps, tag: planned } });
    // @ts-expect-error TS2322 a flag is not a tag
    job("deploy", { if: onMain, with: { published, tag: wanted } });
    // @ts-expect-error TS2322 digests are not a tag
    job("deploy", { if: onMain, with: { published, tag: published } });
  });

export const conditions = () =>
  workflow("conditions", shape, ({ job, event }) => {
    const plan = job("plan");
    job("check", { if: all(event.is("push"), plan.outputs.publish) });
    // @ts-expect-error TS2345 the event does not start this workflow
    event.is("workflow_dispatch");
    // @ts-expect-error TS2345 a misspelled key
    event.is("pull-request");
    // @ts-expect-error TS2555 `all` without a condition
    all();
    // @ts-expect-error TS2555 `any` without a condition
    any();
    // @ts-expect-error TS2322 an expression is not a condition when it is written as text
    job("check", { if: "always()" });
    // @ts-expect-error TS2741 a text output is not a condition
    job("check", { if: plan.outputs.tag });
    // @ts-expect-error TS2322 a boolean is evaluated when the workflow is compiled
    job("check", { if: true });
    // @ts-expect-error TS2345 a boolean inside `all`
    all(onMain, true);
    // @ts-expect-error TS2345 compared with a value of another type
    equal(plan.outputs.tag, 5);
    // @ts-expect-error TS2322 needs are handles of jobs, not strings
    job("check", { needs: ["plan"] });
    // @ts-expect-error TS2322 needs are handles of jobs, not outputs
    job("check", { needs: [plan.outputs.build] });
    job("check", { needs: [plan] });
  });

export const events = () => {
  const define = () => undefined;
  workflow("events", { title: "T", on: { push: { branches: ["main"] } } }, define);
  // @ts-expect-error TS2345 a misspelled key
  workflow("events", { title: "T", on: { pushh: { branches: ["main"] } } }, define);
  // @ts-expect-error TS2322 without branches every push and tag would start it
  workflow("events", { title: "T", on: { push: {} } }, define);
  // @ts-expect-error TS2322 a branch other than main
  workflow("events", { title: "T", on: { push: { branches: ["mian"] } } }, define);
  // @ts-expect-error TS2322 an empty list of branches
  workflow("events", { title: "T", on: { push: { branches: [] } } }, define);
  // @ts-expect-error TS2345 path filters are not supported; the stage plan decides what changed
  workflow("events", { title: "T", on: { push: { branches: ["main"], "paths-ignore": ["docs/**"] } } }, define);
  // @ts-expect-error TS2345 `pull_request_target` would run the code of a fork with our secrets
  workflow("events", { title: "T", on: { pull_request_target: { branches: ["main"] } } }, define);
  workflow("events", { title: "T", on: { merge_group: {}, schedule: { weekly: "Monday", at: "03:17" } } }, define);
  // @ts-expect-error TS2322 a branch filter: the queue of which branch is a setting of the repository
  workflow("events", { title: "T", on: { merge_group: { branches: ["main"] } } }, define);
  // @ts-expect-error TS2322 a cron expression can be wrong in ways that a day and a time cannot
  workflow("events", { title: "T", on: { schedule: [{ cron: "0 0 * * *" }] } }, define);
  // @ts-expect-error TS2322 a misspelled day
  workflow("events", { title: "T", on: { schedule: { weekly: "monday", at: "03:17" } } }, define);
  // @ts-expect-error TS2322 a time that no clock shows
  workflow("events", { title: "T", on: { schedule: { weekly: "Monday", at: "24:00" } } }, define);
  // @ts-expect-error TS2322 the day is missing
  workflow("events", { title: "T", on: { schedule: { at: "03:17" } } }, define);
  // @ts-expect-error TS2322 an event that is not supported
  workflow("events", { title: "T", on: { workflow_run: { workflows: ["CI/CD"] } } }, define);
  // @ts-expect-error TS2345 the title is missing
  workflow("events", { on: { push: { branches: ["main"] } } }, define);
  // @ts-expect-error TS2345 permissions are derived from the actions
  workflow("events", { title: "T", on: { push: { branches: ["main"] } }, permissions: "write-all" }, define);
  // @ts-expect-error TS2322 the gate is a name, not a boolean
  workflow("events", { title: "T", on: { push: { branches: ["main"] } }, gate: true }, define);
};

export const inputs = () =>
  workflow(
    "inputs",
    {
      title: "Title",
      on: { workflow_dispatch: {} },
      inputs: {
        app: { is: app, description: "App" },
        tag: { is: tag, description: "Tag" },
        reason: { is: reason, description: "Why" },
      },
    },
    ({ job, inputs: filled }) => {
      job("redeploy", { if: onMain, with: filled });
      // @ts-expect-error TS2339 no such input
      void filled.ap;
      // @ts-expect-error TS2322 a text is not the name of an application
      job("redeploy", { if: onMain, with: { app: filled.tag, tag: filled.tag, reason: filled.reason } });
      // @ts-expect-error TS2345 `reason` is missing
      job("redeploy", { if: onMain, with: { app: filled.app, tag: filled.tag } });
      // @ts-expect-error TS2345 a manual run can start on any branch
      job("redeploy", { with: filled });
      // @ts-expect-error TS2322 `all` is not an application
      job("build", { with: { app: filled.app } });
      void equal(filled.app, "all");
      // @ts-expect-error TS2345 compared with a value that is not one of the choices
      void equal(filled.app, "al");
    },
  );

export const declaredInputs = () => {
  const define = () => undefined;
  const on = { workflow_dispatch: {} } as const;
  const entered = { app: { is: app, description: "App" } } as const;
  workflow("d", { title: "T", on, inputs: entered }, define);
  // @ts-expect-error TS2345 inputs need the event workflow_dispatch
  workflow("d", { title: "T", on: { push: main }, inputs: entered }, define);
  // @ts-expect-error TS2345 the description is missing
  workflow("d", { title: "T", on, inputs: { app: { is: app } } }, define);
  // @ts-expect-error TS2322 a folder cannot be an input of a form
  workflow("d", { title: "T", on, inputs: { app: { is: folders("oci"), description: "App" } } }, define);
  // @ts-expect-error TS2322 the type of an input is a codec, not GitHub's name of a type
  workflow("d", { title: "T", on, inputs: { app: { is: "string", description: "App" } } }, define);
};

export const rawKeys = () =>
  workflow("raw", shape, ({ job }) => {
    job("check", { needs: [] });
    // @ts-expect-error TS2345 a misspelled key
    job("check", { neds: [] });
    // @ts-expect-error TS2345 the environment of a step is in the contract
    job("check", { env: { TOKEN: "t" } });
    // @ts-expect-error TS2345 permissions are derived from the actions
    job("check", { permissions: { contents: "write" } });
    // @ts-expect-error TS2345 secrets come from the environment in the contract
    job("check", { secrets: "inherit" });
    // @ts-expect-error TS2345 the environment is in the contract
    job("check", { environment: "production" });
    // @ts-expect-error TS2345 actions are listed in one table
    job("check", { uses: "actions/checkout@main" });
    // @ts-expect-error TS2345 a step runs its stage and no other command
    job("check", { run: "npm test" });
    // @ts-expect-error TS2345 a failed job may not be ignored
    job("check", { "continue-on-error": true });
    // @ts-expect-error TS2345 all jobs use the same runner
    job("check", { "runs-on": "self-hosted" });
    // @ts-expect-error TS2345 the timeout is in the contract
    job("check", { "timeout-minutes": 600 });
  });

const described = { title: "T", timeoutMinutes: 5 } as const;
export const written = {
  right: { ...described, inputs: { tag: text }, environment: "production", variables: ["DEPLOY_HOST"] },
  // @ts-expect-error TS2322 unknown environment
  environment: { ...described, environment: "prod" },
  // @ts-expect-error TS2322 unknown variable
  variable: { ...described, variables: ["DOCKER_USER"] },
  // @ts-expect-error TS2820 a secret is not a variable
  secret: { ...described, variables: ["DEPLOY_SSH_KEY"] },
  // @ts-expect-error TS2353 a misspelled key
  key: { ...described, give: { tag: text } },
  // @ts-expect-error TS2322 a string is not a codec
  codec: { ...described, outputs: { tag: "text" } },
  // @ts-expect-error TS2741 without a timeout GitHub's six hours would apply
  timeoutMinutes: { title: "T" },
} as const satisfies Record<string, Contract>;

// @ts-expect-error TS2741 an environment is missing
export const bareEnvironment: Readonly<Record<keyof typeof environments, { readonly secrets: readonly string[] }>> = {
  production: { secrets: [] },
};
const settingText = { description: "a value", whenMissing: "it fails" };
// @ts-expect-error TS2322 settings without a text
export const fewerTexts: SettingTexts = {};
// @ts-expect-error TS2741 a setting without a French text
export const englishOnly: SettingTexts["DEPLOY_HOST"] = { en: settingText };

const entry = {
  image: "i",
  title: "T",
  summary: "S",
  port: 1,
  route: "/i/",
  publishedPort: 9006,
  replicas: 1,
  threads: 1,
  memory: 1,
  tests: ["test"],
} as const;
const { image: _image, ...imageless } = entry;
export const entries = {
  right: entry,
  // @ts-expect-error TS2561 a misspelled key
  key: { ...entry, replica: 5 },
  // @ts-expect-error TS2322 a port is a number
  port: { ...entry, port: "8000" },
  // @ts-expect-error TS2322 a route ends in a slash
  slash: { ...entry, route: "/i" },
  // @ts-expect-error TS2322 an application without a route has the route `null`, not `undefined`
  route: { ...entry, route: undefined },
  // @ts-expect-error TS2322 an empty list of tests
  tests: { ...entry, tests: [] },
  // @ts-expect-error TS2741 the image is missing
  image: imageless,
} as const satisfies Record<string, AppSpec>;
// @ts-expect-error TS2322 no such application
export const missing: AppName = "rocket";

const pinned = { repository: "a/b", version: "v1.0.0", commit: "c" } as const;
export const pins: readonly Action[] = [
  { ...pinned, permissions: { contents: "read" } },
  // @ts-expect-error TS2561 unknown permission
  { ...pinned, permissions: { content: "read" } },
  // @ts-expect-error TS2322 unknown level
  { ...pinned, permissions: { contents: "admin" } },
  // @ts-expect-error TS2741 a pin without a version
  { repository: "a/b", commit: "c", permissions: {} },
];
const upload = { name: "a", path: "p", "include-hidden-files": true } as const;
const absent = { "if-no-files-found": "error" } as const;
export const stepsOfActions = () => {
  use("checkout", { "persist-credentials": false, "fetch-depth": 0 });
  // @ts-expect-error TS2322 the token would remain in the work tree
  use("checkout", { "persist-credentials": true });
  // @ts-expect-error TS2345 the default of checkout keeps the token in the work tree
  use("checkout", {});
  // @ts-expect-error TS2345 a misspelled key
  use("checkout", { "persist-credentials": false, depth: 0 });
  use("uploadArtifact", { ...upload, ...absent, "retention-days": 1, overwrite: true });
  // @ts-expect-error TS2345 without a retention time artifacts are kept for 90 days
  use("uploadArtifact", { ...upload, ...absent, overwrite: true });
  // @ts-expect-error TS2322 a missing product must be an error
  use("uploadArtifact", { ...upload, "if-no-files-found": "warn", "retention-days": 1, overwrite: true });
  // @ts-expect-error TS2345 without `overwrite` a job that is run again could not upload
  use("uploadArtifact", { ...upload, ...absent, "retention-days": 1 });
  // @ts-expect-error TS2345 without a name every artifact of the run would be downloaded
  use("downloadArtifact", { path: "p" });
};

export const stageSide = (publish: StageInputs<"publish">, deploy: StageInputs<"deploy">): void => {
  void publish.settings.DOCKER_HUB_ACCESS_TOKEN;
  // @ts-expect-error TS2339 the secret of another environment
  void publish.settings.DEPLOY_SSH_KEY;
  // @ts-expect-error TS2339 a variable that the contract does not name
  void publish.settings.DEPLOY_HOST;
  // @ts-expect-error TS2339 the stage has no such input
  void publish.apps;
  // @ts-expect-error TS2339 no such application
  void publish.tested.rocket;
  // @ts-expect-error TS2375 published digests instead of tested ones
  const tested: StageInputs<"publish">["tested"] = deploy.published;
  void tested;
};
const nothingToDo = {
  build: [],
  carried: {},
  integrate: false,
  changed: [],
  proven: {},
  publish: false,
  deploy: false,
} as const;
export const planned: Outputs<"plan"> = { ...nothingToDo, tag: "t" };
// @ts-expect-error TS2741 an output is missing
export const forgot: Outputs<"plan"> = nothingToDo;
// @ts-expect-error TS2353 an output that the contract does not name
export const more: Outputs<"plan"> = { ...planned, ship: true };
// @ts-expect-error TS2322 a flag is not a text
export const texts: Outputs<"plan"> = { ...planned, deploy: "false" };
// @ts-expect-error TS2322 no such application
export const names: Outputs<"plan"> = { ...planned, build: ["rocket"] };
// @ts-expect-error TS2375 a tested digest is not a published one
export const early = (digest: StageInputs<"publish">["tested"]): Outputs<"publish">["published"] => digest;
// @ts-expect-error TS2322 a tag is not a digest
export const tagged = (tags: Record<AppName, "latest">): Outputs<"integrate"> => ({ tested: tags });
// @ts-expect-error TS2344 no such stage
export type Unknown = StageInputs<"pln">;
// @ts-expect-error TS2554 `oneOf` without choices
export const nothing = oneOf();
// @ts-expect-error TS2739 a list cannot contain folders
export const nested = list(folders("oci"));
// @ts-expect-error TS2554 digests without a codec for the names
export const unnamed = digests("tested");
