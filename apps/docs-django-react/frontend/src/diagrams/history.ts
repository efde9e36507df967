/** Undo and redo: the canvas with its earlier and undone states, and its reducer. */

import type { Drawing } from "../api/diagrams.ts";
import { type Canvas, canvasReducer, type CanvasAction, toCanvas, toDrawing } from "./canvas-state.ts";

export interface History {
  readonly past: readonly Canvas[];
  readonly present: Canvas;
  readonly future: readonly Canvas[];
  /** Identifies the last change; the next change with the same key is merged into the same undo step. */
  readonly mergeKey: string | null;
}

export type HistoryAction = CanvasAction | { readonly type: "undone" } | { readonly type: "redone" };

/** The maximum number of undo steps. */
export const maxUndoSteps = 100;

export const initialHistory = (drawing: Drawing): History => ({
  past: [],
  present: toCanvas(drawing),
  future: [],
  mergeKey: null,
});

export const historyReducer = (history: History, action: HistoryAction): History => {
  const { past, present, future } = history;
  switch (action.type) {
    case "loaded":
      return initialHistory(action.drawing);
    case "undone": {
      const last = past.at(-1);
      return last ? { past: past.slice(0, -1), present: last, future: [present, ...future], mergeKey: null } : history;
    }
    case "redone": {
      const [next, ...later] = future;
      return next ? { past: [...past, present], present: next, future: later, mergeKey: null } : history;
    }
    default:
      return record(history, action);
  }
};

const record = (history: History, action: CanvasAction): History => {
  const { past, present } = history;
  const next = canvasReducer(present, action);
  const { mergesBy, nextKey } = mergeKeys(action);
  // The selection and the measured sizes are not part of the drawing, so changing them is not an undo step.
  if (isSameDrawing(toDrawing(next), toDrawing(present)))
    return { ...history, present: next, mergeKey: mergesBy === nextKey ? history.mergeKey : nextKey };
  const merges = mergesBy !== null && mergesBy === history.mergeKey;
  return { past: merges ? past : [...past.slice(1 - maxUndoSteps), present], present: next, future: [], mergeKey: nextKey };
};

export const isSameDrawing = (one: Drawing, other: Drawing): boolean => JSON.stringify(one) === JSON.stringify(other);

interface MergeKeys {
  /** The action is merged into the last undo step if that has this key. */
  readonly mergesBy: string | null;
  /** The key that the next action can be merged by. */
  readonly nextKey: string | null;
}

const separate: MergeKeys = { mergesBy: null, nextKey: null };
const mergedBy = (mergeKey: string): MergeKeys => ({ mergesBy: mergeKey, nextKey: mergeKey });
const edgesRemoved = "edges removed";

const mergeKeys = (action: CanvasAction): MergeKeys => {
  switch (action.type) {
    case "renamed":
      return mergedBy("name");
    case "labelled":
      return mergedBy(`label ${action.id}`);
    case "edge labelled":
      return mergedBy(`edge ${action.id}`);
    case "edges changed":
      // When a node is deleted on the canvas, React Flow removes its edges first.
      return { mergesBy: null, nextKey: edgesRemoved };
    case "nodes changed": {
      if (action.changes.some(({ type }) => type === "remove")) return { mergesBy: edgesRemoved, nextKey: null };
      const moves = action.changes.filter((one) => one.type === "position");
      if (moves.length === 0) return separate;
      const mergeKey = `move ${moves.map(({ id }) => id).join(" ")}`;
      return { mergesBy: mergeKey, nextKey: moves.some(({ dragging }) => dragging === false) ? null : mergeKey };
    }
    default:
      return separate;
  }
};
