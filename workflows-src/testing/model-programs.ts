/**
 * Programs in the language of workflows, and mistakes in them. Nothing here runs: `tsc` is the test.
 * Each mistake stands below `@ts-expect-error`, which is itself an error where there is none,
 * beside the same thing said right. `model.test.ts` reads what the compiler answers.
 */
import type { AppName, AppSpec } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { digests, folders, list, oneOf, text } from "../../contract/codecs.ts";
import { type Contract, type Inputs as StageInputs, type Outputs, contracts } from "../../contract/contracts.ts";
import type { environments } from "../../contract/settings.ts";
import type { Action, Inputs as ActionInputs } from "../language/actions.ts";
import { all, any, equal, not, onMain } from "../language/expressions.ts";
import { workflow } from "../language/model.ts";
import type { SettingTexts } from "../pages/setting-texts.ts";

const main = { branches: ["main"] } as const;
const shape = { title: "Title", on: { push: main, pull_request: main } } as const;
const { app, tag, reason } = contracts.redeploy.inputs;

export const stagesAndOutputs = () =>
  workflow("stages", shape, ({ job }) => {
    const plan = job("plan");
    // @ts-expect-error no such stage
    job("plann");
    // @ts-expect-error a stage is named by its word, not by its handle
    job(plan);
    void plan.outputs.apps;
    // @ts-expect-error no such output
    void plan.outputs.aps;
    // @ts-expect-error no such output
    const { tags } = plan.outputs;
    void tags;
    // @ts-expect-error a stage that gives nothing
    void job("check").outputs.report;
    // @ts-expect-error an input of the stage is no output of it
    void job("build", { matrix: { app: plan.outputs.apps } }).outputs.app;
    // @ts-expect-error a handle is read-only
    plan.outputs.tag = plan.outputs.tag;
    // @ts-expect-error what a script returns is not what a workflow passes on
    job("integrate", { with: plan });
  });

export const taken = () =>
  workflow("taken", shape, ({ job }) => {
    const { apps, tag: planned } = job("plan").outputs;
    const { image: images, reports } = job("build", { matrix: { app: apps } }).outputs;
    job("integrate", { with: { apps, images } });
    // @ts-expect-error nothing of what it takes
    job("integrate");
    // @ts-expect-error nothing of what it inputs, said at length
    job("integrate", {});
    // @ts-expect-error `images` is missing
    job("integrate", { with: { apps } });
    // @ts-expect-error `tag` is not taken
    job("integrate", { with: { apps, images, tag: planned } });
    // @ts-expect-error misspelled
    job("integrate", { with: { app: apps, images } });
    // @ts-expect-error text is no list
    job("integrate", { with: { apps: planned, images } });
    // @ts-expect-error a literal is nobody's output
    job("integrate", { with: { apps: ["rocket-ecommerce"], images } });
    // @ts-expect-error GitHub's text is not written by hand
    job("integrate", { with: { apps: "${{ needs.plan.outputs.apps }}", images } });
    // @ts-expect-error another artifact
    job("integrate", { with: { apps, images: reports } });
    // @ts-expect-error a value is no artifact
    job("integrate", { with: { apps, images: planned } });
    // @ts-expect-error an artifact is no value
    job("integrate", { with: { apps: images, images } });
    // @ts-expect-error an artifact that nobody gives
    job("integrate", { with: { apps, images: job("check").outputs.image } });
    // @ts-expect-error a stage that takes nothing
    job("check", { with: { apps } });
    job("check");
  });

export const matrices = () =>
  workflow("matrices", shape, ({ job }) => {
    const { apps, tag: planned, publish: flag } = job("plan").outputs;
    const build = job("build", { matrix: { app: apps } });
    // @ts-expect-error neither a matrix nor a value
    job("build");
    // @ts-expect-error the stage does not take `ap`
    job("build", { matrix: { ap: apps } });
    // @ts-expect-error a matrix is over a list
    job("build", { matrix: { app: planned } });
    // @ts-expect-error a matrix is over a list, and a flag is none
    job("build", { matrix: { app: flag } });
    // @ts-expect-error a list of texts is no list of applications
    job("build", { matrix: { app: job("integrate", { with: { apps, images: build.outputs.image } }).outputs.tested } });
    // @ts-expect-error a literal list
    job("build", { matrix: { app: ["rocket-ecommerce"] } });
    // @ts-expect-error given twice
    job("build", { matrix: { app: apps }, with: { app: apps } });
    // @ts-expect-error a stage that takes nothing has no matrix
    job("check", { matrix: { app: apps } });
    // @ts-expect-error no `include`, no `exclude`
    job("build", { matrix: { app: apps }, include: [] });

    const one = job("build", { with: { app: apps as never } });
    // @ts-expect-error one folder where one a leg is taken
    job("integrate", { with: { apps, images: one.outputs.image } });
    const { tested } = job("integrate", { with: { apps, images: build.outputs.image } }).outputs;
    const legs = job("publish", { matrix: { tag: apps }, if: onMain, with: { images: build.outputs.image, tested } });
    // @ts-expect-error a scalar output of a matrix is only one leg's
    void legs.outputs.published;
  });

export const promises = () =>
  workflow("promises", shape, ({ job, event }) => {
    const plan = job("plan");
    const { apps, tag: planned, publish: wanted, deploy: wantedToo } = plan.outputs;
    const { image: images } = job("build", { matrix: { app: apps } }).outputs;
    const { tested } = job("integrate", { with: { apps, images } }).outputs;
    const given = { images, tested, tag: planned };
    const { published } = job("publish", { if: onMain, with: given }).outputs;
    job("publish", { if: all(onMain, wanted), with: given });
    job("publish", { if: all(wanted, all(wantedToo, onMain)), with: given });
    // @ts-expect-error secrets need `onMain`
    job("publish", { with: given });
    // @ts-expect-error a flag promises nothing
    job("publish", { if: wanted, with: given });
    // @ts-expect-error nor does one flag in `all`
    job("publish", { if: all(wanted), with: given });
    // @ts-expect-error nor do two
    job("publish", { if: all(wanted, wantedToo), with: given });
    // @ts-expect-error on main or anywhere is anywhere
    job("publish", { if: any(onMain, wanted), with: given });
    // @ts-expect-error nor inside `all`
    job("publish", { if: all(wanted, any(onMain, wantedToo)), with: given });
    // @ts-expect-error anywhere but on main
    job("publish", { if: not(onMain), with: given });
    // @ts-expect-error a push is not only to main once another branch is heard
    job("publish", { if: event.is("push"), with: given });

    job("deploy", { if: onMain, with: { published, tag: planned } });
    // @ts-expect-error production has secrets, too
    job("deploy", { with: { published, tag: planned } });
    // @ts-expect-error publishing what was not tested
    job("publish", { if: onMain, with: { images, tested: published, tag: planned } });
    // @ts-expect-error deploying what was tested and not published
    job("deploy", { if: onMain, with: { published: tested, tag: planned } });
    // @ts-expect-error a list of names holds no digests
    job("deploy", { if: onMain, with: { published: apps, tag: planned } });
    // @ts-expect-error a flag is not a tag
    job("deploy", { if: onMain, with: { published, tag: wanted } });
    // @ts-expect-error digests are not a tag
    job("deploy", { if: onMain, with: { published, tag: published } });
  });

export const conditions = () =>
  workflow("conditions", shape, ({ job, event }) => {
    const plan = job("plan");
    job("check", { if: all(event.is("push"), plan.outputs.publish) });
    // @ts-expect-error not heard by this workflow
    event.is("workflow_dispatch");
    // @ts-expect-error misspelled
    event.is("pull-request");
    // @ts-expect-error all of nothing
    all();
    // @ts-expect-error any of nothing
    any();
    // @ts-expect-error no text of GitHub's
    job("check", { if: "always()" });
    // @ts-expect-error a text is not a condition
    job("check", { if: plan.outputs.tag });
    // @ts-expect-error a boolean is decided too early
    job("check", { if: true });
    // @ts-expect-error neither is it in `all`
    all(onMain, true);
    // @ts-expect-error compared with what it can never be
    equal(plan.outputs.tag, 5);
    // @ts-expect-error handles, not words
    job("check", { needs: ["plan"] });
    // @ts-expect-error handles, not outputs
    job("check", { needs: [plan.outputs.apps] });
    job("check", { needs: [plan] });
  });

export const events = () => {
  const define = () => undefined;
  workflow("events", { title: "T", on: { push: { branches: ["main"] } } }, define);
  // @ts-expect-error misspelled
  workflow("events", { title: "T", on: { pushh: { branches: ["main"] } } }, define);
  // @ts-expect-error no branches: every push, tags too
  workflow("events", { title: "T", on: { push: {} } }, define);
  // @ts-expect-error another branch
  workflow("events", { title: "T", on: { push: { branches: ["mian"] } } }, define);
  // @ts-expect-error none
  workflow("events", { title: "T", on: { push: { branches: [] } } }, define);
  // @ts-expect-error what is ignored is decided by `plan`
  workflow("events", { title: "T", on: { push: { branches: ["main"], "paths-ignore": ["docs/**"] } } }, define);
  // @ts-expect-error a stranger's code beside our secrets
  workflow("events", { title: "T", on: { pull_request_target: { branches: ["main"] } } }, define);
  // @ts-expect-error not one of ours
  workflow("events", { title: "T", on: { schedule: [{ cron: "0 0 * * *" }] } }, define);
  // @ts-expect-error no title
  workflow("events", { on: { push: { branches: ["main"] } } }, define);
  // @ts-expect-error permissions are derived
  workflow("events", { title: "T", on: { push: { branches: ["main"] } }, permissions: "write-all" }, define);
  // @ts-expect-error the gate is a name
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
      // @ts-expect-error no such input
      void filled.ap;
      // @ts-expect-error a text is no application
      job("redeploy", { if: onMain, with: { app: filled.tag, tag: filled.tag, reason: filled.reason } });
      // @ts-expect-error `reason` is missing
      job("redeploy", { if: onMain, with: { app: filled.app, tag: filled.tag } });
      // @ts-expect-error a person can dispatch it from any branch
      job("redeploy", { with: filled });
      // @ts-expect-error `all` is no application
      job("build", { with: { app: filled.app } });
      void equal(filled.app, "all");
      // @ts-expect-error not one of the choices
      void equal(filled.app, "al");
    },
  );

export const declaredInputs = () => {
  const define = () => undefined;
  const on = { workflow_dispatch: {} } as const;
  const entered = { app: { is: app, description: "App" } } as const;
  workflow("d", { title: "T", on, inputs: entered }, define);
  // @ts-expect-error nobody can fill them in
  workflow("d", { title: "T", on: { push: main }, inputs: entered }, define);
  // @ts-expect-error no description
  workflow("d", { title: "T", on, inputs: { app: { is: app } } }, define);
  // @ts-expect-error a folder cannot be filled in
  workflow("d", { title: "T", on, inputs: { app: { is: folders("oci"), description: "App" } } }, define);
  // @ts-expect-error GitHub's word for a type
  workflow("d", { title: "T", on, inputs: { app: { is: "string", description: "App" } } }, define);
};

export const rawKeys = () =>
  workflow("raw", shape, ({ job }) => {
    job("check", { needs: [] });
    // @ts-expect-error misspelled
    job("check", { neds: [] });
    // @ts-expect-error what a step sees is in the contract
    job("check", { env: { TOKEN: "t" } });
    // @ts-expect-error permissions are derived
    job("check", { permissions: { contents: "write" } });
    // @ts-expect-error secrets come with an environment
    job("check", { secrets: "inherit" });
    // @ts-expect-error the environment is in the contract
    job("check", { environment: "production" });
    // @ts-expect-error actions are in one table
    job("check", { uses: "actions/checkout@main" });
    // @ts-expect-error a step calls its stage and nothing else
    job("check", { run: "npm test" });
    // @ts-expect-error a red job is red
    job("check", { "continue-on-error": true });
    // @ts-expect-error one kind of runner
    job("check", { "runs-on": "self-hosted" });
    // @ts-expect-error minutes are in the contract
    job("check", { "timeout-minutes": 600 });
  });

const described = { title: "T", timeoutMinutes: 5 } as const;
export const written = {
  right: { ...described, inputs: { tag: text }, environment: "production", variables: ["DEPLOY_HOST"] },
  // @ts-expect-error unknown environment
  environment: { ...described, environment: "prod" },
  // @ts-expect-error unknown variable
  variable: { ...described, variables: ["DOCKER_USER"] },
  // @ts-expect-error a secret is no variable
  secret: { ...described, variables: ["DEPLOY_SSH_KEY"] },
  // @ts-expect-error misspelled
  key: { ...described, give: { tag: text } },
  // @ts-expect-error a type is no codec
  codec: { ...described, outputs: { tag: "text" } },
  // @ts-expect-error no minutes: GitHub's six hours
  timeoutMinutes: { title: "T" },
} as const satisfies Record<string, Contract>;

// @ts-expect-error an environment without its secrets
export const bareEnvironment: Readonly<Record<keyof typeof environments, { readonly secrets: readonly string[] }>> = {
  production: { secrets: [] },
};
const settingText = { description: "a value", whenMissing: "it fails" };
// @ts-expect-error settings without a text
export const fewerTexts: SettingTexts = {};
// @ts-expect-error a setting without a French text
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
  tests: ["test"],
} as const;
const { image: _image, ...imageless } = entry;
export const entries = {
  right: entry,
  // @ts-expect-error misspelled
  key: { ...entry, replica: 5 },
  // @ts-expect-error a port is a number
  port: { ...entry, port: "8000" },
  // @ts-expect-error a route ends in a slash
  slash: { ...entry, route: "/i" },
  // @ts-expect-error not behind the proxy is `null`, not nothing
  route: { ...entry, route: undefined },
  // @ts-expect-error an application without tests
  tests: { ...entry, tests: [] },
  // @ts-expect-error no image
  image: imageless,
} as const satisfies Record<string, AppSpec>;
// @ts-expect-error no such application
export const missing: AppName = "rocket";

const pinned = { repository: "a/b", version: "v1.0.0", commit: "c" } as const;
export const pins: readonly Action[] = [
  { ...pinned, permissions: { contents: "read" } },
  // @ts-expect-error unknown permission
  { ...pinned, permissions: { content: "read" } },
  // @ts-expect-error unknown level
  { ...pinned, permissions: { contents: "admin" } },
  // @ts-expect-error a pin without its version
  { repository: "a/b", commit: "c", permissions: {} },
];
export const checkouts: readonly ActionInputs["checkout"][] = [
  { "persist-credentials": false, "fetch-depth": 0 },
  // @ts-expect-error the token would stay in the work tree
  { "persist-credentials": true },
  // @ts-expect-error the default keeps the token
  {},
  // @ts-expect-error misspelled
  { "persist-credentials": false, depth: 0 },
];
export const uploads: readonly ActionInputs["uploadArtifact"][] = [
  // @ts-expect-error artifacts that are kept for 90 days
  { name: "a", path: "p", "if-no-files-found": "error", "include-hidden-files": true },
  // @ts-expect-error a missing product is an error
  { name: "a", path: "p", "retention-days": 1, "if-no-files-found": "warn", "include-hidden-files": true },
];
// @ts-expect-error everything of the run
export const downloads: ActionInputs["downloadArtifact"] = { path: "p" };

const one: Digest<"tested"> = `sha256:${"0"}`;
export const stageSide = (publish: StageInputs<"publish">, deploy: StageInputs<"deploy">): void => {
  void publish.settings.DOCKER_HUB_ACCESS_TOKEN;
  // @ts-expect-error the secret of another environment
  void publish.settings.DEPLOY_SSH_KEY;
  // @ts-expect-error a variable that the contract does not name
  void publish.settings.DEPLOY_HOST;
  // @ts-expect-error not what it takes
  void publish.apps;
  // @ts-expect-error no such application
  void publish.tested["rocket"];
  // @ts-expect-error published, not tested
  const tested: StageInputs<"publish">["tested"] = deploy.published;
  void tested;
};
export const planned: Outputs<"plan"> = { apps: [], publish: false, deploy: false, tag: "t" };
// @ts-expect-error an output is missing
export const forgot: Outputs<"plan"> = { apps: [], publish: false, deploy: false };
// @ts-expect-error an output that the contract does not name
export const more: Outputs<"plan"> = { ...planned, ship: true };
// @ts-expect-error a flag is no text
export const texts: Outputs<"plan"> = { ...planned, deploy: "false" };
// @ts-expect-error no such application
export const names: Outputs<"plan"> = { ...planned, apps: ["rocket"] };
// @ts-expect-error what was tested is not published yet
export const early: Outputs<"publish"> = { published: { "rocket-ecommerce": one } };
// @ts-expect-error a tag is no digest
export const tagged: Outputs<"integrate"> = { tested: { "rocket-ecommerce": "latest" } };
// @ts-expect-error no such stage
export type Unknown = StageInputs<"pln">;
// @ts-expect-error one of what
export const nothing = oneOf();
// @ts-expect-error a list of folders does not fit on a line
export const nested = list(folders("oci"));
// @ts-expect-error of which applications
export const unnamed = digests("tested");
