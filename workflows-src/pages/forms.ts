/**
 * What maintainers write in workflows, each with the example that says it in this language, or with the reason why the language
 * does not have it. The README of the examples is generated from this table, and tests compare it with the examples. Pure.
 */

interface Shown {
  readonly form: string;
  /** The file of the example, without its ending. */
  readonly example: string;
  /** A part of the compiled workflow that is this form. */
  readonly shows: string;
}
interface Refused {
  readonly form: string;
  readonly reason: string;
}

export const forms: readonly (Shown | Refused)[] = [
  { form: "`schedule`, at any time that cron can express", example: "schedule", shows: "cron: 17 5 1 1,4,7,10 *" },
  { form: "`merge_group`", example: "merge-queue", shows: "merge_group: {}" },
  { form: "`release`", example: "release", shows: "- published" },
  { form: "tags", example: "tags", shows: "tags:\n      - v[0-9]+.*" },
  { form: "branches other than `main`", example: "branches", shows: "- release/**" },
  { form: "filters of paths", example: "paths", shows: 'paths:\n      - docs/**\n      - "!docs/images/**"' },
  { form: "types of pull requests", example: "labels", shows: "types:\n      - labeled" },
  { form: "`workflow_run`", example: "after-another", shows: "workflows:\n      - CI/CD" },
  {
    form: "`repository_dispatch` with a payload",
    example: "asked-by-program",
    shows: "github.event.client_payload.version",
  },
  { form: "`workflow_call` with inputs", example: "callable", shows: "type: boolean" },
  { form: "`workflow_call` with secrets", example: "callable", shows: "secrets:\n      token:" },
  { form: "`workflow_call` with outputs", example: "callable", shows: "value: ${{ jobs.pack.outputs.file }}" },
  { form: "calling a workflow", example: "caller", shows: "uses: ./.github/workflows/callable.yml" },
  { form: "a text as an input", example: "form", shows: "type: string" },
  { form: "a boolean as an input and as a condition", example: "form", shows: 'if: "!(inputs.dry)"' },
  { form: "a number as an input", example: "form", shows: "type: number" },
  { form: "a choice as an input", example: "form", shows: "options:\n          - small" },
  { form: "an environment as an input", example: "form", shows: "type: environment" },
  { form: "defaults of inputs", example: "form", shows: "default: small" },
  { form: "inputs beside events without inputs", example: "optional-inputs", shows: "inputs.depth || 'shallow'" },
  {
    form: "a matrix over constants",
    example: "constant-matrix",
    shows: "max-parallel: 1\n      matrix:\n        app:\n          - ",
  },
  {
    form: "a matrix of two dimensions",
    example: "matrix",
    shows: "name: Test ${{ matrix.node }} ${{ matrix.runner }}",
  },
  { form: "`max-parallel`", example: "matrix", shows: "max-parallel: 4" },
  { form: "`fail-fast`", example: "matrix", shows: "fail-fast: true" },
  { form: "`include`", example: "legs", shows: "include:\n          - platform: linux/amd64" },
  {
    form: "a matrix over a list of numbers",
    example: "numbers",
    shows: "part: ${{ fromJSON(needs.split.outputs.parts) }}",
  },
  { form: "another runner, also a self-hosted one", example: "runner", shows: "- self-hosted" },
  { form: "services", example: "services", shows: "--health-cmd" },
  { form: "a container", example: "container", shows: "container:" },
  { form: "a cache of one's own", example: "cache", shows: "hashFiles('package-lock.json')" },
  { form: "a cache of a stage", example: "stage-cache", shows: "key: layers/${{ matrix.app }}/${{ github.sha }}" },
  { form: "commands and actions beside a stage", example: "beside-a-stage", shows: "run: df -h" },
  { form: "a stage twice", example: "twice", shows: "check-arm:" },
  { form: "`continue-on-error` of a step", example: "may-fail", shows: "continue-on-error: true" },
  { form: "results of jobs in conditions", example: "results", shows: "needs.deploy.result == 'failure'" },
  {
    form: "`failure()`, `cancelled()` and `always()`",
    example: "report-failure",
    shows: "if: failure() || cancelled()",
  },
  {
    form: "any and not, without secrets for forks",
    example: "any-and-not",
    shows: "startsWith(github.ref, 'refs/tags/') ||",
  },
  {
    form: "texts with values in them, and `run-name`",
    example: "texts",
    shows: "run-name: ${{ format('Deploy by {0}, run {1}'",
  },
  { form: "other values of `github`", example: "texts", shows: "github.server_url" },
  { form: "several environments", example: "environments", shows: "environment: docker-hub" },
  { form: "an environment with an address", example: "environments", shows: "url: ${{ vars.PUBLIC_ORIGIN }}" },
  { form: "variables of an environment", example: "environments", shows: "HOST: ${{ vars.DEPLOY_HOST }}" },
  { form: "an environment that an input chooses", example: "chosen-environment", shows: "name: ${{ inputs.place }}" },
  {
    form: "concurrency of one's own, of runs",
    example: "concurrency",
    shows: "group: ${{ format('pages-{0}', github.ref) }}",
  },
  { form: "concurrency of one's own, of jobs", example: "concurrency", shows: "group: test-machine" },
  { form: "how long artifacts are kept", example: "retention", shows: "retention-days: 5" },
  { form: "options of the checkout", example: "checkout", shows: "submodules: recursive" },
  { form: "`id-token`, for a login without a stored password", example: "oidc", shows: "id-token: write" },
  {
    form: "secrets of the repository",
    reason:
      "Every workflow on every branch can read them. A secret belongs to an environment, and GitHub restricts that to `main`.",
  },
  {
    form: "`pull_request_target`, `issue_comment` and other events that strangers start with our rights",
    reason: "A job that reads the stranger's code or text would run it with our token.",
  },
  {
    form: "`continue-on-error` of a job",
    reason: "The job would be shown as a success, and no job after it could tell. A step may fail instead.",
  },
  {
    form: "a condition, an expression or a permission as text",
    reason: "The compiler could not check it, and could not derive what the job waits for.",
  },
  {
    form: "`exclude`, and `include` that extends other legs",
    reason: "How GitHub merges them surprises. `legs` lists the legs as they are.",
  },
  {
    form: "`paths-ignore`, `branches-ignore`, `tags-ignore`",
    reason: "A filter that begins with `!` says the same, and cannot be combined with its opposite by mistake.",
  },
  {
    form: "`secrets: inherit`",
    reason: "The called workflow would get every secret. A caller passes each by its name.",
  },
  { form: "another `ref` to check out", reason: "A run is about one commit: what it tests is what it publishes." },
  {
    form: "`env` and `defaults` of a workflow or job",
    reason: "Each step names what it reads, and no other step can read it.",
  },
  {
    form: "an action by its tag",
    reason: "Its owner can move the tag to other code. The table of actions pins commits.",
  },
];
