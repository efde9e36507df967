/** Our other rules, at workflows that are right and at others that are wrong. `testing/defects.ts` has one of each kind. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { after, indented, jobs, one, parsed, reported, work } from "../testing/short-workflows.ts";
import { rules } from "./rules.ts";

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

test("a publish in a called workflow can be cancelled by its caller", () => {
  const caller = `concurrency: { group: a, cancel-in-progress: true }\n${one("uses: ./inner.yml")}`;
  const inner = (run: string) => one(`runs-on: ubuntu-24.04\nsteps: [{ run: ${run} }]`, "workflow_call");
  expect(reported(caller, { "./inner.yml": inner("npm publish") })).toEqual(["cancellable-publish"]);
  expect(reported(caller, { "./inner.yml": inner("npm test") })).toEqual([]);
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
