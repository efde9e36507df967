/** Pins of actions in texts: those of the source, and the copies of them in workflows. Pure. */
import { UserError } from "../../contract/user-error.ts";
import { compareVersions } from "./releases.ts";

export const pinSource = "workflows-src/language/actions.ts";

/** A release of an action. */
export interface Pin {
  readonly repository: string;
  readonly version: string;
  readonly commit: string;
}

/** A `uses` of a workflow. */
export interface Copy extends Pin {
  readonly file: string;
  readonly line: number;
}

const inSource = /(repository: "([^"]+)",\s+version: ")([^"]+)(",\s+commit: ")([0-9a-f]{40})"/gu;

export const pinsIn = (source: string): readonly Pin[] =>
  [...source.matchAll(inSource)].map(([, , repository = "", version = "", , commit = ""]) => ({
    repository,
    version,
    commit,
  }));

/** The source with other releases of the actions that it pins. */
export const withPins = (source: string, changed: readonly Pin[]): string =>
  source.replaceAll(inSource, (found: string, before: string, repository: string, _: string, between: string) => {
    const pin = changed.find((one) => one.repository === repository);
    return pin ? `${before}${pin.version}${between}${pin.commit}"` : found;
  });

const inWorkflow = /^\s*(?:- )?uses:\s+["']?([\w.-]+\/[\w.-]+)(?:\/[\w./-]+)?@([^\s"'#]+)["']?(?:\s+#\s*(\S+))?\s*$/u;

export const copiesIn = (file: string, workflow: string): readonly Copy[] =>
  workflow.split("\n").flatMap((text, index) => {
    const [found, repository = "", commit = "", version = ""] = inWorkflow.exec(text) ?? [];
    return found === undefined ? [] : [{ file, line: index + 1, repository, commit, version }];
  });

export const isSame = (one: Pin, other: Pin): boolean => one.version === other.version && one.commit === other.commit;

/** The copies that differ from the source. */
export const differing = (pins: readonly Pin[], copies: readonly Copy[]): readonly Copy[] =>
  copies.filter((copy) => !pins.some((pin) => pin.repository === copy.repository && isSame(pin, copy)));

/**
 * The releases that the source has to take over from the copies.
 * @throws UserError for a copy that is no pin, for an action that the source does not have, for an older release, and for two releases of one action
 */
export function adoptedPins(pins: readonly Pin[], copies: readonly Copy[]): readonly Pin[] {
  const adopted = new Map<string, Copy>();
  for (const copy of differing(pins, copies)) {
    const { file, line, repository, version, commit } = copy;
    const where = `${file}:${line}`;
    const pin = pins.find((one) => one.repository === repository);
    if (pin === undefined)
      throw new UserError(
        `${where} uses ${repository}, which ${pinSource} does not have`,
        "Add the action there first",
      );
    if (!/^[0-9a-f]{40}$/u.test(commit) || !/^v?\d[\w.-]*$/u.test(version))
      throw new UserError(
        `${where} does not pin ${repository} by a commit with its version`,
        "Write it as OWNER/REPOSITORY@COMMIT # VERSION, with all 40 digits of the commit",
      );
    if (commit !== pin.commit && version === pin.version)
      throw new UserError(
        `${where} has another commit of ${repository} than ${pinSource}, and the same version ${version}`,
        "Write the version of that commit beside it",
      );
    if ((compareVersions(version, pin.version) ?? 0) < 0)
      throw new UserError(
        `${where} has ${version} of ${repository}, which is older than ${pin.version} in ${pinSource}`,
        "Run `npm run synth`, which writes the pins of the source into the workflows",
      );
    const other = adopted.get(repository);
    if (other && !isSame(other, copy))
      throw new UserError(
        `${where} has ${version} of ${repository}, and ${other.file}:${other.line} has ${other.version}`,
        "Keep one of the two in the workflows, and run this again",
      );
    adopted.set(repository, copy);
  }
  return [...adopted.values()].map(({ repository, version, commit }) => ({ repository, version, commit }));
}
