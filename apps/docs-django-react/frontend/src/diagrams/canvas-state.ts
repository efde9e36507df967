/** The state of the canvas in React Flow's terms, and its reducer. */

import { applyEdgeChanges, applyNodeChanges, type Edge, type EdgeChange, type Node, type NodeChange } from "@xyflow/react";
import type { Drawing, Kind } from "../api/diagrams.ts";

export type CanvasNode = Node<{ readonly label: string }, Kind>;
export type CanvasEdge = Edge;

export interface Canvas {
  readonly name: string;
  readonly nodes: CanvasNode[];
  readonly edges: CanvasEdge[];
}

export type CanvasAction =
  | { readonly type: "loaded"; readonly drawing: Drawing }
  | { readonly type: "renamed"; readonly name: string }
  | { readonly type: "added"; readonly kind: Kind }
  | { readonly type: "labelled"; readonly id: string; readonly label: string }
  | { readonly type: "removed"; readonly id: string }
  | { readonly type: "connected"; readonly source: string; readonly target: string }
  | { readonly type: "edge labelled"; readonly id: string; readonly label: string }
  | { readonly type: "disconnected"; readonly id: string }
  | { readonly type: "selected"; readonly id: string | null }
  | { readonly type: "nodes changed"; readonly changes: NodeChange<CanvasNode>[] }
  | { readonly type: "edges changed"; readonly changes: EdgeChange<CanvasEdge>[] };

const firstLabels: Readonly<Record<Kind, string>> = {
  start: "Start",
  step: "New step",
  decision: "Yes or no?",
  end: "End",
};
const rowGap = 130;
const columnGap = 200;

export const toCanvas = ({ name, nodes, edges }: Drawing): Canvas => ({
  name,
  nodes: nodes.map(({ id, kind, label, x, y }) => ({ id, type: kind, position: { x, y }, data: { label } })),
  edges: edges.map((edge) => ({ ...edge })),
});

/** The drawing as the server stores it, with trimmed texts, so that it compares equal after saving. */
export const toDrawing = ({ name, nodes, edges }: Canvas): Drawing => ({
  name: name.trim(),
  nodes: nodes.map(({ id, type, position, data }) => ({
    id,
    kind: type,
    label: data.label.trim(),
    x: round(position.x),
    y: round(position.y),
  })),
  edges: edges.map(({ id, source, target, label }) => ({ id, source, target, label: edgeLabel(label).trim() })),
});

export const edgeLabel = (label: CanvasEdge["label"]): string => (typeof label === "string" ? label : "");

/** The server rounds positions to two decimals. */
const round = (value: number): number => Math.round(value * 100) / 100;

/** The server checks the same rules under the same codes (`workbench/messages.py`). */
export type ConnectionError = "to_same_shape" | "from_end" | "to_start" | "duplicate_connection";

/** The reason why an edge from source to target is not allowed; null if it is. */
export const connectionError = ({ nodes, edges }: Canvas, source: string, target: string): ConnectionError | null => {
  const kind = (id: string): Kind | undefined => nodes.find((node) => node.id === id)?.type;
  if (source === target) return "to_same_shape";
  if (kind(source) === "end") return "from_end";
  if (kind(target) === "start") return "to_start";
  if (edges.some((edge) => edge.source === source && edge.target === target)) return "duplicate_connection";
  return null;
};

export const canvasReducer = (canvas: Canvas, action: CanvasAction): Canvas => {
  const { nodes, edges } = canvas;
  switch (action.type) {
    case "loaded":
      return toCanvas(action.drawing);
    case "renamed":
      return { ...canvas, name: action.name };
    case "added":
      return addNode(canvas, action.kind);
    case "labelled": {
      const { id, label } = action;
      return { ...canvas, nodes: nodes.map((node) => (node.id === id ? { ...node, data: { label } } : node)) };
    }
    case "removed":
      return {
        ...canvas,
        nodes: nodes.filter(({ id }) => id !== action.id),
        edges: edges.filter(({ source, target }) => source !== action.id && target !== action.id),
      };
    case "connected":
      return connect(canvas, action.source, action.target);
    case "edge labelled": {
      const { id, label } = action;
      return { ...canvas, edges: edges.map((edge) => (edge.id === id ? { ...edge, label } : edge)) };
    }
    case "disconnected":
      return { ...canvas, edges: edges.filter(({ id }) => id !== action.id) };
    case "selected":
      return {
        ...canvas,
        nodes: nodes.map((node) => ({ ...node, selected: node.id === action.id })),
        edges: edges.map((edge) => ({ ...edge, selected: false })),
      };
    case "nodes changed":
      return { ...canvas, nodes: applyNodeChanges(action.changes, nodes) };
    case "edges changed":
      return { ...canvas, edges: applyEdgeChanges(action.changes, edges) };
  }
};

/** Places the new node below the selected one and connects the two if that is allowed. */
const addNode = (canvas: Canvas, kind: Kind): Canvas => {
  const selected = canvas.nodes.find((node) => node.selected);
  const lowest = canvas.nodes.reduce<CanvasNode | undefined>(
    (found, node) => (found && found.position.y >= node.position.y ? found : node),
    undefined,
  );
  const above = selected ?? lowest;
  const siblings = canvas.edges.filter(({ source }) => source === selected?.id).length;
  const position = above
    ? { x: above.position.x + siblings * columnGap, y: above.position.y + rowGap }
    : { x: 0, y: 0 };
  const id = freeId("n", canvas.nodes);
  const node: CanvasNode = { id, type: kind, position, data: { label: firstLabels[kind] } };
  const withNode = canvasReducer({ ...canvas, nodes: [...canvas.nodes, node] }, { type: "selected", id });
  return selected ? connect(withNode, selected.id, id) : withNode;
};

const connect = (canvas: Canvas, source: string, target: string): Canvas =>
  connectionError(canvas, source, target) === null
    ? { ...canvas, edges: [...canvas.edges, { id: freeId("e", canvas.edges), source, target, label: "" }] }
    : canvas;

/** The next unused id of the form n1, n2, …; `crypto.randomUUID` exists only in secure contexts. */
const freeId = (letter: string, taken: readonly { readonly id: string }[]): string => {
  const ids = new Set(taken.map(({ id }) => id));
  let next = taken.length + 1;
  while (ids.has(`${letter}${next}`)) next += 1;
  return `${letter}${next}`;
};
