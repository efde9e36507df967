/** The diagram with its earlier and undone states. Pure. */

import type { Drawing } from "../api/diagrams.ts";
import { type Canvas, change, type Gesture, toCanvas, toDrawing } from "./canvas-state.ts";

export interface History {
  readonly past: readonly Canvas[];
  readonly present: Canvas;
  readonly future: readonly Canvas[];
  /** What the last gesture was at; one that goes on with it belongs to the same step. */
  readonly thread: string | null;
}

export type Step = Gesture | { readonly type: "undone" } | { readonly type: "redone" };

/** Steps that can be undone. */
export const most = 100;

export const begin = (drawing: Drawing): History => ({
  past: [],
  present: toCanvas(drawing),
  future: [],
  thread: null,
});

export const step = (history: History, gesture: Step): History => {
  const { past, present, future } = history;
  switch (gesture.type) {
    case "loaded":
      return begin(gesture.drawing);
    case "undone": {
      const last = past.at(-1);
      return last ? { past: past.slice(0, -1), present: last, future: [present, ...future], thread: null } : history;
    }
    case "redone": {
      const [next, ...later] = future;
      return next ? { past: [...past, present], present: next, future: later, thread: null } : history;
    }
    default:
      return recorded(history, gesture);
  }
};

const recorded = (history: History, gesture: Gesture): History => {
  const { past, present } = history;
  const next = change(present, gesture);
  const { continues, leaves } = threads(gesture);
  // What is selected, and how large it is, is no part of the drawing.
  if (same(toDrawing(next), toDrawing(present)))
    return { ...history, present: next, thread: continues === leaves ? history.thread : leaves };
  const goesOn = continues !== null && continues === history.thread;
  return { past: goesOn ? past : [...past.slice(1 - most), present], present: next, future: [], thread: leaves };
};

export const same = (one: Drawing, other: Drawing): boolean => JSON.stringify(one) === JSON.stringify(other);

interface Threads {
  /** The thread that this gesture belongs to. */
  readonly continues: string | null;
  /** The thread that the next one may belong to. */
  readonly leaves: string | null;
}

const alone: Threads = { continues: null, leaves: null };
const on = (thread: string): Threads => ({ continues: thread, leaves: thread });
const waysRemoved = "ways removed";

const threads = (gesture: Gesture): Threads => {
  switch (gesture.type) {
    case "renamed":
      return on("name");
    case "labelled":
      return on(`label ${gesture.id}`);
    case "way labelled":
      return on(`way ${gesture.id}`);
    case "edges changed":
      // A shape that is deleted on the canvas loses its ways first.
      return { continues: null, leaves: waysRemoved };
    case "nodes changed": {
      if (gesture.changes.some(({ type }) => type === "remove")) return { continues: waysRemoved, leaves: null };
      const moves = gesture.changes.filter((one) => one.type === "position");
      if (moves.length === 0) return alone;
      const thread = `move ${moves.map(({ id }) => id).join(" ")}`;
      return { continues: thread, leaves: moves.some(({ dragging }) => dragging === false) ? null : thread };
    }
    default:
      return alone;
  }
};
