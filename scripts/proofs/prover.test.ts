import { expect, describe, test } from "vitest";
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { type Proof, proofVersion } from "../../contract/proof.ts";
import type { Effects } from "../core/effects.ts";
import { digestOf } from "../oci/layout.ts";
import type { Tally } from "../reports/junit.ts";
import { type Options, simulatedMachine } from "../simulation/simulated-machine.ts";
import { begins } from "../simulation/state.ts";
import { proofFolder } from "./proof-folder.ts";
import { type Task, formatProof, localProofs, proofOf, proverOf } from "./prover.ts";

const green: Tally = { passed: 3, failed: 0, skipped: 0 };
const inputs = { paths: ["contract"], pulled: ["python:3"], built: {}, runsOn: "engine" } as const;
const commit = "a".repeat(40);

/** Proves a piece of work, and tells whether the work was done. */
async function proves(
  fx: Effects,
  options: Partial<Task<Tally>> & { readonly believe?: boolean } = {},
): Promise<boolean> {
  let done = false;
  const prover = proverOf(localProofs({ believe: options.believe ?? true }, fx), { commit }, fx);
  await prover.prove<Tally>({
    work: "integration",
    inputs,
    recall: async ({ passed }) => ({ passed, failed: 0, skipped: 0 }),
    run: async () => {
      done = true;
      return green;
    },
    verdictOf: (tests) => ({ tests, images: {} }),
    ...options,
  });
  return done;
}
const kept = ({ files }: Effects): readonly string[] => files.list(proofFolder, { recursive: true });

describe("work", () => {
  test("is done once for the same inputs, and one line names what was saved", async () => {
    const { fx, lines } = simulatedMachine();
    expect(await proves(fx)).toBe(true);
    expect(await proves(fx)).toBe(false);
    expect(lines).toHaveLength(1);
    for (const fact of ["integration", "3 tests", "saved"]) expect(lines[0]).toContain(fact);
  });

  test("is done again where no proof is believed, and its proof is kept", async () => {
    const { fx } = simulatedMachine();
    await proves(fx);
    fx.files.remove(proofFolder);
    expect(await proves(fx, { believe: false })).toBe(true);
    expect(await proves(fx)).toBe(false);
  });

  test("is done again for other inputs, and for inputs that are unknown", async () => {
    const { fx } = simulatedMachine();
    await proves(fx);
    expect(await proves(fx, { inputs: { ...inputs, paths: ["scripts"] } })).toBe(true);
    const unknown: Options = {
      override: (command) => (begins(command, "docker", "image", "inspect") ? { code: 1 } : undefined),
    };
    const machine = simulatedMachine(unknown);
    expect(await proves(machine.fx)).toBe(true);
    expect(await proves(machine.fx)).toBe(true);
    expect(kept(machine.fx)).toEqual([]);
  });

  test("is done again where the result of the proven run is gone", async () => {
    const { fx } = simulatedMachine();
    await proves(fx);
    expect(await proves(fx, { recall: async () => undefined })).toBe(true);
  });
});

describe("the applications that a run is told to be unproven", () => {
  const [first, ...others] = appNames as readonly [AppName, ...AppName[]];
  const image = (text: string): Digest => digestOf(Buffer.from(text));
  /** Runs the integration of the first image and of all others, and returns what is unproven. */
  const unprovenOf = async (
    fx: Effects,
    one: string,
    rest: string,
    paths = ["contract"],
  ): Promise<readonly AppName[]> => {
    let told: readonly AppName[] = [];
    const built = Object.fromEntries(appNames.map((app) => [app, image(app === first ? one : [app, rest].join(" "))]));
    await proves(fx, {
      inputs: { ...inputs, paths, built },
      run: async (unproven) => {
        told = unproven;
        return green;
      },
      verdictOf: (tests) => ({ tests, images: built }),
    });
    return told;
  };
  test("are all at first, then those that differ from the most similar proof", async () => {
    const { fx } = simulatedMachine();
    expect(await unprovenOf(fx, "a1", "b1")).toEqual(appNames);
    expect(await unprovenOf(fx, "a2", "b1")).toEqual([first]);
    expect(await unprovenOf(fx, "a2", "b2")).toEqual(others);
    expect(await unprovenOf(fx, "a3", "b3")).toEqual(appNames);
  });
  test("are all after any other change", async () => {
    const { fx } = simulatedMachine();
    await unprovenOf(fx, "a1", "b1");
    expect(await unprovenOf(fx, "a2", "b1", ["nginx.conf"])).toEqual(appNames);
  });
});

describe("no proof is left by", () => {
  test("work that fails", async () => {
    const { fx } = simulatedMachine();
    await expect(proves(fx, { run: () => Promise.reject(new Error("red")) })).rejects.toThrow("red");
    expect(kept(fx)).toEqual([]);
  });
  test.each<[string, Tally]>([
    ["a failed test", { passed: 3, failed: 1, skipped: 0 }],
    ["a skipped test", { passed: 3, failed: 0, skipped: 1 }],
    ["no test at all", { passed: 0, failed: 0, skipped: 0 }],
  ])("a verdict with %s", async (_, tests) => {
    const { fx } = simulatedMachine();
    await proves(fx, { run: async () => tests });
    expect(kept(fx)).toEqual([]);
    const done = { work: "check", inputs: digestOf(Buffer.from("")), milliseconds: 1, commit } as const;
    expect(proofOf(done, { tests, images: {} })).toBeUndefined();
  });
  test("inputs that changed while the work was done", async () => {
    let renewed = false;
    const { fx } = simulatedMachine({
      override: (command) =>
        renewed && begins(command, "docker", "image", "inspect")
          ? { stdout: digestOf(Buffer.from("renewed")) }
          : undefined,
    });
    await proves(fx, {
      run: async () => {
        renewed = true;
        return green;
      },
    });
    expect(kept(fx)).toEqual([]);
  });
  test("a disk that is full: the work itself succeeds, and a warning names the file", async () => {
    const { fx, lines } = simulatedMachine();
    const files = {
      ...fx.files,
      replace: () => {
        throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      },
    };
    expect(await proves({ ...fx, files })).toBe(true);
    expect(lines.filter((line) => line.includes("ENOSPC") && line.includes(proofFolder))).toHaveLength(1);
  });
});

describe("a record is not believed, and a warning names it, when it", () => {
  const altered: readonly (readonly [string, (text: string, proof: Proof) => string])[] = [
    ["is cut short", (text) => text.slice(0, text.length / 2)],
    ["is empty", () => ""],
    ["has another version", (text) => text.replace(`"version": ${proofVersion}`, '"version": 0')],
    ["is of other work", (text) => text.replace('"integration"', '"check"')],
    ["is of no work", (text) => text.replace('"integration"', '"deploy"')],
    ["is of other inputs", (text, proof) => text.replaceAll(proof.inputs, digestOf(Buffer.from("other")))],
    ["has a placeholder for the inputs", (text, proof) => text.replaceAll(proof.inputs, "unknown")],
    ["has no passed tests", (text) => text.replace('"passed": 3', '"passed": 0')],
    ["has a count that is text", (text) => text.replace('"passed": 3', '"passed": "3"')],
    ["is from the future", (text, { at }) => text.replace(at, new Date(Date.now() + 2 * 60 * 60_000).toISOString())],
    ["has a field more", (text) => text.replace("{", '{ "trusted": true,')],
    ["has no time", (text, { at }) => text.replace(at, "")],
  ];
  test.each(altered)("%s", async (_, alter) => {
    const { fx, lines } = simulatedMachine();
    await proves(fx);
    const file = kept(fx)[0]!;
    const text = fx.files.read(file);
    const damaged = alter(text, JSON.parse(text) as Proof);
    expect(damaged).not.toBe(text);
    fx.files.write(file, damaged);
    expect(await proves(fx)).toBe(true);
    expect(lines.filter((line) => line.startsWith("! ") && line.includes(file))).toHaveLength(1);
  });

  test("but one of a clock that is half an hour ahead is", async () => {
    const { fx } = simulatedMachine();
    await proves(fx);
    const file = kept(fx)[0]!;
    const proof = JSON.parse(fx.files.read(file)) as Proof;
    fx.files.write(file, JSON.stringify({ ...proof, at: new Date(Date.now() + 30 * 60_000).toISOString() }));
    expect(await proves(fx)).toBe(false);
  });
});

test("the line about a proof", () => {
  const proof: Proof = {
    version: proofVersion,
    work: "integration",
    inputs: `sha256:${"0".repeat(64)}` as Digest,
    passed: 1102,
    images: {},
    milliseconds: 78_000,
    commit,
    run: "1234",
    at: "2026-11-24T10:00:00.000Z",
  };
  for (const part of ["1,102", "24 November", "run 1234", "1 min 18 s"]) expect(formatProof(proof)).toContain(part);
});
