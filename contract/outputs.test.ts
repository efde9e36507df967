import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { appNames } from "../apps/catalog.ts";
import { type Outputs, contractOf, stageNames } from "./contracts.ts";
import { checkProducts, printedOutputs } from "./outputs.ts";
import { UserError } from "./user-error.ts";

const planned: Outputs<"plan"> = {
  build: [appNames[0]!],
  carried: {},
  integrate: true,
  changed: [...appNames],
  proven: {},
  publish: false,
  deploy: false,
  tag: "sha-1",
};

describe("the outputs of a stage", () => {
  test("are printed as the next stage parses them, each that the contract names", () => {
    const printed = printedOutputs("plan", planned);
    const { outputs = {} } = contractOf("plan");
    expect(Object.keys(printed)).toEqual(Object.keys(outputs));
    const parsed = Object.entries(outputs).map(([key, codec]) => [
      key,
      codec.kind === "scalar" ? codec.parse(printed[key]!) : undefined,
    ]);
    expect(Object.fromEntries(parsed)).toEqual(planned);
    expect(printed["tag"]).toBe("sha-1");
  });

  test.each(Object.keys(planned))("are refused without %s", (key) => {
    const { [key as keyof typeof planned]: _, ...fewer } = planned;
    expect(() => printedOutputs("plan", fewer as typeof planned)).toThrow(UserError);
  });

  test("that the contract does not name are not printed", () => {
    expect(printedOutputs("check", { more: "1" } as Outputs<"check">)).toEqual({});
  });
});

describe("the products of a stage", () => {
  const files = (tree: Readonly<Record<string, readonly string[]>>) => (folder: string) => tree[folder] ?? [];
  test.each([
    ["no folder", {}],
    ["an empty folder", { ".pipeline/oci": ["oci-a"], ".pipeline/oci/oci-a": [] }],
    ["the folder of another name", { ".pipeline/oci": ["other"], ".pipeline/oci/other": ["file"] }],
  ])("are missed: %s", (_, tree) => expect(() => checkProducts("build", files(tree))).toThrow(UserError));

  test("are found in the folder of a leg", () => {
    const tree = { ".pipeline/oci": ["oci-a"], ".pipeline/oci/oci-a": ["index.json"] };
    expect(() => checkProducts("build", files(tree))).not.toThrow();
  });

  test("are not demanded of a stage that has none", () => expect(() => checkProducts("plan", () => [])).not.toThrow());
});

/** Evidence may be missing after a failure, so no run can demand it: the sources have to write to its path. */
test("the scripts write each folder of each contract", () => {
  const sources = ["scripts/stages", "scripts/cli", "scripts/pipeline"].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .map((file) => readFileSync(`${folder}/${file}`, "utf8")),
  );
  const written = new Set(
    sources.flatMap((text) => [...text.matchAll(/artifactPath\("([\w-]+)"/gu)].map(([, name]) => name!)),
  );
  const named = stageNames.flatMap((stage) =>
    Object.values(contractOf(stage).outputs ?? {}).flatMap((codec) => (codec.kind === "folder" ? [codec.name] : [])),
  );
  expect(named.filter((name) => !written.has(name))).toEqual([]);
});
