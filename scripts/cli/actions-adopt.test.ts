/** `npm run actions -- --adopt` takes over the pins that a bot changed in generated files and Dockerfiles. */
import { describe, expect, test } from "vitest";
import { appNames, catalog } from "../../apps/catalog.ts";
import { images } from "../../contract/base-images.ts";
import { actions } from "../../workflows-src/language/actions.ts";
import type { FakeAnswer } from "../actions/testing/github-fake.ts";
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
const dockerfile = `apps/${catalog[appNames[0]!].image}/Dockerfile`;

describe("--adopt", () => {
  const { setupNode } = actions;
  const pinInYaml = `${setupNode.commit} # ${setupNode.version}`;
  const bump = (version = newer, commit = newCommit, file = ciCd): void =>
    command.copy.edit(file, pinInYaml, `${commit} # ${version}`);

  test("takes over an action in a workflow and an image in a Dockerfile; nothing differs afterwards", async () => {
    bump();
    const [oldImage, newImage] = [images.application, images.application.replace(/:\d+\.\d+/u, ":99.1")];
    command.copy.edit(dockerfile, oldImage, newImage);
    const database = images.database.replace(/:\d+/u, ":99");
    command.copy.edit("docker-compose.yml", `image: ${images.database}`, `image: ${database}`);
    const { code, output } = await command.run(["--adopt"], {
      added: { "actions/setup-node": [newNode({}, { outputs: [...nodeInterface.outputs, "path"] })] },
    });
    expect(output).toContain(`actions/setup-node ${pinned} → ${newer}`);
    expect(output).toContain(`${oldImage} → ${newImage}`);
    expect(code).toBe(exitCodes.ok);
    expect(command.copy.read(pinSource)).toContain(newCommit);
    expect(command.copy.read(metadataSource)).toContain('"path"],');
    expect(command.copy.read("contract/base-images.ts")).toContain(`"${newImage}"`);
    expect(command.copy.read("stack.yml")).toContain(`image: ${database}`);
    const dockerfiles = [...command.copy.texts()].filter(([path]) => path.endsWith("/Dockerfile"));
    expect(dockerfiles.filter(([, text]) => text.includes(oldImage))).toEqual([]);
    expect(await command.synthFinds()).toBe(0);
  });

  test("reads the metadata of a major version that a bot wrote into the source itself", async () => {
    for (const name of ["ci-cd", "redeploy", "weekly"])
      command.copy.edit(`.github/workflows/${name}.yml`, pinInYaml, `${newCommit} # ${nextMajor}`);
    command.copy.edit(pinSource, setupNode.commit, newCommit);
    command.copy.edit(
      pinSource,
      `setup-node",\n  version: "${setupNode.version}"`,
      `setup-node",\n  version: "${nextMajor}"`,
    );
    command.copy.write(".github/workflows/actions.lock", "");
    const added = { "actions/setup-node": [newNode({ version: nextMajor }, { using: "node99" })] };
    const { code, output } = await command.run(["--adopt"], { added });
    expect(output).toContain("actions/setup-node: runs on node99");
    expect(output).toMatch(/^! .*gh actions-lock/mu);
    expect(code).toBe(exitCodes.ok);
    expect(command.copy.read(metadataSource)).toContain(`version: "${nextMajor}"`);
  });

  test("goes on without an answer of GitHub where the major version stays", async () => {
    bump();
    const { code, output } = await command.run(["--adopt"], { env: { GITHUB_API_URL: "http://127.0.0.1:9" } });
    expect(output).toMatch(/^! .*--check/mu);
    expect(code).toBe(exitCodes.ok);
    expect(command.copy.read(pinSource)).toContain(newCommit);
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
        command.copy.edit(".github/workflows/weekly.yml", pinInYaml, `${"2".repeat(40)} # ${newest}`);
      },
      "Keep one of the two",
    ],
    ["an older version", () => bump(older), "npm run synth"],
    ["a tag in place of a commit", () => bump(newer, "v7"), "40 digits"],
    ["a commit without a version", () => command.copy.edit(ciCd, pinInYaml, newCommit), "40 digits"],
    [
      "an action that is not ours",
      () => command.copy.edit(ciCd, "actions/setup-node@", "stranger/setup-node@"),
      "Add the action",
    ],
    [
      "an image of another variant",
      () => command.copy.edit(dockerfile, images.application, "python:98.1-trixie"),
      "by hand",
    ],
    [
      "an image by its digest",
      () => command.copy.edit(dockerfile, images.application, `${images.application}@sha256:${"a".repeat(64)}`),
      "by hand",
    ],
    [
      "one image in two versions",
      () => {
        command.copy.edit("docker-compose.yml", images.database, images.database.replace(/:\d+/u, ":98"));
        command.copy.edit("stack.yml", images.database, images.database.replace(/:\d+/u, ":99"));
      },
      "Keep one of the two",
    ],
  ];
  test.each(refused.map(([title, edit, expected, answer]) => ({ title, edit, expected, answer })))(
    "writes nothing for $title",
    async ({ edit, expected, answer }) => {
      edit();
      const before = command.copy.texts();
      const { code, output } = await command.run(["--adopt"], {
        added: { "actions/setup-node": [newNode({})] },
        ...(answer ? { instead: () => answer } : {}),
      });
      expect(output.trimEnd().split("\n")).toHaveLength(2);
      expect(output).toContain(expected);
      expect(code).toBe(exitCodes.failed);
      expect(command.changed(before)).toEqual([]);
    },
  );

  test("has nothing to do where nothing differs", async () => {
    const before = command.copy.texts();
    expect((await command.run(["--adopt"])).code).toBe(exitCodes.ok);
    expect(command.changed(before)).toEqual([]);
    expect(command.requests).toEqual([]);
  });
});
