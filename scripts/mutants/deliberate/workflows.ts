/** Mistakes in a compiled workflow. */
import { actions } from "../../../workflows-src/language/actions.ts";
import {
  conditions,
  emptyMatrix,
  gate,
  results,
  secretsOnMain,
} from "../../../workflows-src/properties/workflows/conditions.ts";
import { keys, matrixType } from "../../../workflows-src/properties/workflows/jobs.ts";
import { steps } from "../../../workflows-src/properties/workflows/steps.ts";
import {
  handedOn,
  oneAtATime,
  ownNames,
  pins,
  provenAnew,
} from "../../../workflows-src/properties/workflows/together.ts";
import { whole } from "../../../workflows-src/properties/workflows/whole.ts";
import { type Deliberate, added, dropped, replaced, set } from "./deliberate.ts";

type Named = { readonly name: string };
type Change = Deliberate["change"];
const inWorkflow =
  (workflow: string) =>
  (name: string, change: Change, rule: Named): Deliberate => ({
    name,
    file: `.github/workflows/${workflow}.yml`,
    change,
    rule: rule.name,
  });
const ciCd = inWorkflow("ci-cd");
const redeploy = inWorkflow("redeploy");
const weekly = inWorkflow("weekly");
const job = (id: string): string => `\n  ${id}:\n`;

export const inWorkflows: readonly Deliberate[] = [
  ciCd("a failed check is swallowed", replaced("stage -- check", "stage -- check || true"), steps),
  ciCd("a failed build is swallowed", replaced("stage -- build", "stage -- build || true"), steps),
  ciCd("a failed integration is swallowed", replaced("stage -- integrate", "stage -- integrate; true"), steps),
  ciCd("a failed deploy is swallowed", replaced("stage -- deploy", "stage -- deploy || exit 0"), steps),
  weekly("the weekly check is swallowed", replaced("stage -- check", "stage -- check || true"), steps),
  redeploy("a failed redeploy is swallowed", replaced("stage -- redeploy", "stage -- redeploy || true"), steps),
  ciCd("a step continues on error", set(["jobs", "check", "steps", 2, "continue-on-error"], true), steps),
  ciCd("a job continues on error", set(["jobs", "check", "continue-on-error"], true), keys),
  ciCd("a stage runs in sh", set(["jobs", "check", "steps", 2, "shell"], "sh"), steps),
  ciCd("a stage runs on failure only", set(["jobs", "check", "steps", 2, "if"], "failure()"), steps),
  ciCd("a step is dropped", dropped(["jobs", "check", "steps", 1]), steps),
  ciCd("two steps change places", replaced("stage -- plan", "stage -- check"), steps),
  ciCd("a step more", added(["jobs", "check", "steps"], { run: "npm test" }), steps),
  ciCd("plan gets no history", dropped(["jobs", "plan", "steps", 0, "with", "fetch-depth"]), steps),
  ciCd("deploy gets no history", dropped(["jobs", "deploy", "steps", 0, "with", "fetch-depth"]), steps),
  ciCd("the token stays in the work tree", replaced("persist-credentials: false", "persist-credentials: true"), steps),
  ciCd(
    "another file of Node's version",
    replaced("node-version-file: .node-version", "node-version-file: package.json"),
    steps,
  ),
  ciCd("the gate runs in sh", replaced("shell: bash", "shell: sh"), gate),
  ciCd("the gate's comparison is swallowed", replaced('<(echo "$ACTUAL")', '<(echo "$ACTUAL") || true'), gate),
  ciCd("the gate accepts a skipped job", replaced("check success", "check ${{ needs.check.result }}"), gate),
  ciCd("the gate forgets a job", replaced("            deploy ${{ needs.deploy.result }}\n", ""), gate),
  ciCd("the gate runs on success only", replaced("if: always()", "if: success()"), gate),
  ciCd("the gate waits for one job fewer", replaced("      - check\n", "", "    name: Gate"), gate),
  ciCd("all permissions at the top", replaced("\npermissions: {}", "\npermissions: write-all"), whole),
  weekly("all permissions at the top of weekly", replaced("\npermissions: {}", "\npermissions: write-all"), whole),
  ciCd("no permissions at the top", replaced("\npermissions: {}\n", "\n"), whole),
  ciCd("a job may write contents", replaced("contents: read", "contents: write"), keys),
  ciCd("a job gets a token of the provider", set(["jobs", "plan", "permissions", "id-token"], "write"), keys),
  ciCd(
    "older runs of a pull request go on",
    replaced("  cancel-in-progress: true", "  cancel-in-progress: false"),
    whole,
  ),
  ciCd(
    "runs of main cancel each other",
    replaced("github.event_name == 'pull_request' && github.ref || github.run_id", "github.ref"),
    whole,
  ),
  redeploy(
    "redeploys cancel each other",
    replaced("cancel-in-progress: false\n\njobs", "cancel-in-progress: true\n\njobs"),
    whole,
  ),
  redeploy("an optional input is required", replaced("required: false", "required: true"), whole),
  redeploy("a required input is optional", replaced("required: true", "required: false"), whole),
  ciCd(
    "the events include those of forks with secrets",
    replaced("  pull_request:\n", "  pull_request_target:\n"),
    whole,
  ),
  ciCd("pushes to every branch", dropped(["on", "push", "branches"]), whole),
  ciCd("a matrix fails fast", replaced("fail-fast: false", "fail-fast: true"), keys),
  ciCd("a matrix one at a time", set(["jobs", "build", "strategy", "max-parallel"], 1), keys),
  ciCd(
    "a matrix over something else",
    replaced("fromJSON(needs.plan.outputs.build)", "fromJSON(needs.plan.outputs.changed)"),
    emptyMatrix,
  ),
  ciCd(
    "a matrix over the tag",
    replaced("fromJSON(needs.plan.outputs.build)", "fromJSON(needs.plan.outputs.tag)"),
    matrixType,
  ),
  weekly("the weekly run believes earlier proofs", replaced('          FRESH: "true"\n', ""), provenAnew),
  weekly("the weekly run is started by hand only", dropped(["on", "schedule"]), provenAnew),
  ciCd("no layers are kept", replaced("          LAYERS: .pipeline/layers/layers-${{ matrix.app }}\n", ""), provenAnew),
  ciCd("a matrix over an empty list", replaced("    if: needs.plan.outputs.build != '[]'\n", ""), emptyMatrix),
  ciCd("a job without an end", dropped(["jobs", "build", "timeout-minutes"]), keys),
  ciCd("a job of a thousand minutes", replaced("timeout-minutes: 20", "timeout-minutes: 1000"), keys),
  ciCd("an artifact without the leg's name", replaced("name: oci-${{ matrix.app }}", "name: oci"), steps),
  ciCd("hidden files are left out", replaced("include-hidden-files: true", "include-hidden-files: false"), steps),
  ciCd("artifacts are kept for 90 days", replaced("retention-days: 14", "retention-days: 90"), steps),
  ciCd(
    "images that are missing are no error",
    replaced("if-no-files-found: error", "if-no-files-found: ignore"),
    steps,
  ),
  ciCd("a download of everything", replaced("pattern: oci-*", "pattern: '*'"), handedOn),
  ciCd("a download to another folder", replaced("          path: .pipeline/oci\n", "          path: oci\n"), handedOn),
  ciCd(
    "two uploads of one name",
    replaced("name: reports-${{ matrix.app }}", "name: proofs-${{ matrix.app }}"),
    ownNames,
  ),
  ciCd(
    "a publish on every branch",
    replaced(
      "github.ref == 'refs/heads/main' && needs.plan.outputs.publish",
      "needs.plan.outputs.publish",
      "    name: Publish",
    ),
    secretsOnMain,
  ),
  ciCd("a publish without a check", replaced("needs.check.result == 'success' && ", "", "    name: Publish"), results),
  ciCd(
    "a condition on the title of a commit",
    replaced(
      "if: needs.plan.outputs.build != '[]'",
      "if: github.event.head_commit.message != 'x' && needs.plan.outputs.build != '[]'",
    ),
    conditions,
  ),
  ciCd("deploy without its lane", dropped(["jobs", "deploy", "concurrency"]), oneAtATime),
  redeploy("redeploy in a lane of its own", replaced("      group: deploy", "      group: redeploy"), oneAtATime),
  ciCd("a lane without a queue", replaced("      queue: max\n", ""), keys),
  ciCd(
    "a deploy that the next one cancels",
    replaced("cancel-in-progress: false", "cancel-in-progress: true", "    name: Deploy"),
    keys,
  ),
  ciCd(
    "a secret of deploy in publish",
    set(["jobs", "publish", "steps", 4, "env", "DEPLOY_SSH_KEY"], "${{ secrets.DEPLOY_SSH_KEY }}"),
    steps,
  ),
  ciCd(
    "a secret in a pull request's job",
    set(["jobs", "check", "steps", 2, "env"], { TOKEN: "${{ secrets.DOCKER_HUB_ACCESS_TOKEN }}" }),
    steps,
  ),
  ciCd("a job in another environment", replaced("environment: docker-hub", "environment: production"), keys),
  ciCd("an action by its tag", replaced(`@${actions.checkout.commit}`, "@v7"), pins),
  ciCd("a version comment of another pin", replaced(`# ${actions.checkout.version}`, "# v0.0.1"), pins),
  ciCd("an output is lost", dropped(["jobs", "plan", "outputs", "tag"]), keys),
  ciCd("a stage is in no workflow", replaced(job("check"), job("checks")), whole),
];
