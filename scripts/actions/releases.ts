/** Which release of an action is taken: the newest one that is old enough. Pure. */
import { UserError } from "../../contract/user-error.ts";

export interface Release {
  readonly version: string;
  /** When it was published, in milliseconds. */
  readonly published: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/** The days that a release has to be public, as Renovate has it: one setting for both. @throws UserError */
export function minimumAge(renovate: string): number {
  const [, days] = /"minimumReleaseAge":\s*"(\d+) days?"/u.exec(renovate) ?? [];
  if (days === undefined)
    throw new UserError(
      "renovate.json has no minimumReleaseAge in days",
      'Set it, such as "minimumReleaseAge": "7 days"',
    );
  return Number(days);
}

const partsOf = (version: string): readonly number[] | undefined =>
  /^v?(\d+)\.(\d+)\.(\d+)$/u.exec(version)?.slice(1).map(Number);

/** Negative where the first version is the older one; undefined for a version of another form than 1.2.3. */
export function compareVersions(one: string, other: string): number | undefined {
  const [left, right] = [partsOf(one), partsOf(other)];
  if (!left || !right) return undefined;
  return left.map((part, index) => part - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

const isNewer = (one: string, other: string): boolean => (compareVersions(one, other) ?? 0) > 0;

export interface Choice {
  /** The newest release that is old enough, where it is newer than the pinned one. */
  readonly release?: Release;
  /** The newest release, where it is too young. */
  readonly tooYoung?: Release;
}

export function choose(pinned: string, releases: readonly Release[], days: number, now: number): Choice {
  const newer = releases
    .filter(({ version }) => isNewer(version, pinned))
    .toSorted((one, other) => compareVersions(other.version, one.version) ?? 0);
  const release = newer.find(({ published }) => now - published >= days * dayMs);
  const [newest] = newer;
  return { ...(release ? { release } : {}), ...(newest && newest !== release ? { tooYoung: newest } : {}) };
}
