/** Checks of the replicas of the test stack, from the engine's side. */
import * as v from "valibot";
import { appNames } from "../../apps/catalog.ts";
import { parseJson } from "../../contract/json.ts";
import { UserError } from "../../contract/user-error.ts";
import { hardeningFindings } from "./hardening.ts";
import type { Effects } from "../core/effects.ts";
import { pool } from "../core/pool.ts";
import { docker } from "../docker/docker.ts";
import { runningIds } from "./test-stack.ts";

const inspectionsAtOnce = 4;
const answered = v.record(v.string(), v.array(v.string()));

/** The replicas that answered the tests are exactly those that the engine runs. */
export async function replicasMatch(folder: string, fx: Effects): Promise<void> {
  const file = `${folder}/replicas.json`;
  const seen = parseJson(answered, fx.files.read(file), file);
  for (const app of appNames) {
    const running = (await runningIds(app, fx)).map((id) => id.slice(0, 12)).toSorted();
    const answering = [...(seen[app] ?? [])].toSorted();
    if (running.join() !== answering.join())
      throw new UserError(
        `${app}: replicas ${answering.join(", ") || "none"} answered, and ${running.join(", ") || "none"} run`,
        "Look at the upstreams in nginx.conf: every replica must get requests",
      );
  }
  fx.log("  ✓ every running replica has answered");
}

/** Every replica runs without root, without capabilities, and with a read-only root. */
export async function replicasAreHardened(fx: Effects): Promise<void> {
  const findings: string[] = [];
  for (const app of appNames) {
    const ids = await runningIds(app, fx);
    const processes = await pool(inspectionsAtOnce, ids, (id) => fx.output(docker.hardening(id)));
    if (ids.length === 0) findings.push(`${app}: no replica runs`);
    findings.push(...new Set(processes.flatMap(hardeningFindings).map(({ message }) => `${app} ${message}`)));
  }
  if (findings.length > 0)
    throw new UserError(
      findings.join("\n"),
      "Look at `hardened` in workflows-src/stack/services.ts, and at USER in the application's Dockerfile",
    );
  fx.log("  ✓ every replica runs without root, without capabilities, and with a read-only root");
}
