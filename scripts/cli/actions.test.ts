/** The command in a copy of the repository, against a stand-in of GitHub's API. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { images } from "../../contract/base-images.ts";
import { interfaces } from "../../workflows-src/language/action-interfaces.ts";
import { actions, idOf } from "../../workflows-src/language/actions.ts";
import {
  type FakeAnswer,
  type FakeRelease,
  type GitHubFake,
  actionFileText,
  startGitHubFake,
} from "../actions/testing/github-fake.ts";
import { typeLoader } from "../actions/repository.ts";
import { type RepositoryCopy, copyRepository } from "../actions/testing/repository-copy.ts";
import { createEffects } from "../core/effects.ts";
import { rootFor } from "./commands.ts";
import { exitCodes } from "./definition/exit-codes.ts";
import { runCommandLine } from "./run-command-line.ts";

const pinSource = "workflows-src/language/actions.ts";
const metadataSource = "workflows-src/language/action-metadata.ts";
const ciCd = ".github/workflows/ci-cd.yml";
const dockerfile = "apps/rocket-ecommerce/Dockerfile";

/** The pinned release of each action, with its action.yml. */
function pinnedReleases(): Record<string, FakeRelease[]> {
  const found: Record<string, FakeRelease[]> = {};
  for (const action of Object.values(actions)) {
    const folder = "path" in action ? `${action.path}/` : "";
    const files = { [`${folder}action.yml`]: actionFileText(interfaces[idOf(action)]!) };
    const [known] = (found[action.repository] ??= []);
    found[action.repository] = [
      { version: action.version, commit: action.commit, ageDays: 60, files: { ...known?.files, ...files } },
    ];
  }
  return found;
}

const nodeInterface = interfaces["actions/setup-node"]!;
const newCommit = "1".repeat(40);
/** Versions around the pinned one, whichever that is. */
const { version: pinned } = actions.setupNode;
const [major = 0, minor = 0] = (pinned.match(/\d+/gu) ?? []).map(Number);
const newer = `v${major}.${minor + 1}.0`;
const newest = `v${major}.${minor + 2}.0`;
const [older, nextMajor] = [`v${major - 1}.9.9`, `v${major + 1}.0.0`];
const newNode = (change: Partial<FakeRelease>, facts: Partial<typeof nodeInterface> = {}): FakeRelease => ({
  version: newer,
  commit: newCommit,
  ageDays: 8,
  files: { "action.yml": actionFileText({ ...nodeInterface, ...facts }) },
  ...change,
});

let copy: RepositoryCopy;
let fake: GitHubFake | undefined;
const home = process.cwd();
beforeAll(() => {
  copy = copyRepository();
});
afterAll(() => copy.remove());
beforeEach(() => process.chdir(copy.root));
afterEach(async () => {
  process.chdir(home);
  copy.restore();
  await fake?.close();
  fake = undefined;
});

/** Adds releases to the pinned ones, and runs the command. */
async function run(
  args: readonly string[],
  {
    added = {},
    instead,
    env = {},
  }: {
    readonly added?: Readonly<Record<string, readonly FakeRelease[]>>;
    readonly instead?: (path: string) => FakeAnswer | undefined;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
) {
  const releases = pinnedReleases();
  for (const [repository, more] of Object.entries(added))
    releases[repository] = [...more, ...(releases[repository] ?? [])];
  fake = await startGitHubFake(releases, instead);
  let output = "";
  const stream = { isTTY: false, columns: 80, write: (text: string) => void (output += text) };
  const { PATH = "", HOME = "" } = process.env;
  const all = { PATH, HOME, GITHUB_API_URL: fake.address, ...env };
  const code = await runCommandLine(await rootFor("actions"), ["actions", ...args], all, {
    stdout: stream,
    stderr: stream,
  });
  return { code, output };
}

/** Whether the generated files in the copy are those of its sources. */
async function synthFinds(): Promise<number> {
  const silent = { isTTY: false, columns: 80, write: () => undefined };
  const fx = createEffects({ env: process.env, terminal: silent, errors: silent });
  return (await fx.tryRun(["node", ...typeLoader, "scripts/main.ts", "synth", "--check"], { cwd: copy.root })).code;
}

/** The files whose text differs from before, but for the log of commands. */
const changed = (before: ReadonlyMap<string, string>): readonly string[] =>
  [...copy.texts()].flatMap(([path, text]) => (before.get(path) === text ? [] : [path])).toSorted();

describe("npm run actions", () => {
  test("takes the newest release that is old enough, with its metadata, and writes every copy", async () => {
    const before = copy.texts();
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
    const { code, output } = await run([], {
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
    expect(changed(before)).toEqual([
      ".github/workflows/ci-cd.yml",
      ".github/workflows/redeploy.yml",
      ".github/workflows/weekly.yml",
      metadataSource,
      pinSource,
    ]);
    expect(copy.read(ciCd)).toContain(`actions/setup-node@${newCommit} # ${newer}`);

    // The steps that do not give the new input no longer compile.
    const fx = createEffects({
      env: process.env,
      terminal: { isTTY: false, columns: 80, write: () => undefined },
    });
    const erroneous = ["workflows-src/examples/matrix.ts", "workflows-src/language/steps.ts"];
    copy.write("steps.tsconfig.json", JSON.stringify({ extends: "./tsconfig.json", include: [], files: erroneous }));
    const types = await fx.tryRun(["node_modules/.bin/tsc", "--project", "steps.tsconfig.json", "--pretty", "false"], {
      cwd: copy.root,
    });
    const reported = types.stdout.split("\n").flatMap((line) => /^(\S+)\(\d+,\d+\): error TS/u.exec(line)?.[1] ?? []);
    expect(reported.toSorted()).toEqual(erroneous);
  });

  test("changes no pin where each is the newest", async () => {
    const before = copy.texts();
    expect((await run([])).code).toBe(exitCodes.ok);
    expect(changed(before).filter((path) => path !== metadataSource)).toEqual([]);
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
    const before = copy.texts();
    const { code, output } = await run([], { instead, added: { "actions/setup-node": [newNode({})] } });
    expect(output.split("\n").filter((line) => line.startsWith("✗ "))).toHaveLength(1);
    expect(output.trimEnd().split("\n")).toHaveLength(2);
    expect(output).toContain(expected);
    expect(code).toBe(exitCodes.failed);
    expect(changed(before)).toEqual([]);
  });

  test.each([
    ["no answer", { GITHUB_API_URL: "http://127.0.0.1:9" }, "http://127.0.0.1:9 does not answer"],
    ["an address that is none", { GITHUB_API_URL: "github" }, "GITHUB_API_URL"],
    ["an address without encryption", { GITHUB_API_URL: "http://api.example.org" }, "GITHUB_API_URL"],
    ["a token in two lines", { GITHUB_TOKEN: "a\nb" }, "GITHUB_TOKEN"],
  ])("writes nothing with %s", async (_, env, expected) => {
    const before = copy.texts();
    const { code, output } = await run([], { env });
    expect(output.trimEnd().split("\n")).toHaveLength(2);
    expect(output).toContain(expected);
    expect(code).toBe(exitCodes.failed);
    expect(changed(before)).toEqual([]);
  });

  test("sends the token, and prints it nowhere", async () => {
    const { output } = await run(["--check"], { env: { GITHUB_TOKEN: " token-of-mine\n" } });
    expect(new Set(fake!.requests.map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer token-of-mine"]),
    );
    expect(output).not.toContain("token-of-mine");
  });

  test("writes nothing where a file is a folder", async () => {
    const before = copy.texts();
    // The second file to be written: the first one has been replaced by then.
    const clear = copy.obstruct(`${metadataSource}.${process.pid}`);
    const { code, output } = await run([], { added: { "actions/setup-node": [newNode({})] } });
    clear();
    expect(output).toContain(`${metadataSource} cannot be written`);
    expect(output.trimEnd().split("\n")).toHaveLength(2);
    expect(code).toBe(exitCodes.failed);
    expect(changed(before)).toEqual([]);
  });

  test("leaves everything as it was where the new pins do not generate", async () => {
    copy.edit("workflows-src/workflows/weekly.ts", "export const weekly", "throw new Error();\nexport const weekly");
    const before = copy.texts();
    const { code } = await run([], { added: { "actions/setup-node": [newNode({})] } });
    expect(code).toBe(exitCodes.failed);
    expect(changed(before)).toEqual([]);
  });
});

describe("--check", () => {
  test("accepts pins that are the commits of their tags, and changes nothing", async () => {
    const before = copy.texts();
    expect((await run(["--check"])).code).toBe(exitCodes.ok);
    expect(changed(before)).toEqual([]);
  });

  test.each([
    ["a tag that moved", { "actions/setup-node": [newNode({ version: actions.setupNode.version })] }, "1".repeat(40)],
    ["a tag that is gone", {}, "no tag"],
  ])("finds %s", async (_, added, expected) => {
    const gone = (path: string) =>
      expected === "no tag" && path.includes("setup-node/commits") ? { status: 404 } : undefined;
    const { code, output } = await run(["--check"], { added, instead: gone });
    expect(output.split("\n").filter((line) => line.startsWith("✗ "))).toEqual([
      expect.stringMatching(/^✗ workflows-src\/language\/actions\.ts:\d+ .*actions\/setup-node/u),
    ]);
    expect(output).toContain(expected);
    expect(code).toBe(exitCodes.failed);
  });

  test("finds a pin of a workflow that is not the one of the source, without a network, too", async () => {
    copy.edit(ciCd, `${actions.setupNode.commit} # ${actions.setupNode.version}`, `${newCommit} # ${newer}`);
    const { code, output } = await run(["--check"], { env: { GITHUB_API_URL: "http://127.0.0.1:9" } });
    expect(output).toMatch(/^✗ \.github\/workflows\/ci-cd\.yml:\d+ .*npm run actions -- --adopt/mu);
    expect(output).toContain("does not answer");
    expect(code).toBe(exitCodes.failed);
  });

  test("is not combined with --adopt", async () =>
    expect((await run(["--check", "--adopt"])).code).toBe(exitCodes.misuse));
});

describe("--adopt", () => {
  const { setupNode } = actions;
  const pinInYaml = `${setupNode.commit} # ${setupNode.version}`;
  const bump = (version = newer, commit = newCommit, file = ciCd): void =>
    copy.edit(file, pinInYaml, `${commit} # ${version}`);

  test("takes over an action in a workflow and an image in a Dockerfile; nothing differs afterwards", async () => {
    bump();
    const [oldImage, newImage] = [images.application, images.application.replace(/:\d+\.\d+/u, ":99.1")];
    copy.edit(dockerfile, oldImage, newImage);
    const database = images.database.replace(/:\d+/u, ":99");
    copy.edit("docker-compose.yml", `image: ${images.database}`, `image: ${database}`);
    const { code, output } = await run(["--adopt"], {
      added: { "actions/setup-node": [newNode({}, { outputs: [...nodeInterface.outputs, "path"] })] },
    });
    expect(output).toContain(`actions/setup-node ${pinned} → ${newer}`);
    expect(output).toContain(`${oldImage} → ${newImage}`);
    expect(code).toBe(exitCodes.ok);
    expect(copy.read(pinSource)).toContain(newCommit);
    expect(copy.read(metadataSource)).toContain('"path"],');
    expect(copy.read("contract/base-images.ts")).toContain(`"${newImage}"`);
    expect(copy.read("stack.yml")).toContain(`image: ${database}`);
    const dockerfiles = [...copy.texts()].filter(([path]) => path.endsWith("/Dockerfile"));
    expect(dockerfiles.filter(([, text]) => text.includes(oldImage))).toEqual([]);
    expect(await synthFinds()).toBe(0);
  });

  test("reads the metadata of a major version that a bot wrote into the source itself", async () => {
    for (const name of ["ci-cd", "redeploy", "weekly"])
      copy.edit(`.github/workflows/${name}.yml`, pinInYaml, `${newCommit} # ${nextMajor}`);
    copy.edit(pinSource, setupNode.commit, newCommit);
    copy.edit(pinSource, `setup-node",\n  version: "${setupNode.version}"`, `setup-node",\n  version: "${nextMajor}"`);
    copy.write(".github/workflows/actions.lock", "");
    const added = { "actions/setup-node": [newNode({ version: nextMajor }, { using: "node99" })] };
    const { code, output } = await run(["--adopt"], { added });
    expect(output).toContain("actions/setup-node: runs on node99");
    expect(output).toMatch(/^! .*gh actions-lock/mu);
    expect(code).toBe(exitCodes.ok);
    expect(copy.read(metadataSource)).toContain(`version: "${nextMajor}"`);
  });

  test("goes on without an answer of GitHub where the major version stays", async () => {
    bump();
    const { code, output } = await run(["--adopt"], { env: { GITHUB_API_URL: "http://127.0.0.1:9" } });
    expect(output).toMatch(/^! .*--check/mu);
    expect(code).toBe(exitCodes.ok);
    expect(copy.read(pinSource)).toContain(newCommit);
  });

  const badGateway: FakeAnswer = { status: 502 };
  const refused: readonly (readonly [string, () => void, string, FakeAnswer?])[] = [
    ["another major version, without an answer", () => bump(nextMajor), "502", badGateway],
    ["a version without a tag", () => bump(newest), `no tag ${newest}`],
    ["a commit that is not the one of the tag", () => bump(newer, "5".repeat(40)), "points to"],
    ["another commit with the same version", () => bump(setupNode.version), "same version"],
    [
      "two versions",
      () => {
        bump();
        copy.edit(".github/workflows/weekly.yml", pinInYaml, `${"2".repeat(40)} # ${newest}`);
      },
      "Keep one of the two",
    ],
    ["an older version", () => bump(older), "npm run synth"],
    ["a tag in place of a commit", () => bump(newer, "v7"), "40 digits"],
    ["a commit without a version", () => copy.edit(ciCd, pinInYaml, newCommit), "40 digits"],
    [
      "an action that is not ours",
      () => copy.edit(ciCd, "actions/setup-node@", "stranger/setup-node@"),
      "Add the action",
    ],
    ["an image of another variant", () => copy.edit(dockerfile, images.application, "python:98.1-trixie"), "by hand"],
    [
      "an image by its digest",
      () => copy.edit(dockerfile, images.application, `${images.application}@sha256:${"a".repeat(64)}`),
      "by hand",
    ],
    [
      "one image in two versions",
      () => {
        copy.edit(dockerfile, images.application, "python:98.1-alpine");
        copy.edit("apps/docs-django-react/Dockerfile", images.application, "python:98.2-alpine");
      },
      "Keep one of the two",
    ],
  ];
  test.each(refused.map(([title, edit, expected, answer]) => ({ title, edit, expected, answer })))(
    "writes nothing for $title",
    async ({ edit, expected, answer }) => {
      edit();
      const before = copy.texts();
      const { code, output } = await run(["--adopt"], {
        added: { "actions/setup-node": [newNode({})] },
        ...(answer ? { instead: () => answer } : {}),
      });
      expect(output.trimEnd().split("\n")).toHaveLength(2);
      expect(output).toContain(expected);
      expect(code).toBe(exitCodes.failed);
      expect(changed(before)).toEqual([]);
    },
  );

  test("has nothing to do where nothing differs", async () => {
    const before = copy.texts();
    expect((await run(["--adopt"])).code).toBe(exitCodes.ok);
    expect(changed(before)).toEqual([]);
    expect(fake!.requests).toEqual([]);
  });
});
