/** One run of the whole pipeline as `npm start` does it, onto a stack and a registry of the bench. */
import * as v from "valibot";
import { parseJson } from "../../../contract/json.ts";
import type { Ports } from "../../../contract/ports.ts";
import { git } from "../../core/git.ts";
import type { Effects } from "../../core/effects.ts";
import type { Files } from "../../core/files.ts";
import { liveProject } from "../../docker/compose.ts";
import { stackPorts } from "../../docker/ports.ts";
import type { DeployTarget } from "../../pipeline/deploy-target.ts";
import { pipeline } from "../../pipeline/pipeline.ts";
import { prepareEngine } from "../../engine/prepare-engine.ts";
import { deployCompose } from "../../rollout/compose-release.ts";
import { publishRelease } from "./bench-release.ts";
import type { StageTime } from "./contender.ts";

export const benchProject = { ...liveProject, name: "wmd-bench" };
const ports: Ports = { http: 18_180, base: 19_100 };

/** In the work tree in which the pipeline runs. */
const timesFile = ".pipeline/bench-times.json";
const timesSchema = v.array(v.tuple([v.string(), v.number()]));

/** The stack keeps serving until the bench ends: the next run finds it, as `npm start` finds the one before. */
const benchTarget = (owner: string): DeployTarget => ({
  ports,
  needs: { ports: stackPorts(ports), labels: [`com.docker.compose.project=${benchProject.name}`] },
  publishing: (_, work) => work({ name: owner }),
  deploy: (release, fx) => deployCompose(release, benchProject, fx),
});

export interface RunOptions {
  readonly owner: string;
  /** Believes no proof of an earlier run. */
  readonly fresh: boolean;
  /** Publishes the release document, too. */
  readonly release: boolean;
}

export async function runOnce({ owner, fresh, release }: RunOptions, fx: Effects): Promise<void> {
  const result = await pipeline(benchTarget(owner), { engine: false, fresh }, fx);
  fx.files.write(timesFile, JSON.stringify(result.times));
  if (!release) return;
  const { onEngine } = await prepareEngine({ engine: false }, fx);
  const commit = (await fx.output(git.head)).trim();
  await publishRelease({ owner, commit }, result, onEngine);
}

/** The times of the latest run in a work tree; none where no run ended. */
export function timesOfRun(root: string, files: Files): readonly StageTime[] {
  const file = `${root}/${timesFile}`;
  return files.exists(file) ? parseJson(timesSchema, files.read(file), file) : [];
}
