/** The decisions of the plan stage, with a reason for each. Pure. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Outputs } from "../../contract/contracts.ts";
import { type Digest, type Digests, asTested, shortDigest } from "../../contract/digests.ts";
import type { Proof, Work } from "../../contract/proof.ts";
import type { Trigger } from "../../contract/trigger.ts";
import { thousands } from "../core/format.ts";
import { provenBy } from "../reports/work-table.ts";

/** The facts about one application, compared with the current release. */
export interface AppFacts {
  /** Undefined where they cannot be determined. */
  readonly inputs: Digest | undefined;
  /** The proof that the release has for these inputs. */
  readonly proof: Proof | undefined;
  /** Whether the registry still has the image of the proof. */
  readonly held: boolean;
  /** The files among the inputs that differ from the commit of the release; undefined where git cannot tell. */
  readonly changed: readonly string[] | undefined;
}

/** What the release says about each application. */
export interface Comparison {
  /** The number of the run that made the release. */
  readonly release: number;
  readonly apps: Readonly<Record<AppName, AppFacts>>;
  /** All proofs of the release: how long each piece of work took. */
  readonly proofs: readonly Proof[];
  /** The proof of the integration of the carried images, where all are carried. */
  readonly integration?: Proof | undefined;
  /** The images of the release, if their integration is proven with the tests and the configuration of this commit. */
  readonly baseline?: Digests<string, AppName> | undefined;
}

/** The facts that the decision depends on. */
export interface Observation {
  readonly trigger: Trigger;
  readonly tag: string;
  readonly accountSet: boolean;
  readonly hostSet: boolean;
  /** The comparison with the current release, or the reason why there is none. */
  readonly compared: Comparison | string;
}

/** What becomes of one piece of work. */
export interface Step {
  readonly work: Work;
  readonly decision: "carry" | "build" | "test" | "skip";
  readonly why: string;
  /** How long it took when it was last done, in milliseconds; undefined where that is unknown. */
  readonly took: number | undefined;
}

export interface Decision extends Outputs<"plan"> {
  readonly steps: readonly Step[];
  /** Why the run is not published or deployed. */
  readonly notes: readonly string[];
  /** One line each: what is done, and why. */
  readonly reasons: readonly string[];
}

export function decide({ trigger, tag, accountSet, hostSet, compared }: Observation): Decision {
  const carried = typeof compared === "string" ? {} : carriedImages(compared);
  const build = appNames.filter((app) => carried[app] === undefined);
  const integration = typeof compared === "string" || build.length > 0 ? undefined : compared.integration;
  const { publish, deploy, notes } = reach(trigger, accountSet, hostSet);
  const steps = [...appNames.map((app) => stepFor(app, compared)), integrationStep(compared, integration)];
  return {
    build,
    carried,
    integrate: integration === undefined,
    changed: changedSince(typeof compared === "string" ? undefined : compared.baseline, carried),
    proven: integration === undefined ? {} : asTested(carried),
    publish,
    deploy,
    tag,
    steps,
    notes,
    reasons: [
      ...(typeof compared === "string"
        ? [`build all ${appNames.length} applications: ${compared}`]
        : steps.map(lineOf)),
      ...notes,
    ],
  };
}

function lineOf({ work, decision, why }: Step): string {
  switch (decision) {
    case "carry":
      return `carry ${work} ${why}`;
    case "build":
      return `build ${work}: ${why}`;
    case "test":
      return `integrate: ${why}`;
    case "skip":
      return `skip the integration, ${why}`;
  }
}

/** The images that need not be built again. */
export function carriedImages({ apps }: Pick<Comparison, "apps">): Digests<"published", AppName> {
  return Object.fromEntries(
    appNames.flatMap((app) => {
      const { proof, held } = apps[app];
      const digest = proof?.images[app];
      return digest !== undefined && held ? [[app, digest]] : [];
    }),
  );
}

/** The applications whose images differ from those that were tested together. All, if these tests never tested the others. */
const changedSince = (
  baseline: Digests<string, AppName> | undefined,
  carried: Digests<string, AppName>,
): readonly AppName[] => {
  const changed = appNames.filter((app) => carried[app] === undefined || carried[app] !== baseline?.[app]);
  return changed.length > 0 ? changed : appNames;
};

function stepFor(work: AppName, compared: Comparison | string): Step {
  const build = (why: string): Step => ({ work, decision: "build", why, took: lastTime(work, compared) });
  if (typeof compared === "string") return build(compared);
  const { inputs, proof, held, changed } = compared.apps[work];
  const digest = proof?.images[work];
  if (inputs === undefined) return build("the digest of its inputs cannot be determined");
  if (proof !== undefined && digest !== undefined)
    return held
      ? { work, decision: "carry", why: `${shortDigest(digest)}, ${testsOf(proof)}`, took: proof.milliseconds }
      : build(`the registry no longer has ${shortDigest(digest)}`);
  const [file, ...others] = changed ?? [];
  if (file === undefined)
    return build(
      `${changed === undefined ? "git does not know the commit of" : "a base image, the engine or Node changed since"} release ${compared.release}`,
    );
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return build(`${JSON.stringify(file).slice(1, -1)}${more} changed since release ${compared.release}`);
}

function integrationStep(compared: Comparison | string, proof: Proof | undefined): Step {
  const work = "integration";
  if (proof !== undefined) return { work, decision: "skip", why: testsOf(proof), took: proof.milliseconds };
  const why = typeof compared === "string" ? compared : "these images were not yet tested together with these tests";
  return { work, decision: "test", why, took: lastTime(work, compared) };
}

const lastTime = (work: Work, compared: Comparison | string): number | undefined =>
  typeof compared === "string"
    ? undefined
    : compared.proofs
        .filter((proof) => proof.work === work)
        .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))[0]?.milliseconds;

const testsOf = (proof: Proof): string => `${provenBy(proof)} (${thousands(proof.passed)} tests)`;

/** How far a run goes. */
function reach(
  trigger: Trigger,
  accountSet: boolean,
  hostSet: boolean,
): Pick<Decision, "publish" | "deploy" | "notes"> {
  const nowhere = (reason: string) => ({ publish: false, deploy: false, notes: [reason] });
  switch (trigger.kind) {
    case "laptop":
      return { publish: true, deploy: true, notes: [] };
    case "pull request":
    case "merge group":
      return nowhere(`A ${trigger.kind} is tested, and never published.`);
    case "schedule":
      return nowhere("A scheduled run tests, and publishes nothing.");
    case "push":
    case "dispatch":
      if (!trigger.onMain) return nowhere("Only `main` is published.");
      return {
        publish: accountSet,
        deploy: accountSet && hostSet,
        notes: [
          ...(accountSet
            ? []
            : ["Not published: set the variable `DOCKER_USERNAME` to the Docker Hub account that owns the images."]),
          ...(hostSet
            ? []
            : [
                "Not deployed: set the variable `DEPLOY_HOST` to a swarm manager; docs/pipeline.md shows how to set one up.",
              ]),
        ],
      };
  }
}
