/** Does a piece of work, or believes its proof. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Digest } from "../../contract/digests.ts";
import { type Proof, type Work, proofVersion } from "../../contract/proof.ts";
import type { Effects } from "../core/effects.ts";
import { duration, thousands } from "../core/format.ts";
import type { Tally } from "../reports/junit.ts";
import { type WorkDone, provenBy } from "../reports/work-table.ts";
import { currentInputs } from "./current-inputs.ts";
import { findProof, keepProof, proofsOf } from "./proof-folder.ts";
import type { WorkInputs } from "./work-inputs.ts";

/** What came out of a piece of work that succeeded. */
export interface Verdict {
  readonly tests: Tally;
  /** The digests of the images that came out, by application. */
  readonly images: Proof["images"];
}

export interface Task<T> {
  readonly work: Work;
  readonly inputs: WorkInputs;
  /** The result of an earlier run; undefined where a part of it is no longer there. */
  readonly recall: (proof: Proof) => Promise<NoInfer<T> | undefined>;
  /** @param unproven the applications whose images the most similar proof with otherwise the same inputs has not seen */
  readonly run: (unproven: readonly AppName[]) => Promise<T>;
  readonly verdictOf: (result: NoInfer<T>) => Verdict;
}

export interface Prover {
  prove<T>(task: Task<T>): Promise<T>;
  /** What was done or believed so far. */
  readonly done: readonly WorkDone[];
}

/** The run that proves. */
export interface Origin {
  /** Undefined where the work tree is no commit. */
  readonly commit: string | undefined;
  /** The number of the run on GitHub. */
  readonly run?: string | undefined;
}

export interface Proofs {
  find(work: Work, inputs: Digest | undefined): Proof | undefined;
  /** The newest proofs of the work, whatever its inputs. */
  all(work: Work): readonly Proof[];
  keep(proof: Proof): void;
}

export function proverOf(proofs: Proofs, origin: Origin, fx: Effects): Prover {
  const done: WorkDone[] = [];
  return {
    done,
    async prove({ work, inputs, recall, run, verdictOf }) {
      const current = currentInputs(fx);
      const before = await current.digestOf(inputs);
      const proof = proofs.find(work, before);
      const recalled = proof && (await recall(proof));
      if (proof !== undefined && recalled !== undefined) {
        fx.log(`  ✓ ${formatProof(proof)}`);
        done.push({ work, tests: testsOf(proof), milliseconds: proof.milliseconds, proof });
        return recalled;
      }
      const comparable: Proof[] = [];
      for (const other of proofs.all(work))
        if (other.inputs === (await current.digestOf({ ...inputs, built: other.images }))) comparable.push(other);
      const start = fx.now();
      const result = await run(unprovenIn(inputs, comparable));
      const milliseconds = Math.round(fx.now() - start);
      // A file that changed meanwhile was read as it was before, or as it is now: nobody knows.
      const after = before === (await currentInputs(fx).digestOf(inputs)) ? before : undefined;
      const verdict = verdictOf(result);
      done.push({ work, tests: verdict.tests, milliseconds });
      const made = proofOf({ work, inputs: after, milliseconds, ...origin }, verdict);
      if (made) proofs.keep(made);
      return result;
    },
  };
}

/** The applications that differ from the most similar proof: all of them where there is none. Pure. */
export function unprovenIn({ built }: WorkInputs, proofs: readonly Proof[]): readonly AppName[] {
  const everything = appNames.filter((app) => built[app] !== undefined);
  return proofs
    .map(({ images }) => everything.filter((app) => images[app] !== built[app]))
    .filter((unproven) => unproven.length > 0)
    .reduce((fewest, unproven) => (unproven.length < fewest.length ? unproven : fewest), everything);
}

/** The proofs of this clone. @param options.believe whether earlier ones are believed */
export const localProofs = (options: { readonly believe: boolean }, fx: Effects): Proofs => ({
  find: (work, inputs) => (options.believe ? findProof(work, inputs, Date.now(), fx) : undefined),
  all: (work) => (options.believe ? proofsOf(work, Date.now(), fx) : []),
  keep: (proof) => keepProof(proof, fx),
});

/** Keeps the proof in an artifact, for the job that publishes, and believes no earlier proof. */
export const artifactProofs = (artifact: string, fx: Effects): Proofs => ({
  find: () => undefined,
  all: () => [],
  keep: (proof) => fx.files.write(`${artifact}/proof.json`, `${JSON.stringify(proof)}\n`),
});

/** @returns undefined where the verdict is not complete and green, or the inputs are unknown: that is no proof */
export function proofOf(
  {
    inputs,
    ...done
  }: Pick<Proof, "work" | "milliseconds" | "commit" | "run"> & {
    readonly inputs: Digest | undefined;
  },
  { tests, images }: Verdict,
): Proof | undefined {
  if (inputs === undefined || tests.failed > 0 || tests.skipped > 0 || tests.passed === 0) return undefined;
  return { ...done, version: proofVersion, inputs, passed: tests.passed, images, at: new Date().toISOString() };
}

/** The tests that a proof counts: all of them passed. */
export const testsOf = ({ passed }: Proof): Tally => ({ passed, failed: 0, skipped: 0 });

/** For example `integration: 1,102 tests proven on 24 November, 1 min 18 s saved`. */
export const formatProof = (proof: Proof): string =>
  `${proof.work}: ${thousands(proof.passed)} tests ${provenBy(proof)}, ${duration(proof.milliseconds)} saved`;
