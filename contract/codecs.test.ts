/** What crosses between a job and its script comes out as it went in, and nothing else gets through. */
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
import { contractOf, contracts, environments, stageNames, variables } from "./contracts.ts";

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

test.each(cases)("%s: what is printed is what is parsed", (_, codec, values) => {
  fc.assert(fc.property(values, (value) => void expect(codec.parse(codec.print(value as never))).toEqual(value)));
});

test.each(cases.filter(([kind]) => !kind.startsWith("text") && kind !== "optional text"))(
  "%s: is one line of text",
  (_, codec, values) => {
    fc.assert(fc.property(values, (value) => void expect(codec.print(value as never)).not.toMatch(/[\r\n]/u)));
  },
);

test.each(cases.filter(([kind]) => kind !== "optional text" && kind !== "text"))(
  "%s: any other text is refused, or is what it prints",
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
        else expect(parsed.message).toMatch(/^(?:is|holds) /u);
      }),
    );
  },
);

const sha = `sha256:${"0".repeat(64)}`;
test.each<[Scalar<unknown>, string, string]>([
  [text, "", "is empty"],
  [flag, "yes", 'is "yes", neither true nor false'],
  [flag, "", 'is "", neither true nor false'],
  [flag, "True", 'is "True", neither true nor false'],
  [app, "rocket", `is "rocket"; known: ${appNames.join(", ")}`],
  [list(app), "", 'is not JSON: ""'],
  [list(app), "{}", "is not a JSON list"],
  [list(app), '["rocket"]', 'is "rocket"; known'],
  [digests("tested", app), "null", "is not a JSON object"],
  [digests("tested", app), `{"rocket":"${sha}"}`, 'is "rocket"; known'],
  [
    digests("tested", app),
    '{"rocket-ecommerce":"latest"}',
    'holds "latest" for rocket-ecommerce, which is no sha256 digest',
  ],
  [digests("tested", app), `{"rocket-ecommerce":"${sha}0"}`, "which is no sha256 digest"],
  [digests("tested", app), '{"rocket-ecommerce":1}', "holds 1 for rocket-ecommerce"],
  [digests("tested", app), "[1]", "holds 1 for 0"],
])("%# is refused: %o", (codec, written, message) => expect(() => codec.parse(written)).toThrow(message));

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
  test("each leg's artifact lies in a folder of its own, below that of its name", () => {
    expect(artifactPath("oci", "rocket")).toBe(`${artifactRoot("oci")}/${artifactName("oci", "rocket")}`);
    expect(artifactPath("oci")).toBe(".pipeline/oci/oci");
  });
});

describe("the contracts", () => {
  test.each(stageNames)("%s: nothing that it is handed hides another", (stage) => {
    const { inputs = {}, variables: own = [], environment } = contractOf(stage);
    const names = [
      ...Object.keys(inputs).map(environmentName),
      ...own,
      ...(environment ? environments[environment].secrets : []),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
  test("no artifact's name begins another's: a pattern takes only its own", () => {
    const names = Object.values(contracts)
      .flatMap((contract) => ("outputs" in contract ? Object.values(contract.outputs) : []))
      .flatMap((codec) => (codec.kind === "folder" ? [codec.name] : []));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((one) => names.some((other) => other.startsWith(`${one}-`)))).toEqual([]);
  });
  test("each secret belongs to one environment, and no variable is a secret", () => {
    const granted = Object.values(environments).flatMap((environment): readonly string[] => environment.secrets);
    expect(new Set(granted).size).toBe(granted.length);
    expect(variables.filter((variable) => granted.includes(variable))).toEqual([]);
  });
});
