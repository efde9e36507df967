/** A value that a codec prints is parsed as the same value; any other text is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appNames } from "../apps/catalog.ts";
import { type Digest, isDigest } from "./digests.ts";
import {
  type Scalar,
  artifactName,
  artifactPath,
  artifactRoot,
  digests,
  environmentName,
  flag,
  list,
  oneOf,
  optionalText,
  text,
} from "./codecs.ts";
import { contractOf, stageNames } from "./contracts.ts";
import { environments, variables } from "./settings.ts";

const app = oneOf(appNames);
const name = fc.constantFrom(...appNames);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/u).map((hex): Digest<"tested"> => `sha256:${hex}` as const);
const held = fc.dictionary(name, digest).map((found) => ({ ...found }));

const cases: readonly (readonly [string, Scalar<unknown>, fc.Arbitrary<unknown>])[] = [
  ["text", text, fc.string({ minLength: 1 })],
  ["optional text", optionalText, fc.string()],
  ["flag", flag, fc.boolean()],
  ["one of", app, name],
  ["list", list(app), fc.array(name)],
  ["list of texts", list(text), fc.array(fc.string({ minLength: 1, unit: "binary" }))],
  ["digests", digests("tested", app), held],
];

test.each(cases)("%s: a printed value is parsed as the same value", (_, codec, values) => {
  fc.assert(fc.property(values, (value) => void expect(codec.parse(codec.print(value as never))).toEqual(value)));
});

test.each(cases.filter(([kind]) => !kind.startsWith("text") && kind !== "optional text"))(
  "%s: a value is printed on one line",
  (_, codec, values) => {
    fc.assert(fc.property(values, (value) => void expect(codec.print(value as never)).not.toMatch(/[\r\n]/u)));
  },
);

test.each(cases.filter(([kind]) => kind !== "optional text" && kind !== "text"))(
  "%s: any text is refused, or parsed to a value that survives printing",
  (_, codec) => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (written) => {
        const parsed = (() => {
          try {
            return { value: codec.parse(written) };
          } catch (cause) {
            return { message: cause instanceof Error ? cause.message : "" };
          }
        })();
        if ("value" in parsed) expect(codec.parse(codec.print(parsed.value as never))).toEqual(parsed.value);
        else expect(parsed.message).toMatch(/^(?:is|contains) /u);
      }),
    );
  },
);

const known = appNames[0]!;
const sha = `sha256:${"0".repeat(64)}`;
test.each<[Scalar<unknown>, string, string]>([
  [text, "", "empty"],
  [flag, "yes", '"yes"'],
  [flag, "", '""'],
  [flag, "True", '"True"'],
  [app, "unknown", '"unknown"'],
  [app, "unknown", appNames.join(", ")],
  [list(app), "", '""'],
  [list(app), "{}", '"{}"'],
  [list(app), "[1]", "1"],
  [list(app), '["unknown"]', '"unknown"'],
  [digests("tested", app), "null", '"null"'],
  [digests("tested", app), `{"unknown":"${sha}"}`, '"unknown"'],
  [digests("tested", app), `{"${known}":"latest"}`, `"latest" for ${known}`],
  [digests("tested", app), `{"${known}":"${sha}0"}`, `"${sha}0"`],
  [digests("tested", app), `{"${known}":1}`, `1 for ${known}`],
  [digests("tested", app), "[1]", "1 for 0"],
])("text %# is refused, and the message quotes it", (codec, written, quoted) =>
  expect(() => codec.parse(written)).toThrow(quoted),
);

test.each([
  [sha, true],
  [sha.toUpperCase(), false],
  [`${sha}\n`, false],
  [undefined, false],
  [{}, false],
])("%j is a digest: %s", (written, is) => expect(isDigest(written)).toBe(is));

describe("names", () => {
  test.each([
    ["tag", "TAG"],
    ["dryRun", "DRY_RUN"],
    ["aBC", "A_B_C"],
  ])("%s is %s in the environment", (key, variable) => expect(environmentName(key)).toBe(variable));
  test("the artifact of a leg has its own folder below the folder of its name", () => {
    expect(artifactPath("oci", "rocket")).toBe(`${artifactRoot("oci")}/${artifactName("oci", "rocket")}`);
    expect(artifactPath("oci")).toBe(".pipeline/oci/oci");
  });
});

describe("the contracts", () => {
  test.each(stageNames)("%s: no two values have the same environment variable", (stage) => {
    const { inputs = {}, variables: own = [], environment } = contractOf(stage);
    const names = [
      ...Object.keys(inputs).map(environmentName),
      ...own,
      ...(environment ? environments[environment].secrets : []),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
  test("no artifact's name is the beginning of another, so that the pattern of a download matches one name only", () => {
    const folders = stageNames
      .flatMap((stage) => Object.values(contractOf(stage).outputs ?? {}))
      .filter((codec) => codec.kind === "folder");
    // The legs of the build are applications; other folders of the same name have legs of their own.
    const artifacts = folders.map((folder) => artifactName(folder.name, folder.leg));
    expect(new Set(artifacts).size).toBe(artifacts.length);
    const names = [...new Set(folders.map((folder) => folder.name))];
    expect(names.filter((one) => names.some((other) => other.startsWith(`${one}-`)))).toEqual([]);
  });
  test("each secret belongs to one environment only, and no variable is a secret", () => {
    const secrets = Object.values(environments).flatMap((environment): readonly string[] => environment.secrets);
    expect(new Set(secrets).size).toBe(secrets.length);
    expect(variables.filter((variable) => secrets.includes(variable))).toEqual([]);
  });
});
