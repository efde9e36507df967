/** The rules about secrets and permissions, at workflows that are right and at others that are wrong. */
import { describe, expect, test } from "vitest";
import { indented, jobs, one, reported, work } from "../testing/short-workflows.ts";

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
