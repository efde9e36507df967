/** Small workflows with one defect each, and the rule that has to report it. Other rules may report something, too. */
import {
  type Action,
  checkout as checkoutPin,
  pinned,
  uploadArtifact,
} from "../../../workflows-src/language/actions.ts";
import { indented } from "./short-workflows.ts";

export interface Defect {
  readonly name: string;
  readonly yaml: string;
  readonly rule: string;
  /** Whether the workflow is one of this repository, whose secrets, variables and runners are known. */
  readonly ours?: true;
}

/** A workflow with these jobs. */
const jobs = (text: string, on = "push"): string => `on: ${on}\njobs:\n${indented(text, 2)}\n`;
/** A workflow with one job that has these settings, besides its runner. */
const job = (text: string, on?: string): string => jobs(`one:\n  runs-on: ubuntu-24.04\n${indented(text, 2)}`, on);
/** A workflow with one job of these steps. */
const steps = (text: string, on?: string): string => job(`steps:\n${indented(text, 2)}`, on);
const numbers = (count: number): string => Array.from({ length: count }, (_, index) => index).join(", ");
const work = "steps: [{ run: make }]";
const pin = (action: Action): string => `${pinned(action)} # ${action.version}`;
const [checkout, upload] = [pin(checkoutPin), pin(uploadArtifact)];

/** The workflow that the callers below call, as `./.github/workflows/called.yml`. */
export const called = `on:
  workflow_call:
    inputs:
      region: { type: string, required: true }
    secrets:
      token: { required: true }
permissions: { contents: write }
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - run: make "$REGION"
        env: { REGION: "\${{ inputs.region }}", TOKEN: "\${{ secrets.token }}" }
`;

const calls = (settings: string): string =>
  jobs(`one:\n  permissions: { contents: write }\n  uses: ./.github/workflows/called.yml\n${indented(settings, 2)}`);

const gate = (settings: string, run: string): string =>
  jobs(
    `build:\n  runs-on: ubuntu-24.04\n  ${work}\ngate:\n  needs: build\n${indented(settings, 2)}\n  runs-on: ubuntu-24.04\n  steps:\n${indented(run, 4)}`,
  );

const syntax: readonly Defect[] = [
  { name: "a bracket that is not closed", yaml: "on: [push\njobs: {}\n", rule: "yaml-syntax" },
  { name: "an indentation that fits no key", yaml: "on: push\njobs:\n    a: 1\n  b: 2\n", rule: "yaml-syntax" },
  { name: "a tab as indentation", yaml: "on: push\njobs:\n\tone: {}\n", rule: "tab" },
  { name: "a key twice", yaml: `${steps("- run: make")}name: a\nname: b\n`, rule: "duplicate-key" },
  { name: "a job twice", yaml: jobs(`one: {}\none: {}`), rule: "duplicate-key" },
  { name: "an alias without an anchor", yaml: "on: push\njobs: *none\n", rule: "yaml-syntax" },
  { name: "an alias inside its own anchor", yaml: "on: push\njobs: &a { one: *a }\n", rule: "anchor-loop" },
  { name: "two documents", yaml: `${steps("- run: make")}---\non: push\n`, rule: "yaml-syntax" },
  { name: "a text instead of a workflow", yaml: "make\n", rule: "github/parser" },
];

const structure: readonly Defect[] = [
  { name: "an unknown key of the workflow", yaml: `job: {}\n${steps("- run: make")}`, rule: "github/parser" },
  { name: "an unknown key of a job", yaml: job(`timeout-mintues: 5\n${work}`), rule: "github/parser" },
  { name: "an unknown key of a step", yaml: steps("- run: make\n  continue-on-errors: true"), rule: "github/parser" },
  { name: "an unknown key of a strategy", yaml: job(`strategy: { fail-fats: true }\n${work}`), rule: "github/parser" },
  { name: "no event", yaml: steps("- run: make").replace("on: push\n", ""), rule: "github/parser" },
  { name: "no job", yaml: "on: push\n", rule: "github/parser" },
  { name: "no runner", yaml: jobs(`one:\n  ${work}`), rule: "github/parser" },
  { name: "a step that does nothing", yaml: steps("- name: make"), rule: "github/parser" },
  { name: "a step that runs and uses", yaml: steps(`- run: make\n  uses: ${checkout}`), rule: "github/parser" },
  { name: "steps that are no list", yaml: job("steps: make"), rule: "github/parser" },
  { name: "a timeout that is no number", yaml: job(`timeout-minutes: ten\n${work}`), rule: "github/parser" },
  { name: "a list as the environment", yaml: job(`env: [A]\n${work}`), rule: "github/parser" },
  { name: "a mapping as needs", yaml: job(`needs: { a: b }\n${work}`), rule: "github/parser" },
  { name: "a matrix that is a text", yaml: job(`strategy: { matrix: all }\n${work}`), rule: "github/parser" },
  {
    name: "a group without a name",
    yaml: job(`concurrency: { cancel-in-progress: true }\n${work}`),
    rule: "github/parser",
  },
  {
    name: "an id of a job with a space",
    yaml: jobs(`one two:\n  runs-on: ubuntu-24.04\n  ${work}`),
    rule: "github/parser",
  },
  { name: "an id of a step with a space", yaml: steps("- id: one two\n  run: make"), rule: "github/parser" },
  { name: "an id of a step twice", yaml: steps("- id: a\n  run: make\n- id: a\n  run: make"), rule: "github/parser" },
  { name: "an unknown event", yaml: steps("- run: make", "pushes"), rule: "github/parser" },
  { name: "an unknown filter", yaml: steps("- run: make", "{ push: { branchs: [main] } }"), rule: "github/parser" },
  {
    name: "an unknown type of an event",
    yaml: steps("- run: make", "{ pull_request: { types: [oppened] } }"),
    rule: "github/parser",
  },
  {
    name: "an unknown type of an input",
    yaml: steps("- run: make", "{ workflow_dispatch: { inputs: { a: { type: text } } } }"),
    rule: "github/parser",
  },
  {
    name: "a day that does not exist",
    yaml: steps("- run: make", "{ schedule: [cron: 0 3 * * 8] }"),
    rule: "github/parser",
  },
  {
    name: "a schedule of four fields",
    yaml: steps("- run: make", "{ schedule: [cron: 0 3 * *] }"),
    rule: "github/parser",
  },
  {
    name: "a schedule of every minute",
    yaml: steps("- run: make", '{ schedule: [cron: "* * * * *"] }'),
    rule: "github/service",
  },
  { name: "an unknown permission", yaml: job(`permissions: { content: read }\n${work}`), rule: "github/parser" },
  {
    name: "an unknown level of a permission",
    yaml: job(`permissions: { contents: reed }\n${work}`),
    rule: "github/parser",
  },
  { name: "a needed job that is not defined", yaml: job(`needs: two\n${work}`), rule: "github/parser" },
  { name: "a job that needs itself", yaml: job(`needs: one\n${work}`), rule: "github/parser" },
  {
    name: "two jobs that need each other",
    yaml: jobs(
      `one:\n  needs: two\n  runs-on: ubuntu-24.04\n  ${work}\ntwo:\n  needs: one\n  runs-on: ubuntu-24.04\n  ${work}`,
    ),
    rule: "github/parser",
  },
  {
    name: "branches of both filters",
    yaml: steps("- run: make", "{ push: { branches: [a], branches-ignore: [b] } }"),
    rule: "actionlint/events",
  },
  {
    name: "a pattern with a bracket that is open",
    yaml: steps("- run: make", '{ push: { branches: ["v[0-9"] } }'),
    rule: "actionlint/glob",
  },
  {
    name: "an input without its choices",
    yaml: steps("- run: make", "{ workflow_dispatch: { inputs: { a: { type: choice } } } }"),
    rule: "actionlint/events",
  },
  {
    name: "a value twice in a matrix",
    yaml: job(`strategy: { matrix: { a: [1, 1] } }\n${work}`),
    rule: "actionlint/matrix",
  },
  { name: "an unknown shell", yaml: steps("- run: make\n  shell: bsh"), rule: "actionlint/shell-name" },
  { name: "a variable with a space", yaml: steps('- run: make\n  env: { "A B": c }'), rule: "actionlint/env-var" },
  {
    name: "a password in the text",
    yaml: job(`container: { image: a, credentials: { username: a, password: b } }\n${work}`),
    rule: "actionlint/credentials",
  },
  {
    name: "an unknown runner",
    yaml: job(work).replace("ubuntu-24.04", "ubunto-24.04"),
    rule: "actionlint/runner-label",
  },
  {
    name: "a runner that is not ours",
    yaml: steps("- run: make").replace("ubuntu-24.04", "ubuntu-22.04"),
    rule: "github/service",
    ours: true,
  },
  {
    name: "one group for a workflow and its job",
    yaml: `concurrency: deploy\n${job(`concurrency: deploy\n${work}`)}`,
    rule: "github/service",
  },
];

const expressions: readonly Defect[] = [
  { name: "an expression that ends too early", yaml: job(`if: github.ref ==\n${work}`), rule: "github/parser" },
  { name: "an expression that is not closed", yaml: steps('- run: "echo ${{ github.ref"'), rule: "github/parser" },
  { name: "an unknown context", yaml: job(`if: gihub.ref == 'a'\n${work}`), rule: "github/parser" },
  { name: "a context that is not available", yaml: job(`if: secrets.A == 'a'\n${work}`), rule: "github/parser" },
  { name: "an unknown function", yaml: job(`if: begins(github.ref, 'a')\n${work}`), rule: "github/parser" },
  { name: "too few arguments", yaml: job(`if: contains('a')\n${work}`), rule: "github/parser" },
  { name: "text in double quotes", yaml: job(`if: github.ref == "a"\n${work}`), rule: "github/parser" },
  { name: "an unknown property of the run", yaml: job(`if: github.reff == 'a'\n${work}`), rule: "github/service" },
  {
    name: "a condition that is a text, and so always true",
    yaml: job(`if: "\${{ github.ref }} == 'a'"\n${work}`),
    rule: "actionlint/if-cond",
  },
  {
    name: "an unknown property of the matrix",
    yaml: job("strategy: { matrix: { a: [1] } }\nsteps: [{ run: 'echo ${{ matrix.b }}' }]"),
    rule: "github/service",
  },
  {
    name: "an unknown input of the workflow",
    yaml: steps(
      "- run: make\n  env: { A: '${{ inputs.b }}' }",
      "{ workflow_dispatch: { inputs: { a: { type: string } } } }",
    ),
    rule: "github/service",
  },
  {
    name: "an unknown step",
    yaml: steps("- run: make\n  env: { A: '${{ steps.a.outputs.b }}' }"),
    rule: "github/service",
  },
  {
    name: "an output that the script does not write",
    yaml: steps(
      `- id: a\n  run: echo "tag=1" >> "$GITHUB_OUTPUT"\n- run: make\n  env: { A: '\${{ steps.a.outputs.tga }}' }`,
    ),
    rule: "github/service",
  },
  {
    name: "an output that the pinned action does not have",
    yaml: steps(
      `- id: a\n  uses: ${upload}\n  with: { path: a }\n- run: make\n  env: { A: '\${{ steps.a.outputs.artifact-ids }}' }`,
    ),
    rule: "github/service",
  },
  {
    name: "an output of our stage that its contract does not have",
    yaml: steps(
      "- id: stage\n  run: npm run stage -- plan\n- run: make\n  env: { A: '${{ steps.stage.outputs.tags }}' }",
    ),
    rule: "github/service",
    ours: true,
  },
  {
    name: "an output that the job does not have",
    yaml: jobs(
      `one:\n  runs-on: ubuntu-24.04\n  outputs: { a: b }\n  ${work}\ntwo:\n  needs: one\n  if: needs.one.outputs.b == 'c'\n  runs-on: ubuntu-24.04\n  ${work}`,
    ),
    rule: "github/service",
  },
  {
    name: "the output of a job that is not needed",
    yaml: jobs(
      `one:\n  runs-on: ubuntu-24.04\n  outputs: { a: b }\n  ${work}\ntwo:\n  if: needs.one.outputs.a == 'b'\n  runs-on: ubuntu-24.04\n  ${work}`,
    ),
    rule: "github/service",
  },
  {
    name: "a secret that is not set",
    yaml: steps("- run: make\n  env: { A: '${{ secrets.B }}' }"),
    rule: "github/service",
    ours: true,
  },
  {
    name: "a variable that is not set",
    yaml: steps("- run: make\n  env: { A: '${{ vars.B }}' }"),
    rule: "github/service",
    ours: true,
  },
  {
    name: "an expression that is too long",
    yaml: steps(`- run: |\n    echo \${{ github.run_id }}\n    ${"x".repeat(21_000)}`),
    rule: "expression-length",
  },
];

const actions: readonly Defect[] = [
  {
    name: "an unknown input of a pinned action",
    yaml: steps(`- uses: ${checkout}\n  with: { persist-credential: false }`),
    rule: "github/service",
  },
  {
    name: "a missing input of a pinned action",
    yaml: steps(`- uses: ${upload}\n  with: { name: a }`),
    rule: "github/service",
  },
  { name: "an action without a version", yaml: steps("- uses: actions/checkout"), rule: "github/service" },
  {
    name: "an action that no runner runs any more",
    yaml: steps("- uses: actions/checkout@v2"),
    rule: "actionlint/action",
  },
  { name: "an action that is not pinned", yaml: steps("- uses: owner/action@main"), rule: "zizmor/unpinned-uses" },
  { name: "credentials that stay on the runner", yaml: steps(`- uses: ${checkout}`), rule: "zizmor/artipacked" },
  {
    name: "a called workflow that does not exist",
    yaml: jobs("one: { uses: ./.github/workflows/none.yml }"),
    rule: "github/parser",
  },
  { name: "a missing input of a called workflow", yaml: calls("secrets: { token: a }"), rule: "github/parser" },
  {
    name: "an unknown input of a called workflow",
    yaml: calls("with: { region: a, zone: b }\nsecrets: { token: a }"),
    rule: "github/parser",
  },
  { name: "a missing secret of a called workflow", yaml: calls("with: { region: a }"), rule: "github/parser" },
  {
    name: "an unknown secret of a called workflow",
    yaml: calls("with: { region: a }\nsecrets: { token: a, key: b }"),
    rule: "github/parser",
  },
  {
    name: "all secrets for a called workflow",
    yaml: calls("with: { region: a }\nsecrets: inherit"),
    rule: "zizmor/secrets-inherit",
  },
  {
    name: "a called workflow that asks for more permissions",
    yaml: calls("with: { region: a }\nsecrets: { token: a }").replace("contents: write", "contents: read"),
    rule: "permissions-exceeded",
  },
  {
    name: "a called workflow that asks for permissions where none are left",
    yaml: calls("with: { region: a }\nsecrets: { token: a }").replace("{ contents: write }", "{}"),
    rule: "permissions-exceeded",
  },
];

const scripts: readonly Defect[] = [
  {
    name: "an if of the shell that is not closed",
    yaml: steps("- run: |\n    if true; then\n      make"),
    rule: "shellcheck/SC1073",
  },
  {
    name: "a variable of the shell without quotes",
    yaml: steps("- run: rm $FILE\n  env: { FILE: a }"),
    rule: "shellcheck/SC2086",
  },
  { name: "an array in sh", yaml: steps("- run: A=(1 2)\n  shell: sh"), rule: "shellcheck/SC3030" },
  {
    name: "the title of a pull request in a script",
    yaml: steps("- run: echo ${{ github.event.pull_request.title }}", "pull_request"),
    rule: "actionlint/expression",
  },
  {
    name: "an input in a script",
    yaml: steps("- run: echo ${{ inputs.a }}", "{ workflow_dispatch: { inputs: { a: { type: string } } } }"),
    rule: "zizmor/template-injection",
  },
  {
    name: "a command that GitHub ignores",
    yaml: steps('- run: echo "::set-output name=a::b"'),
    rule: "actionlint/deprecated-commands",
  },
];

const security: readonly Defect[] = [
  {
    name: "the permissions of the repository's setting",
    yaml: steps("- run: make"),
    rule: "zizmor/excessive-permissions",
  },
  {
    name: "all permissions",
    yaml: job(`permissions: write-all\n${work}`),
    rule: "zizmor/excessive-permissions",
  },
  {
    name: "an event that strangers cause, with secrets",
    yaml: steps("- run: make", "pull_request_target"),
    rule: "zizmor/dangerous-triggers",
  },
  {
    name: "the code of a fork with the token of the repository",
    yaml: steps(
      `- uses: ${checkout}\n  with: { ref: '\${{ github.event.pull_request.head.sha }}' }\n- run: make`,
      "pull_request_target",
    ),
    rule: "fork-secret",
  },
  {
    name: "the code of a fork with a secret, after another workflow",
    yaml: steps(
      `- uses: ${checkout}\n  with: { ref: '\${{ github.event.workflow_run.head_sha }}' }\n- run: make\n  env: { A: '\${{ secrets.A }}' }`,
      "{ workflow_run: { workflows: [CI], types: [completed] } }",
    ),
    rule: "fork-secret",
  },
  {
    name: "the code of a fork after a comment",
    yaml: steps(
      '- run: gh pr checkout "$NUMBER" && make\n  env: { NUMBER: "${{ github.event.issue.number }}", GH_TOKEN: "${{ github.token }}" }',
      "issue_comment",
    ),
    rule: "fork-secret",
  },
  {
    name: "a secret in an output",
    yaml: jobs(
      `one:\n  runs-on: ubuntu-24.04\n  outputs: { image: '\${{ secrets.ACCOUNT }}/app' }\n  ${work}\ntwo:\n  needs: one\n  runs-on: ubuntu-24.04\n  steps: [{ run: make, env: { A: '\${{ needs.one.outputs.image }}' } }]`,
    ),
    rule: "secret-output",
  },
  {
    name: "an image with the account in it in an output",
    yaml: jobs(
      `one:\n  runs-on: ubuntu-24.04\n  outputs: { image: '\${{ steps.a.outputs.image }}' }\n  steps:\n    - id: a\n      run: |\n        image="$ACCOUNT/app"\n        echo "image=$image:latest" >> "$GITHUB_OUTPUT"\n      env: { ACCOUNT: '\${{ secrets.ACCOUNT }}' }\ntwo:\n  needs: one\n  runs-on: ubuntu-24.04\n  steps: [{ run: make, env: { A: '\${{ needs.one.outputs.image }}' } }]`,
    ),
    rule: "secret-output",
  },
];

const runs: readonly Defect[] = [
  {
    name: "a matrix of too many jobs",
    yaml: job(`strategy: { matrix: { a: [${numbers(17)}], b: [${numbers(16)}] } }\n${work}`),
    rule: "matrix-size",
  },
  { name: "a matrix without a value", yaml: job(`strategy: { matrix: { a: [] } }\n${work}`), rule: "matrix-size" },
  {
    name: "a result that does not exist",
    yaml: jobs(
      `one:\n  runs-on: ubuntu-24.04\n  ${work}\ntwo:\n  needs: one\n  if: always() && needs.one.result == 'succes'\n  runs-on: ubuntu-24.04\n  ${work}`,
    ),
    rule: "impossible-comparison",
  },
  {
    name: "a result that does not exist, in a script",
    yaml: gate("if: always()", `- run: '[ "$RESULT" = succeeded ]'\n  env: { RESULT: "\${{ needs.build.result }}" }`),
    rule: "impossible-comparison",
  },
  {
    name: "a list that is compared with a result",
    yaml: gate("if: always()", "- if: needs.*.result != 'success'\n  run: exit 1"),
    rule: "impossible-comparison",
  },
  {
    name: "a branch without refs/heads/",
    yaml: job(`if: github.ref == 'main'\n${work}`),
    rule: "impossible-comparison",
  },
  {
    name: "an event that does not start the workflow",
    yaml: job(`if: github.event_name == 'schedule'\n${work}`),
    rule: "never-runs",
  },
  {
    name: "a branch that the filter excludes",
    yaml: job(`if: github.ref == 'refs/heads/next'\n${work}`, "{ push: { branches: [main] } }"),
    rule: "never-runs",
  },
  { name: "a condition that is false", yaml: job(`if: false\n${work}`), rule: "never-runs" },
  {
    name: "a failure that the job does not wait for",
    yaml: gate("if: needs.build.result == 'failure'", "- run: make"),
    rule: "never-runs",
  },
  { name: "an output that nobody reads", yaml: job(`outputs: { a: b }\n${work}`), rule: "unread-output" },
  {
    name: "an input that nobody reads",
    yaml: steps("- run: make", "{ workflow_dispatch: { inputs: { a: { type: string } } } }"),
    rule: "unread-input",
  },
  { name: "a gate that is skipped after a failure", yaml: gate("", "- run: echo ok"), rule: "weak-gate" },
  {
    name: "a gate that is skipped after a cancellation",
    yaml: gate('if: "!cancelled()"', `- if: needs.build.result != 'success'\n  run: exit 1`),
    rule: "weak-gate",
  },
  {
    name: "a gate that lets cancelled and skipped through",
    yaml: gate("if: always()", "- if: contains(needs.*.result, 'failure')\n  run: exit 1"),
    rule: "weak-gate",
  },
  { name: "a gate that looks at nothing", yaml: gate("if: always()", "- run: echo ok"), rule: "weak-gate" },
  {
    name: "a gate that one success is enough for",
    yaml: gate("if: always()", "- if: contains(needs.*.result, 'success')\n  run: exit 0"),
    rule: "weak-gate",
  },
  {
    name: "a publish that the next push cancels",
    yaml: `concurrency: { group: a, cancel-in-progress: true }\n${steps("- run: npm publish")}`,
    rule: "cancellable-publish",
  },
  {
    name: "a publish that the next push to its branch cancels",
    yaml: job(
      `concurrency: { group: "a-\${{ github.ref }}", cancel-in-progress: "\${{ github.event_name == 'push' }}" }\nsteps: [{ run: docker push a }]`,
    ),
    rule: "cancellable-publish",
  },
  {
    name: "a publish that the failure of another cancels",
    yaml: job("strategy: { matrix: { a: [1, 2] } }\nsteps: [{ run: twine upload dist/* }]"),
    rule: "cancellable-publish",
  },
];

export const defects: readonly Defect[] = [
  ...syntax,
  ...structure,
  ...expressions,
  ...actions,
  ...scripts,
  ...security,
  ...runs,
];
