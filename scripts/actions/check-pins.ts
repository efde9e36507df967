/** Compares every pin with its tag on GitHub, and with its copies in the workflows. Changes nothing. */
import { interfaces, isFor } from "../../workflows-src/language/action-interfaces.ts";
import { type Action, actions, idOf } from "../../workflows-src/language/actions.ts";
import type { Effects } from "../core/effects.ts";
import { github } from "./github.ts";
import { metadataSource } from "./metadata-file.ts";
import { type Pin, copiesIn, differing, pinSource, pinsIn } from "./pins.ts";
import { workflowTexts } from "./repository.ts";

/** Returns the number of findings; each is reported. */
export async function checkPins(fx: Effects): Promise<number> {
  const source = fx.files.read(pinSource);
  const pins = pinsIn(source);
  const copies = [...workflowTexts(fx)].flatMap(([file, text]) => copiesIn(file, text));
  let findings = 0;
  const report = (message: string, file: string, line: number): void => {
    findings++;
    fx.error(message, { file, line });
  };
  // What needs no network comes first, so that it is reported without one.
  for (const { file, line, repository, version } of differing(pins, copies))
    report(
      `${repository} ${version} is not the pin of ${pinSource}: \`npm run actions -- --adopt\` takes it over`,
      file,
      line,
    );
  for (const action of Object.values<Action>(actions)) {
    const known = interfaces[idOf(action)];
    if (!known || !isFor(known, action))
      report(
        `the metadata of ${idOf(action)} is not that of ${action.version}: run \`npm run actions\``,
        metadataSource,
        1,
      );
    else if (known.commit !== action.commit)
      fx.warn(
        `the metadata of ${idOf(action)} was read at ${known.version}, and ${action.version} is pinned: run \`npm run actions\``,
      );
  }
  const hub = github(fx);
  for (const pin of pins) {
    const commit = await hub.commitOf(pin.repository, pin.version);
    if (commit !== pin.commit) report(wrongTag(pin, commit), pinSource, lineOf(source, pin));
  }
  fx.log(findings === 0 ? `  ✓ ${pins.length} pins are the commits of their versions` : `  ✗ ${findings} findings`);
  return findings;
}

/** Why the tag of a pin cannot be believed. */
export const wrongTag = ({ repository, version, commit }: Pin, found: string | undefined): string =>
  found === undefined
    ? `${repository} has no tag ${version}`
    : `the tag ${version} of ${repository} points to ${found}, and the pin is ${commit}: look at both before you use either`;

const lineOf = (source: string, { commit }: Pin): number => source.slice(0, source.indexOf(commit)).split("\n").length;
