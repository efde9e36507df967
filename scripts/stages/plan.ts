/** Decides which applications a run builds, and whether it publishes and deploys them. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import { git } from "../core/git.ts";
import type { Trigger } from "../../contract/trigger.ts";
import type { Inputs, Outputs } from "../../contract/contracts.ts";
import type { Effects } from "../core/effects.ts";
import { readSourceTree } from "../core/source-tree.ts";
import { workTree } from "../core/work-tree.ts";

export type Plan = Outputs<"plan">;

/** The facts that the decision depends on. */
export interface Observation {
  readonly trigger: Trigger;
  /** The paths that differ from the base; undefined where the diff cannot be determined. */
  readonly changed: readonly string[] | undefined;
  readonly tag: string;
  readonly accountSet: boolean;
  readonly hostSet: boolean;
}

export interface Decision extends Plan {
  /** One line each for the summary: the reason, and how to change it. */
  readonly reasons: readonly string[];
}

export async function plan(trigger: Trigger, { settings }: Inputs<"plan">, fx: Effects): Promise<Plan> {
  const decision = decide({
    trigger,
    changed: await changedPaths(trigger, fx),
    tag:
      trigger.kind === "laptop"
        ? (await workTree(await readSourceTree(fx), fx)).tag
        : `sha-${trigger.commit.slice(0, 12)}`,
    accountSet: settings.DOCKER_USERNAME !== "",
    hostSet: settings.DEPLOY_HOST !== "",
  });
  for (const reason of decision.reasons) fx.log(reason);
  await fx.summary(summaryOf(decision));
  const { reasons: _, ...outputs } = decision;
  return outputs;
}

const documentation = (path: string): boolean =>
  path.startsWith("docs/") || /^[^/]+\.md$/u.test(path) || path === "LICENSE";

/** If the diff cannot be determined, everything is built. Pure. */
export function decide({ trigger, changed, tag, accountSet, hostSet }: Observation): Decision {
  const apps: readonly AppName[] =
    changed !== undefined && changed.length > 0 && changed.every(documentation) ? [] : appNames;
  const why =
    apps.length === 0
      ? "Only documentation changed: no application is built."
      : changed === undefined
        ? "The diff cannot be determined: every application is built."
        : "Every application is built.";
  if (apps.length === 0) return { apps, publish: false, deploy: false, tag, reasons: [why] };
  switch (trigger.kind) {
    case "laptop":
      return { apps, publish: true, deploy: true, tag, reasons: [`All ${apps.length} applications, as ${tag}.`] };
    case "pull request":
      return {
        apps,
        publish: false,
        deploy: false,
        tag,
        reasons: [why, "A pull request is tested, and never published."],
      };
    case "push":
    case "dispatch": {
      if (!trigger.onMain)
        return { apps, publish: false, deploy: false, tag, reasons: [why, "Only `main` is published."] };
      const reasons = [
        why,
        ...(accountSet
          ? []
          : ["Not published: set the variable `DOCKER_USERNAME` to the Docker Hub account that owns the images."]),
        ...(hostSet
          ? []
          : [
              "Not deployed: set the variable `DEPLOY_HOST` to a swarm manager; docs/pipeline.md shows how to set one up.",
            ]),
      ];
      return { apps, publish: accountSet, deploy: accountSet && hostSet, tag, reasons };
    }
  }
}

async function changedPaths(trigger: Trigger, fx: Effects): Promise<readonly string[] | undefined> {
  const base = trigger.kind === "push" ? trigger.before : trigger.kind === "pull request" ? trigger.base : undefined;
  if (base === undefined || trigger.kind === "laptop") return undefined;
  const diff = await fx.tryRun(git.changed(base, trigger.commit));
  return diff.code === 0 ? diff.stdout.split("\0").filter(Boolean) : undefined;
}

const summaryOf = ({ apps, publish, deploy, tag, reasons }: Decision): string =>
  [
    "## Plan",
    "",
    "| applications | tag | publish | deploy |",
    "| --- | --- | --- | --- |",
    `| ${apps.join(", ") || "none"} | \`${tag}\` | ${publish ? "yes" : "no"} | ${deploy ? "yes" : "no"} |`,
    "",
    ...reasons.map((reason) => `- ${reason}`),
    "",
  ].join("\n");
