/** Source of the rules: docs.github.com, "Control the concurrency of workflows and jobs". */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Group, type Occupants, arrive, deadlocks, effectOf, groupOf, nobody, sameGroup } from "./concurrency.ts";
import { unknown } from "./values.ts";

const after = (settings: Pick<Group, "cancels" | "queues">, count: number): Occupants<number> =>
  Array.from({ length: count }, (_, index) => index + 1).reduce<Occupants<number>>(
    (occupants, run) => arrive(occupants, run, settings),
    nobody,
  );

test.each([
  [
    { cancels: false, queues: false },
    { running: 1, waiting: [4], cancelled: [2, 3] },
  ],
  [
    { cancels: true, queues: false },
    { running: 4, waiting: [], cancelled: [1, 2, 3] },
  ],
  [
    { cancels: false, queues: true },
    { running: 1, waiting: [2, 3, 4], cancelled: [] },
  ],
])("four runs arrive with %j", (settings, expected) => expect(after(settings, 4)).toEqual(expected));

test("each run is at one place, and the newest is never cancelled", () => {
  const runs = fc.array(fc.record({ cancels: fc.boolean(), queues: fc.boolean() }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(runs, (settings) => {
      const { running, waiting, cancelled } = settings.reduce<Occupants<number>>(
        (occupants, one, index) => arrive(occupants, index, one),
        nobody,
      );
      const everywhere = [running, ...waiting, ...cancelled].toSorted((one, other) => Number(one) - Number(other));
      expect(everywhere).toEqual(settings.map((_, index) => index));
      expect(cancelled).not.toContain(settings.length - 1);
    }),
  );
});

test.each([
  ["deploy", { name: "deploy", cancels: false, queues: false }],
  ["${{ github.ref }}", { name: "refs/heads/x", cancels: false, queues: false }],
  [
    { group: "a-${{ github.ref }}", "cancel-in-progress": "${{ github.ref != 'refs/heads/main' }}" },
    { name: "a-refs/heads/x", cancels: true, queues: false },
  ],
  [
    { group: "a", "cancel-in-progress": "${{ vars.x }}" },
    { name: "a", cancels: "unknown", queues: false },
  ],
  [
    { group: "a", queue: "max" },
    { name: "a", cancels: false, queues: true },
  ],
  [undefined, undefined],
])("%j", (written, expected) =>
  expect(groupOf(written, { contexts: { github: { ref: "refs/heads/x" }, vars: { x: unknown } } })).toEqual(expected),
);

const group = (name: string): Group => ({ name, cancels: false, queues: false });

test("the names of groups ignore case", () => expect(sameGroup(group("Deploy"), group("deploy"))).toBe(true));

test("a job waits for itself where its run holds its group", () => {
  expect(deadlocks(group("a"), [group("A")])).toBe(true);
  expect(deadlocks(group("a"), [group("b")])).toBe(false);
  expect(deadlocks(undefined, [group("b")])).toBe(false);
});

test("each setting has an effect of its own", () => {
  const settings = [
    group("a"),
    { ...group("a"), queues: true },
    { ...group("a"), cancels: true },
    { ...group("a"), cancels: "unknown" as const },
  ];
  expect(new Set(settings.map(effectOf)).size).toBe(settings.length);
});
