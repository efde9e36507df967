/** The decisions of the plan stage, with a reason for each. Pure. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Outputs } from "../../contract/contracts.ts";
import { type Digest, type Digests, asTested, shortDigest } from "../../contract/digests.ts";
import type { Proof } from "../../contract/proof.ts";
import type { Trigger } from "../../contract/trigger.ts";
import { day, thousands } from "../core/format.ts";

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

export interface Decision extends Outputs<"plan"> {
  /** One line each: what is done, and why. */
  readonly reasons: readonly string[];
}

export function decide({ trigger, tag, accountSet, hostSet, compared }: Observation): Decision {
  const carried = typeof compared === "string" ? {} : carriedImages(compared);
  const build = appNames.filter((app) => carried[app] === undefined);
  const integration = typeof compared === "string" || build.length > 0 ? undefined : compared.integration;
  const { publish, deploy, reasons } = reach(trigger, accountSet, hostSet);
  return {
    build,
    carried,
    integrate: integration === undefined,
    changed: changedSince(typeof compared === "string" ? undefined : compared.baseline, carried),
    proven: integration === undefined ? {} : asTested(carried),
    publish,
    deploy,
    tag,
    reasons: [
      ...(typeof compared === "string"
        ? [`build all ${appNames.length} applications: ${compared}`]
        : [
            ...appNames.map((app) => reasonFor(app, compared)),
            integration === undefined
              ? "integrate: these images were not yet tested together with these tests"
              : `skip the integration, ${provenBy(integration)}`,
          ]),
      ...reasons,
    ],
  };
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

function reasonFor(app: AppName, { release, apps }: Comparison): string {
  const { inputs, proof, held, changed } = apps[app];
  const digest = proof?.images[app];
  if (inputs === undefined) return `build ${app}: the digest of its inputs cannot be determined`;
  if (proof !== undefined && digest !== undefined)
    return held
      ? `carry ${app} ${shortDigest(digest)}, ${provenBy(proof)}`
      : `build ${app}: the registry no longer has ${shortDigest(digest)}`;
  const [file, ...others] = changed ?? [];
  if (file === undefined)
    return `build ${app}: ${changed === undefined ? "git does not know the commit of" : "a base image, the engine or Node changed since"} release ${release}`;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `build ${app}: ${JSON.stringify(file).slice(1, -1)}${more} changed since release ${release}`;
}

const provenBy = ({ run, at, passed }: Proof): string =>
  `proven by ${run === undefined ? "a run" : `run ${run}`} on ${day(at)} (${thousands(passed)} tests)`;

/** How far a run goes. */
function reach(
  trigger: Trigger,
  accountSet: boolean,
  hostSet: boolean,
): Pick<Decision, "publish" | "deploy" | "reasons"> {
  const nowhere = (reason: string) => ({ publish: false, deploy: false, reasons: [reason] });
  switch (trigger.kind) {
    case "laptop":
      return { publish: true, deploy: true, reasons: [] };
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
        reasons: [
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
