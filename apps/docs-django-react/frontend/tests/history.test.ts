import { expect, test } from "vitest";
import { toDrawing } from "../src/diagrams/canvas-state.ts";
import { initialHistory, maxUndoSteps, historyReducer, type History, type HistoryAction } from "../src/diagrams/history.ts";
import { diagram } from "./data.ts";

const undone: HistoryAction = { type: "undone" };
const redone: HistoryAction = { type: "redone" };
const rename = (name: string): HistoryAction => ({ type: "renamed", name });
const move = (x: number, dragging?: boolean): HistoryAction => ({
  type: "nodes changed",
  changes: [{ type: "position", id: "a", position: { x, y: 0 }, ...(dragging !== undefined && { dragging }) }],
});
const select: HistoryAction = { type: "selected", id: "b" };
const add: HistoryAction = { type: "added", kind: "step" };
const after = (...actions: readonly HistoryAction[]): History => actions.reduce(historyReducer, initialHistory(diagram));
const shown = (history: History) => toDrawing(history.present);

test("undoes and redoes an action", () => {
  expect(shown(after({ type: "removed", id: "b" }, undone))).toEqual(shown(initialHistory(diagram)));
  expect(shown(after({ type: "removed", id: "b" }, undone, redone)).nodes).toHaveLength(2);
});

test("undo and redo do nothing without a step", () => {
  expect(after(undone)).toEqual(initialHistory(diagram));
  const one = after(add);
  expect(historyReducer(one, redone)).toBe(one);
});

test("a new action discards the steps to redo", () => {
  expect(shown(after(add, undone, rename("Milk"), redone))).toMatchObject({ name: "Milk" });
  expect(after(add, undone, rename("Milk")).future).toEqual([]);
});

test.each<{ name: string; actions: readonly HistoryAction[]; count: number }>([
  { name: "a name, typed letter by letter", actions: [rename("M"), rename("Mi"), rename("Milk")], count: 1 },
  { name: "the label of one node", actions: [{ type: "labelled", id: "a", label: "x" }, { type: "labelled", id: "a", label: "xy" }], count: 1 },
  { name: "the labels of two nodes", actions: [{ type: "labelled", id: "a", label: "x" }, { type: "labelled", id: "b", label: "x" }], count: 2 },
  { name: "the label of one edge", actions: [{ type: "edge labelled", id: "e", label: "x" }, { type: "edge labelled", id: "e", label: "xy" }], count: 1 },
  { name: "a drag", actions: [move(1, true), move(2, true), move(2, false)], count: 1 },
  { name: "a drag whose last event moves the node", actions: [move(1, true), move(2, false)], count: 1 },
  { name: "two drags", actions: [move(1, true), move(1, false), move(2, true), move(2, false)], count: 2 },
  { name: "moves by arrow keys", actions: [move(1), move(2), move(3)], count: 1 },
  { name: "two new nodes", actions: [add, add], count: 2 },
  { name: "a changed selection", actions: [select, { type: "selected", id: null }], count: 0 },
  {
    name: "a node deleted on the canvas with its edges",
    actions: [
      { type: "edges changed", changes: [{ type: "remove", id: "e" }] },
      { type: "nodes changed", changes: [{ type: "remove", id: "a" }] },
    ],
    count: 1,
  },
  {
    name: "two deleted edges",
    actions: [
      { type: "edges changed", changes: [{ type: "remove", id: "e" }] },
      { type: "edges changed", changes: [{ type: "remove", id: "f" }] },
    ],
    count: 2,
  },
])("$name: $count undo steps", ({ actions, count }) => {
  expect(after(...actions).past).toHaveLength(count);
});

test("a changed selection does not split an undo step", () => {
  expect(after(rename("M"), select, rename("Mi")).past).toHaveLength(1);
});

test("the number of undo steps is limited", () => {
  const long = Array.from({ length: maxUndoSteps + 5 }, () => add);
  expect(after(...long).past).toHaveLength(maxUndoSteps);
});

test("loading a drawing resets the history", () => {
  expect(after(add, { type: "loaded", drawing: diagram })).toEqual(initialHistory(diagram));
});
