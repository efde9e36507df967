/** The inputs of several pieces of work in one commit: what they share is read once. */
import type { Digest } from "../../contract/digests.ts";
import type { Effects } from "../core/effects.ts";
import { type SourceTree, readSourceTree } from "../core/source-tree.ts";
import { docker } from "../docker/docker.ts";
import { imageDigests } from "./image-digests.ts";
import { type Machine, inputsDigest } from "./inputs-digest.ts";
import type { WorkInputs } from "./work-inputs.ts";

export interface CurrentInputs {
  /** Undefined where it cannot be determined. */
  digestOf(inputs: WorkInputs): Promise<Digest | undefined>;
  /** Those of the paths that the work reads. */
  among(inputs: WorkInputs, paths: readonly string[]): readonly string[];
  /** The digests of images of others, by reference. */
  imageDigests(references: readonly string[]): Promise<Readonly<Record<string, Digest | undefined>>>;
}

export function currentInputs(fx: Effects): CurrentInputs {
  let sources: Promise<SourceTree> | undefined;
  const machines = new Map<WorkInputs["runsOn"], Promise<Machine>>();
  const known = new Map<string, Promise<Digest | undefined>>();
  const digests = async (references: readonly string[]) => {
    const unknown = [...new Set(references)].filter((reference) => !known.has(reference));
    const found = imageDigests(unknown, fx);
    for (const reference of unknown)
      known.set(
        reference,
        found.then((all) => all[reference]),
      );
    return Object.fromEntries(
      await Promise.all(references.map(async (reference) => [reference, await known.get(reference)] as const)),
    );
  };
  const machine = (runsOn: WorkInputs["runsOn"]): Promise<Machine> => {
    const found = machines.get(runsOn) ?? machineOf(runsOn, fx);
    machines.set(runsOn, found);
    return found;
  };
  return {
    digestOf: async (inputs) =>
      inputsDigest(
        inputs,
        await (sources ??= readSourceTree(fx)),
        await digests(inputs.pulled),
        await machine(inputs.runsOn),
      ),
    among: ({ paths }, changed) =>
      changed.filter((file) => paths.some((path) => path === "." || file === path || file.startsWith(`${path}/`))),
    imageDigests: digests,
  };
}

/** The programs that run the work. */
async function machineOf(runsOn: WorkInputs["runsOn"], fx: Effects): Promise<Machine> {
  const version = runsOn === "node" ? process.version : (await fx.tryRun(docker.serverVersion)).stdout.trim();
  return { version, processor: process.arch };
}
