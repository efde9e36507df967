/** `npm run actions` updates the pins of actions and the metadata of each. */
import { describe, expect, test } from "vitest";
import type { FakeAnswer } from "../actions/testing/github-fake.ts";
import { createEffects } from "../core/effects.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import {
  actionsInCopy,
  ciCd,
  metadataSource,
  newCommit,
  newNode,
  newer,
  newest,
  nextMajor,
  nodeInterface,
  older,
  pinSource,
  pinned,
} from "./testing/actions-in-copy.ts";

const command = actionsInCopy(process.env);

describe("npm run actions", () => {
  test("takes the newest release that is old enough, with its metadata, and writes every copy", async () => {
    const before = command.copy.texts();
    const { inputs, outputs } = nodeInterface;
    const [dropped] = Object.keys(inputs).filter((name) => !/^node-version|^package-manager/u.test(name)) as [string];
    const { [dropped]: _, "node-version": __, "node-version-file": ___, ...kept } = inputs;
    const facts = {
      using: "node99",
      inputs: {
        ...kept,
        "node-version": { default: "an older one" },
        "node-version-file": { deprecated: true as const },
        mirrors: {},
        key: { required: true as const },
      },
      outputs: [...outputs.slice(1), "path"],
    };
    const { code, output } = await command.run([], {
      added: {
        "actions/setup-node": [
          newNode({ version: nextMajor, ageDays: 6, commit: "2".repeat(40) }),
          newNode({ version: newest, prerelease: true, commit: "3".repeat(40) }),
          newNode({}, facts),
          newNode({ version: older, commit: "4".repeat(40) }),
        ],
      },
    });
    expect(output).toContain(`actions/setup-node ${pinned} → ${newer}\n  ${nextMajor} is younger than `);
    const lines = output.split("\n").flatMap((line) => /^ {2}actions\/setup-node: (.*)$/u.exec(line)?.slice(1) ?? []);
    expect(lines.toSorted()).toEqual(
      [
        'default of node-version: none, now "an older one"',
        "input added: key, which is required",
        "input added: mirrors",
        `input removed: ${dropped}`,
        "input node-version-file is now deprecated",
        "output added: path",
        `output removed: ${outputs[0]}`,
        `runs on node99, before on ${nodeInterface.using}`,
      ].toSorted(),
    );
    expect(output).toMatch(/^! \.github\/workflows\/ci-cd\.yml:\d+: .*\bkey\b.*required$/mu);
    expect(code).toBe(exitCodes.ok);
    expect(command.changed(before)).toEqual([
      ".github/workflows/ci-cd.yml",
      ".github/workflows/redeploy.yml",
      ".github/workflows/weekly.yml",
      metadataSource,
      pinSource,
    ]);
    expect(command.copy.read(ciCd)).toContain(`actions/setup-node@${newCommit} # ${newer}`);

    // The steps that do not give the new input no longer compile.
    const fx = createEffects({
      env: process.env,
      terminal: { isTTY: false, columns: 80, write: () => undefined },
    });
    const erroneous = ["workflows-src/examples/matrix.ts", "workflows-src/language/steps.ts"];
    command.copy.write(
      "steps.tsconfig.json",
      JSON.stringify({ extends: "./tsconfig.json", include: [], files: erroneous }),
    );
    const types = await fx.tryRun(
      ["node_modules/.bin/tsc", "--project", "steps.tsconfig.json", "--checkers", "1", "--pretty", "false"],
      {
        cwd: command.copy.root,
      },
    );
    const reported = types.stdout.split("\n").flatMap((line) => /^(\S+)\(\d+,\d+\): error TS/u.exec(line)?.[1] ?? []);
    expect(reported.toSorted()).toEqual(erroneous);
  });

  test("changes no pin where each is the newest", async () => {
    const before = command.copy.texts();
    expect((await command.run([])).code).toBe(exitCodes.ok);
    expect(command.changed(before).filter((path) => path !== metadataSource)).toEqual([]);
  });

  const limit = { status: 403, headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1900000000" } };
  const of = (part: string, answer: FakeAnswer) => (path: string) => (path.includes(part) ? answer : undefined);
  const actionFile = (body: string) => of("contents/", { status: 200, body });
  test.each([
    ["the limit of requests", of("releases", limit), "after 2030-03-17T17:46:40.000Z, or set GITHUB_TOKEN"],
    [
      "a second limit",
      of("releases", { status: 429, headers: { "retry-after": "17" } }),
      "in 17 s, or set GITHUB_TOKEN",
    ],
    ["a refusal", of("releases", { status: 403, body: "{}" }), "Set GITHUB_TOKEN"],
    ["a wrong token", of("releases", { status: 401 }), "Set a valid one, or unset it"],
    ["no repository", of("setup-node/releases", { status: 404 }), "actions/setup-node"],
    ["no action.yml", of("contents/", { status: 404 }), "Keep the pinned release"],
    ["a failure of GitHub", of("releases", { status: 502 }), "later"],
    ["a web page instead of releases", of("releases", { status: 200, body: "<html>" }), "another form"],
    ["releases of another form", of("releases", { status: 200, body: '[{"tag_name":1}]' }), "another form"],
    ["a tag that points to no commit", of("commits/", { status: 200, body: "{}" }), "another form"],
    ["an action.yml that is not YAML", actionFile("a: [\n"), "is not YAML"],
    ["an empty action.yml", actionFile(""), "does not describe an action"],
    ["an action.yml without runs", actionFile("name: a\n"), "runs"],
    ["an input that is no mapping", actionFile("runs: { using: node24 }\ninputs: { a: [1] }\n"), "inputs.a"],
    ["an input with an odd name", actionFile('runs: { using: node24 }\ninputs: { "a b": {} }\n'), "a b"],
  ])("writes nothing after %s", async (_, instead, expected) => {
    const before = command.copy.texts();
    const { code, output } = await command.run([], { instead, added: { "actions/setup-node": [newNode({})] } });
    expect(output.split("\n").filter((line) => line.startsWith("✗ "))).toHaveLength(1);
    expect(output.trimEnd().split("\n")).toHaveLength(2);
    expect(output).toContain(expected);
    expect(code).toBe(exitCodes.failed);
    expect(command.changed(before)).toEqual([]);
  });

  test.each([
    ["no answer", { GITHUB_API_URL: "http://127.0.0.1:9" }, "http://127.0.0.1:9 does not answer"],
    ["an address that is none", { GITHUB_API_URL: "github" }, "GITHUB_API_URL"],
    ["an address without encryption", { GITHUB_API_URL: "http://api.example.org" }, "GITHUB_API_URL"],
    ["a token in two lines", { GITHUB_TOKEN: "a\nb" }, "GITHUB_TOKEN"],
  ])("writes nothing with %s", async (_, env, expected) => {
    const before = command.copy.texts();
    const { code, output } = await command.run([], { env });
    expect(output.trimEnd().split("\n")).toHaveLength(2);
    expect(output).toContain(expected);
    expect(code).toBe(exitCodes.failed);
    expect(command.changed(before)).toEqual([]);
  });

  test("sends the token, and prints it nowhere", async () => {
    const { output } = await command.run(["--check"], { env: { GITHUB_TOKEN: " token-of-mine\n" } });
    expect(new Set(command.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer token-of-mine"]),
    );
    expect(output).not.toContain("token-of-mine");
  });

  test("writes nothing where a file is a folder", async () => {
    const before = command.copy.texts();
    // The second file to be written: the first one has been replaced by then.
    const clear = command.copy.obstruct(`${metadataSource}.${process.pid}`);
    const { code, output } = await command.run([], { added: { "actions/setup-node": [newNode({})] } });
    clear();
    expect(output).toContain(`${metadataSource} cannot be written`);
    expect(output.trimEnd().split("\n")).toHaveLength(2);
    expect(code).toBe(exitCodes.failed);
    expect(command.changed(before)).toEqual([]);
  });

  test("leaves everything as it was where the new pins do not generate", async () => {
    command.copy.edit(
      "workflows-src/workflows/weekly.ts",
      "export const weekly",
      "throw new Error();\nexport const weekly",
    );
    const before = command.copy.texts();
    const { code } = await command.run([], { added: { "actions/setup-node": [newNode({})] } });
    expect(code).toBe(exitCodes.failed);
    expect(command.changed(before)).toEqual([]);
  });
});
