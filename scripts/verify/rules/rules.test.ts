/** Our own rules, at workflows that are right and at others that are wrong. `testing/defects.ts` has one of each kind. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseYaml } from "../workflow/document.ts";
import { type Workflow, workflowOf } from "../workflow/workflow.ts";
import { rules } from "./rules.ts";

function parsed(yaml: string): Workflow {
  const document = parseYaml("w.yml", yaml);
  if (!("texts" in document)) throw new Error(`${document.rule}: ${document.message}`);
  return workflowOf(document);
}

/** The rules that report something. */
const reported = (yaml: string, called: Readonly<Record<string, string>> = {}): readonly string[] => [
  ...new Set(
    rules
      .flatMap((rule) => rule(parsed(yaml), (uses) => (uses in called ? parsed(called[uses]!) : undefined)))
      .map(({ rule }) => rule),
  ),
];

const indented = (text: string, spaces: number): string => text.replaceAll(/^(?=.)/gmu, " ".repeat(spaces));
const work = "runs-on: ubuntu-24.04\nsteps: [{ run: make }]";
const jobs = (all: Readonly<Record<string, string>>, on: string): string =>
  `on: ${on}\njobs:\n${Object.entries(all)
    .map(([id, settings]) => `  ${id}:\n${indented(settings, 4)}\n`)
    .join("")}`;
const one = (settings: string, on = "push"): string => jobs({ one: settings }, on);
/** A job `build`, and a job after it. */
const after = (settings: string, id = "after", on = "push"): string =>
  jobs({ build: work, [id]: `needs: build\n${settings}` }, on);

describe("a condition that can be true", () => {
  test.each([
    ["push", "github.ref == 'refs/heads/main'"],
    ["{ push: { branches: [main] } }", "github.ref == 'refs/heads/main'"],
    ["{ push: { branches: ['release/**'] } }", "startsWith(github.ref, 'refs/heads/release/')"],
    ["{ push: { branches: ['**', '!next'] } }", "github.ref_name == 'main'"],
    ["{ push: { branches-ignore: [next] } }", "github.ref_name == 'main'"],
    ["{ push: { tags: ['v*'] } }", "startsWith(github.ref, 'refs/tags/v')"],
    ["{ push: { tags: ['v*'] } }", "github.ref_type == 'tag'"],
    ["[push, pull_request]", "github.event_name == 'pull_request' && github.base_ref == 'main'"],
    ["pull_request", "github.event.pull_request.draft == false"],
    ["{ pull_request: { types: [labeled] } }", "github.event.action == 'labeled' && github.event.label.name == 'run'"],
    ["pull_request", "contains(github.event.pull_request.labels.*.name, 'run')"],
    ["pull_request", "github.event.pull_request.head.repo.full_name == github.repository"],
    ["push", "contains(github.event.head_commit.message, '[run]')"],
    ["push", 'contains(fromJSON(\'["a", "b"]\'), github.ref_name)'],
    ["push", "vars.RUN == 'true' || vars.RUN == 1"],
    ["push", "github.repository_owner == 'owner'"],
    ["push", "github.actor != 'dependabot[bot]'"],
    ["push", "!cancelled()"],
    ["push", "always()"],
    ["schedule", "github.event.schedule == '0 3 * * *'"],
    ["release", "!github.event.release.prerelease"],
    ["workflow_call", "github.event_name == 'schedule'"],
    ["{ workflow_dispatch: { inputs: { run: { type: boolean } } } }", "inputs.run"],
    ["{ workflow_dispatch: { inputs: { run: { type: boolean } } } }", "github.event.inputs.run == 'true'"],
    ["{ workflow_dispatch: { inputs: { to: { type: choice, options: [a, b] } } } }", "inputs.to == 'b'"],
    ["[push, workflow_dispatch]", "github.event_name == 'push' || inputs.none == ''"],
    ["push", "hashFiles('a') != ''"],
    ["push", "fromJSON(github.event.a).b == 'c'"],
    ["push", "github.run_attempt > 1"],
    ["workflow_run", "github.event.workflow_run.conclusion == 'success'"],
  ])("on %s: %s", (on, condition) => {
    expect(
      reported(one(`if: ${JSON.stringify(condition)}\n${work}`, on)).filter((rule) => rule !== "unread-input"),
    ).toEqual([]);
  });

  test.each([
    "failure()",
    "always() && needs.build.result == 'failure'",
    "!cancelled() && needs.build.result != 'skipped'",
    "cancelled()",
    "success() || failure()",
    "needs.build.result == 'success'",
    "contains(needs.*.result, 'failure') && always()",
  ])("after another job: %s", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(condition)}\n${work}`, "tell"))).toEqual([]);
  });
});

describe("a condition that is true in no run", () => {
  test.each([
    ["push", "${{ false }}"],
    ["push", "github.event_name == 'pull_request'"],
    ["push", "github.event_name != 'push'"],
    ["push", "success() && false"],
    ["push", "github.ref_name == 'a' && github.ref_name == 'b'"],
    ["{ push: { branches: [main] } }", "startsWith(github.ref, 'refs/tags/')"],
    ["{ push: { branches: ['**', '!next'] } }", "github.ref == 'refs/heads/next'"],
    ["{ push: { tags: ['v*'] } }", "github.ref_type == 'branch'"],
    ["pull_request", "github.ref == 'refs/heads/main'"],
    ["pull_request", "github.event.action == 'closed'"],
    ["{ pull_request: { types: [closed] } }", "github.event.action == 'opened'"],
    ["{ workflow_dispatch: { inputs: { to: { type: choice, options: [a, b] } } } }", "inputs.to == 'c'"],
    ["push", "failure()"],
  ])("on %s: %s", (on, condition) => {
    expect(reported(one(`if: ${JSON.stringify(condition)}\n${work}`, on))).toContain("never-runs");
  });

  test.each([
    "needs.build.result == 'failure'",
    "needs.build.result != 'success'",
    "success() && needs.build.result == 'skipped'",
    "contains(needs.*.result, 'failure')",
  ])("after another job: %s", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(condition)}\n${work}`))).toContain("never-runs");
  });

  test("a job after one that never runs never runs, unless its condition looks at results", () => {
    const yaml = (condition: string) =>
      jobs({ build: `if: false\n${work}`, after: `needs: build\n${condition}\n${work}` }, "push");
    const messages = (text: string) =>
      rules.flatMap((rule) => rule(parsed(text), () => undefined)).filter(({ rule }) => rule === "never-runs").length;
    expect([messages(yaml("")), messages(yaml("if: '!failure()'"))]).toEqual([2, 1]);
  });
});

describe("a comparison with a value that does not exist", () => {
  test.each([
    "needs.build.result == 'failed'",
    "needs.build.result != 'canceled'",
    "'succeeded' == needs.build.result",
    "needs['build'].result == 'ok'",
    "needs.build.result == true",
    "contains(needs.*.result, 'error')",
    "contains(fromJSON('[\"succes\"]'), needs.build.result)",
    "github.event_name == 'pull-request'",
    "runner.os == 'ubuntu'",
    "job.status == 'skipped'",
    "startsWith(github.ref, 'a') && github.ref == 'v1'",
  ])("%s is reported", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(`always() && (${condition})`)}\n${work}`))).toContain(
      "impossible-comparison",
    );
  });

  test.each([
    "needs.build.result == 'Success'",
    "contains(needs.build.result, 'fail')",
    'contains(fromJSON(\'["success", "skipped"]\'), needs.build.result)',
    "github.event_name == 'push'",
    "needs.build.result != ''",
  ])("%s is not", (condition) => {
    expect(reported(after(`if: ${JSON.stringify(`always() && (${condition})`)}\n${work}`, "tell"))).not.toContain(
      "impossible-comparison",
    );
  });

  test.each([
    { script: '[[ "${{ needs.build.result }}" == "sucess" ]]', is: true },
    { script: '[[ "${{ needs.build.result }}" == "success" ]]', is: false },
    { script: "[ ${{ needs.build.result }} != ok ]", is: true },
    { script: '[ "$RESULT" = "passed" ]', is: true },
    { script: '[ "${RESULT}" = "skipped" ]', is: false },
  ])("in the script $script: $is", ({ script, is }) => {
    const steps = `steps:\n  - run: |\n      ${script}\n    env: { RESULT: "\${{ needs.build.result }}" }`;
    expect(reported(after(`if: always()\nruns-on: ubuntu-24.04\n${steps}`)).includes("impossible-comparison")).toBe(is);
  });
});

describe("an output", () => {
  const reading = (reads: string, on = "push") =>
    jobs(
      {
        build: `outputs: { image: a }\n${work}`,
        after: `needs: build\nruns-on: ubuntu-24.04\nsteps: [{ run: make, env: { A: "${reads}" } }]`,
      },
      on,
    );

  test.each([
    "${{ needs.build.outputs.image }}",
    "${{ needs.build.outputs.IMAGE }}",
    "${{ needs['build'].outputs['image'] }}",
    "${{ toJSON(needs) }}",
    "${{ toJSON(needs.build.outputs) }}",
    "${{ join(needs.*.outputs.image) }}",
    "${{ needs[matrix.job].outputs.image }}",
  ])("is read by %s", (reads) => expect(reported(reading(reads))).toEqual([]));

  test.each(["", "${{ needs.build.result }}", "${{ needs.build.outputs.images }}"])("is not read by '%s'", (reads) =>
    expect(reported(reading(reads))).toEqual(["unread-output"]),
  );

  test("is read by the caller of the workflow", () => {
    const outputs = "{ workflow_call: { outputs: { image: { value: '${{ jobs.build.outputs.image }}' } } } }";
    expect(reported(reading("", outputs))).toEqual([]);
  });
});

describe("a gate", () => {
  const gate = (condition: string, steps: string) =>
    after(`${condition}\nruns-on: ubuntu-24.04\nsteps:\n${indented(steps, 2)}`, "all-checks-passed");

  test.each([
    ["if: always()", "- if: needs.build.result != 'success'\n  run: exit 1"],
    [
      "if: ${{ always() }}",
      "- if: contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped')\n  run: exit 1",
    ],
    ["if: always()", "- uses: re-actors/alls-green@release/v1\n  with: { jobs: '${{ toJSON(needs) }}' }"],
    ["if: always()", '- run: test "$RESULT" = success\n  env: { RESULT: "${{ needs.build.result }}" }'],
    [
      "if: always()",
      '- run: jq -e "all(.result == \\"success\\")" <<< "$NEEDS"\n  env: { NEEDS: "${{ toJSON(needs) }}" }',
    ],
  ])("%s with %s fails for every other result", (condition, steps) =>
    expect(reported(gate(condition, steps))).toEqual([]),
  );

  test.each([
    ["", "- run: echo passed"],
    ["if: success()", "- run: echo passed"],
    ["if: '!cancelled()'", "- if: needs.build.result != 'success'\n  run: exit 1"],
    ["if: success() || failure()", "- if: needs.build.result != 'success'\n  run: exit 1"],
    ["if: always()", "- run: echo success"],
    ["if: always()", "- if: needs.build.result == 'failure'\n  run: exit 1"],
    [
      "if: always()",
      "- if: contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')\n  run: exit 1",
    ],
    [
      "if: always()",
      '- run: if [ "$RESULT" = failure ]; then exit 1; fi\n  env: { RESULT: "${{ needs.build.result }}" }',
    ],
    ["if: always()", "- if: failure()\n  run: exit 1"],
  ])("%s with %s lets something through", (condition, steps) =>
    expect(reported(gate(condition, steps))).toEqual(["weak-gate"]),
  );
});

describe("the code of a fork", () => {
  const head = "- uses: actions/checkout@v4\n  with: { ref: '${{ github.event.pull_request.head.sha }}' }";
  const job = (settings: string, steps = head) => `${settings}\nruns-on: ubuntu-24.04\nsteps:\n${indented(steps, 2)}`;

  test.each([
    { on: "pull_request_target", settings: "" },
    { on: "pull_request_target", settings: "permissions: { contents: write }" },
    { on: "pull_request_target", settings: "permissions: {}\nenv: { A: '${{ secrets.A }}' }" },
    { on: "pull_request_target", settings: "if: github.event.label.name == 'safe'" },
    { on: "[push, pull_request_target]", settings: "if: github.event_name != 'push'" },
    { on: "issue_comment", settings: "if: github.event.issue.pull_request && github.event.comment.body == '/test'" },
  ])("on $on with '$settings' is in reach of a secret", ({ on, settings }) =>
    expect(reported(one(job(settings), on))).toContain("fork-secret"),
  );

  test.each([
    { on: "pull_request", settings: "env: { A: '${{ secrets.A }}' }" },
    { on: "pull_request_target", settings: "permissions: { contents: read }" },
    { on: "pull_request_target", settings: "if: github.event.pull_request.head.repo.full_name == github.repository" },
    { on: "pull_request_target", settings: "if: github.event.pull_request.head.repo.fork == false" },
    { on: "pull_request_target", settings: "if: '!github.event.pull_request.head.repo.fork'" },
    { on: "[push, pull_request_target]", settings: "if: github.event_name == 'push'" },
    {
      on: "issue_comment",
      settings: 'if: contains(fromJSON(\'["OWNER", "MEMBER"]\'), github.event.comment.author_association)',
    },
    { on: "workflow_run", settings: "if: github.event.workflow_run.event == 'push'" },
  ])("on $on with '$settings' is not", ({ on, settings }) =>
    expect(reported(one(job(settings), on))).not.toContain("fork-secret"),
  );

  test.each([
    "- uses: actions/checkout@v4\n  with: { ref: 'refs/pull/${{ github.event.number }}/merge' }",
    "- uses: actions/checkout@v4\n  with: { repository: '${{ github.event.pull_request.head.repo.full_name }}' }",
    "- uses: actions/checkout@v4\n  with: { ref: '${{ github.head_ref }}' }",
    "- run: gh pr checkout 1",
    "- run: git fetch origin pull/$NUMBER/head && git checkout FETCH_HEAD",
  ])("is checked out by %s", (steps) =>
    expect(reported(one(job("", steps), "pull_request_target"))).toContain("fork-secret"),
  );

  test("is not checked out where the base is", () => {
    expect(reported(one(job("", "- uses: actions/checkout@v4"), "pull_request_target"))).toEqual([]);
  });
});

describe("a publish", () => {
  const publish = "runs-on: ubuntu-24.04\nsteps: [{ run: npm publish }]";
  const workflow = (concurrency: string, job: string, on = "push") => `concurrency: ${concurrency}\n${one(job, on)}`;

  test.each([
    workflow("{ group: a, cancel-in-progress: true }", publish),
    workflow("{ group: '${{ github.ref }}', cancel-in-progress: true }", publish),
    workflow(
      '{ group: "${{ github.workflow }}-${{ github.event.pull_request.number || github.ref }}", cancel-in-progress: true }',
      publish,
    ),
    workflow("{ group: a, cancel-in-progress: \"${{ github.ref == 'refs/heads/main' }}\" }", publish),
    one(`concurrency: { group: a, cancel-in-progress: true }\n${publish}`),
    one(
      "concurrency: { group: a, cancel-in-progress: true }\nruns-on: a\nsteps: [{ uses: docker/build-push-action@v6, with: { push: true } }]",
    ),
    one(`strategy: { matrix: { a: [1, 2] } }\n${publish}`),
  ])("can be cancelled: %s", (yaml) => expect(reported(yaml)).toContain("cancellable-publish"));

  test.each([
    workflow("a", publish),
    workflow("{ group: a, cancel-in-progress: false }", publish),
    workflow("{ group: '${{ github.run_id }}', cancel-in-progress: true }", publish),
    workflow(
      "{ group: \"${{ github.event_name == 'pull_request' && github.ref || github.run_id }}\", cancel-in-progress: true }",
      `if: github.event_name == 'push'\n${publish}`,
      "[push, pull_request]",
    ),
    workflow("{ group: a, cancel-in-progress: \"${{ github.event_name == 'pull_request' }}\" }", publish),
    workflow(
      "{ group: a, cancel-in-progress: \"${{ github.ref != 'refs/heads/main' }}\" }",
      `if: github.ref == 'refs/heads/main'\n${publish}`,
    ),
    workflow("{ group: a, cancel-in-progress: true }", work),
    one(`strategy: { fail-fast: false, matrix: { a: [1, 2] } }\n${publish}`),
    workflow("{ group: a, cancel-in-progress: true }", publish.replace("publish", "publish --dry-run")),
    one(
      "concurrency: { group: a, cancel-in-progress: true }\nruns-on: a\nsteps: [{ uses: docker/build-push-action@v6, with: { push: false } }]",
    ),
  ])("runs to its end: %s", (yaml) => expect(reported(yaml)).not.toContain("cancellable-publish"));
});

describe("an output with a secret in it", () => {
  const output = (steps: string, value = "${{ steps.a.outputs.image }}", env = "") =>
    jobs(
      {
        build: `${env}\noutputs: { image: "${value}" }\nruns-on: ubuntu-24.04\nsteps:\n${indented(steps, 2)}`,
        after: 'needs: build\nruns-on: a\nsteps: [{ run: make, env: { A: "${{ needs.build.outputs.image }}" } }]',
      },
      "push",
    );
  const account = "env: { ACCOUNT: '${{ secrets.ACCOUNT }}' }";

  test.each([
    output("- run: make", "${{ secrets.ACCOUNT }}/app"),
    output("- run: make", "${{ format('{0}/app', secrets.ACCOUNT) }}"),
    output("- run: make", "${{ env.ACCOUNT }}/app", account),
    output('- id: a\n  run: echo "image=${{ secrets.ACCOUNT }}/app" >> "$GITHUB_OUTPUT"'),
    output(`- id: a\n  run: echo "image=$ACCOUNT/app" >> $GITHUB_OUTPUT\n  ${account}`),
    output('- id: a\n  run: echo "image=${ACCOUNT}/app" | tee -a "$GITHUB_OUTPUT"', undefined, account),
    output(
      `- id: a\n  run: |\n    NAME=$ACCOUNT/app\n    {\n      echo "image=$NAME"\n    } >> "$GITHUB_OUTPUT"\n  ${account}`,
    ),
    output(
      `- run: echo "IMAGE=$ACCOUNT/app" >> "$GITHUB_ENV"\n  ${account}\n- id: a\n  run: echo "image=$IMAGE" >> "$GITHUB_OUTPUT"`,
    ),
    output("- id: a\n  uses: docker/metadata-action@v5\n  with: { images: '${{ secrets.ACCOUNT }}/app' }"),
  ])("is reported: %s", (yaml) => expect(reported(yaml)).toEqual(["secret-output"]));

  test.each([
    output("- run: make", "${{ secrets.ACCOUNT != '' }}"),
    output("- run: make", "${{ vars.ACCOUNT }}/app"),
    output(`- id: a\n  run: |\n    login "$ACCOUNT"\n    echo "image=app" >> "$GITHUB_OUTPUT"\n  ${account}`),
    output(`- id: a\n  run: npm run stage -- publish\n  ${account}`),
    output(`- id: a\n  run: echo "image=app" >> "$GITHUB_OUTPUT"; echo "$ACCOUNTS"\n  ${account}`),
  ])("is not reported: %s", (yaml) => expect(reported(yaml)).toEqual([]));
});

describe("a matrix", () => {
  const count = (size: number) => `[${Array.from({ length: size }, (_, index) => index).join()}]`;
  test.each([
    { matrix: `{ a: ${count(256)} }`, is: [] },
    { matrix: `{ a: ${count(257)} }`, is: ["matrix-size"] },
    { matrix: `{ a: ${count(16)}, b: ${count(16)} }`, is: [] },
    { matrix: `{ a: ${count(16)}, b: ${count(16)}, include: [{ a: 1, c: 2 }] }`, is: [] },
    { matrix: `{ a: ${count(16)}, b: ${count(16)}, include: [{ a: 99 }] }`, is: ["matrix-size"] },
    { matrix: `{ a: ${count(16)}, b: ${count(17)}, exclude: [{ b: 0 }] }`, is: [] },
    { matrix: `{ include: ${JSON.stringify(Array.from({ length: 257 }, () => ({ a: 1 })))} }`, is: ["matrix-size"] },
    { matrix: `{ a: "\${{ fromJSON('${count(257)}') }}" }`, is: ["matrix-size"] },
    { matrix: '{ a: "${{ fromJSON(vars.A) }}" }', is: [] },
    { matrix: '"${{ fromJSON(vars.A) }}"', is: [] },
  ])("$matrix: $is", ({ matrix, is }) => expect(reported(one(`strategy: { matrix: ${matrix} }\n${work}`))).toEqual(is));
});

describe("the permissions of a called workflow", () => {
  const inner = (permissions: string) => one(`${permissions}\n${work}`, "workflow_call");
  const outer = (permissions: string) => one(`${permissions}\nuses: ./inner.yml`);
  test.each([
    { asks: "permissions: { contents: write }", granted: "permissions: { contents: read }", is: true },
    { asks: "permissions: { contents: read }", granted: "permissions: {}", is: true },
    { asks: "permissions: write-all", granted: "permissions: read-all", is: true },
    { asks: "permissions: { id-token: write }", granted: "", is: true },
    { asks: "permissions: { contents: write }", granted: "permissions: write-all", is: false },
    { asks: "permissions: { contents: read }", granted: "permissions: { contents: write }", is: false },
    { asks: "permissions: { contents: write }", granted: "", is: false },
    { asks: "", granted: "permissions: {}", is: false },
  ])("'$asks' where '$granted' is granted: $is", ({ asks, granted, is }) => {
    const found = reported(outer(granted), { "./inner.yml": inner(asks) });
    expect(found.includes("permissions-exceeded")).toBe(is);
  });

  test("are compared through every level", () => {
    const called = {
      "./inner.yml": one("uses: ./deep.yml", "workflow_call"),
      "./deep.yml": inner("permissions: { packages: write }"),
    };
    expect(reported(outer("permissions: { packages: read }"), called)).toEqual(["permissions-exceeded"]);
  });

  test("do not matter to a workflow that calls itself", () => {
    expect(reported(outer("permissions: {}"), { "./inner.yml": one("uses: ./inner.yml", "workflow_call") })).toEqual(
      [],
    );
  });
});

test("no rule throws, whatever the file contains", () => {
  const key = fc.constantFrom(
    "on",
    "jobs",
    "one",
    "needs",
    "if",
    "uses",
    "with",
    "steps",
    "run",
    "env",
    "outputs",
    "strategy",
    "matrix",
    "include",
    "permissions",
    "concurrency",
    "group",
    "push",
    "workflow_call",
    "workflow_dispatch",
    "inputs",
    "runs-on",
  );
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      1,
      "",
      "one",
      "write-all",
      "${{ needs.one.result }}",
      "always()",
      "${{",
      "./a.yml",
    ),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(key, tie("tree"), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.record({ on: tree, jobs: tree, permissions: tree, concurrency: tree, env: tree }), (workflow) => {
      const read = parsed(JSON.stringify(workflow));
      expect(rules.flatMap((rule) => rule(read, () => read)).every(({ line }) => line > 0)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
