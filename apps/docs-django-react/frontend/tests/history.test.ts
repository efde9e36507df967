import { expect, test } from "vitest";
import { toDrawing } from "../src/diagrams/canvas-state.ts";
import { begin, most, step, type History, type Step } from "../src/diagrams/history.ts";
import { diagram } from "./data.ts";

const undone: Step = { type: "undone" };
const redone: Step = { type: "redone" };
const rename = (name: string): Step => ({ type: "renamed", name });
const move = (x: number, dragging?: boolean): Step => ({
  type: "nodes changed",
  changes: [{ type: "position", id: "a", position: { x, y: 0 }, ...(dragging !== undefined && { dragging }) }],
});
const select: Step = { type: "selected", id: "b" };
const add: Step = { type: "added", kind: "step" };
const after = (...steps: readonly Step[]): History => steps.reduce(step, begin(diagram));
const shown = (history: History) => toDrawing(history.present);

test("what was done is undone and done again", () => {
  expect(shown(after({ type: "removed", id: "b" }, undone))).toEqual(shown(begin(diagram)));
  expect(shown(after({ type: "removed", id: "b" }, undone, redone)).nodes).toHaveLength(2);
});

test("there is an end to both", () => {
  expect(after(undone)).toEqual(begin(diagram));
  const one = after(add);
  expect(step(one, redone)).toBe(one);
});

test("who does something else can't do the old thing again", () => {
  expect(shown(after(add, undone, rename("Milk"), redone))).toMatchObject({ name: "Milk" });
  expect(after(add, undone, rename("Milk")).future).toEqual([]);
});

test.each<{ what: string; steps: readonly Step[]; count: number }>([
  { what: "a name as it is typed", steps: [rename("M"), rename("Mi"), rename("Milk")], count: 1 },
  { what: "the same text", steps: [{ type: "labelled", id: "a", label: "x" }, { type: "labelled", id: "a", label: "xy" }], count: 1 },
  { what: "two texts", steps: [{ type: "labelled", id: "a", label: "x" }, { type: "labelled", id: "b", label: "x" }], count: 2 },
  { what: "the text of a way", steps: [{ type: "way labelled", id: "e", label: "x" }, { type: "way labelled", id: "e", label: "xy" }], count: 1 },
  { what: "a drag", steps: [move(1, true), move(2, true), move(2, false)], count: 1 },
  { what: "a drag that moves to its end", steps: [move(1, true), move(2, false)], count: 1 },
  { what: "two drags", steps: [move(1, true), move(1, false), move(2, true), move(2, false)], count: 2 },
  { what: "arrow keys", steps: [move(1), move(2), move(3)], count: 1 },
  { what: "two new shapes", steps: [add, add], count: 2 },
  { what: "looking around", steps: [select, { type: "selected", id: null }], count: 0 },
  {
    what: "a shape and its ways, deleted on the canvas",
    steps: [
      { type: "edges changed", changes: [{ type: "remove", id: "e" }] },
      { type: "nodes changed", changes: [{ type: "remove", id: "a" }] },
    ],
    count: 1,
  },
  {
    what: "two ways",
    steps: [
      { type: "edges changed", changes: [{ type: "remove", id: "e" }] },
      { type: "edges changed", changes: [{ type: "remove", id: "f" }] },
    ],
    count: 2,
  },
])("$what: $count to undo", ({ steps, count }) => {
  expect(after(...steps).past).toHaveLength(count);
});

test("looking around in between does not part what belongs together", () => {
  expect(after(rename("M"), select, rename("Mi")).past).toHaveLength(1);
});

test("not everything is kept for ever", () => {
  const long = Array.from({ length: most + 5 }, () => add);
  expect(after(...long).past).toHaveLength(most);
});

test("what somebody else has drawn begins anew", () => {
  expect(after(add, { type: "loaded", drawing: diagram })).toEqual(begin(diagram));
});
