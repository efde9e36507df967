/** Runs that one event starts in the same concurrency group. Pure. */
import { type Group, arrive, nobody, sameGroup } from "./concurrency.ts";
import type { SimulatedRun } from "./simulation.ts";

/** What becomes of a run because another run of the same event arrives before or after it, by file. */
export function collisions(runs: readonly SimulatedRun[]): ReadonlyMap<string, string> {
  const started = runs.flatMap(({ file, concurrency, starts }) =>
    concurrency !== undefined && starts.value === true ? [{ file, group: concurrency }] : [],
  );
  const fates = started.flatMap(({ group }, index) => {
    const members = started.filter((other) => sameGroup(other.group, group));
    return members[0] === started[index] ? fatesOf(members) : [];
  });
  return new Map(fates);
}

function fatesOf(members: readonly { readonly file: string; readonly group: Group }[]) {
  const { waiting, cancelled } = members.reduce<ReturnType<typeof arrive<string>>>(
    (occupants, { file, group }) => arrive(occupants, file, group),
    nobody,
  );
  return [
    ...waiting.map((file) => [file, "waits for another run of this event"] as const),
    ...cancelled.map((file) => [file, "is cancelled by another run of this event"] as const),
  ];
}
