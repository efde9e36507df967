/** The images of a run beside those that an earlier release built from the same inputs. */
import { type AppName, appNames } from "../../apps/catalog.ts";
import type { Digest, Digests } from "../../contract/digests.ts";
import { type ReleaseDocument, provenIn } from "../../contract/release-document.ts";
import { runOf } from "../../contract/run.ts";
import { UserError } from "../../contract/user-error.ts";
import type { Effects } from "../core/effects.ts";
import type { CurrentInputs } from "../proofs/current-inputs.ts";
import { applicationInputs } from "../proofs/work-inputs.ts";
import { findRelease } from "./current-release.ts";

/**
 * One sentence for each image that differs from that of a proof with the same inputs: it depends on something else. Pure.
 * @param now milliseconds since 1970
 */
export const reproductionFindings = (
  release: ReleaseDocument,
  built: Digests<string, AppName>,
  inputs: Readonly<Partial<Record<AppName, Digest | undefined>>>,
  now: number,
): readonly string[] =>
  appNames.flatMap((app) => {
    const before = provenIn(release, app, inputs[app], now)?.images[app];
    return built[app] === undefined || before === undefined || before === built[app]
      ? []
      : [`${app}: built as ${built[app]}, but release ${release.run.number} built ${before} from the same inputs`];
  });

/**
 * A run that builds what is proven, such as the weekly one, finds what no list of inputs names.
 * @throws UserError that names each image that differs
 */
export async function requireReproduction(
  owner: string,
  built: Digests<string, AppName>,
  current: CurrentInputs,
  fx: Effects,
): Promise<void> {
  const run = runOf(fx.env);
  if (run === undefined || Object.keys(built).length === 0) return;
  const found = await findRelease(owner, run, fx);
  if (found.current === undefined) return;
  const apps = appNames.filter((app) => built[app] !== undefined);
  const inputs = await Promise.all(
    apps.map(async (app) => [app, await current.digestOf(applicationInputs(app, fx.files.read))] as const),
  );
  const findings = reproductionFindings(found.current.release, built, Object.fromEntries(inputs), Date.now());
  if (findings.length > 0)
    throw new UserError(
      findings.join("\n"),
      "Compare the two images, and add what the build reads to scripts/proofs/work-inputs.ts, or take it out of the build",
    );
}
