/** The diagram while it is edited: what React Flow draws, and how each gesture changes it. Pure. */

import { applyEdgeChanges, applyNodeChanges, type Edge, type EdgeChange, type Node, type NodeChange } from "@xyflow/react";
import type { Drawing, Kind } from "../api/diagrams.ts";

export type ShapeNode = Node<{ readonly label: string }, Kind>;
export type WayEdge = Edge;

export interface Canvas {
  readonly name: string;
  readonly nodes: ShapeNode[];
  readonly edges: WayEdge[];
}

export type Gesture =
  | { readonly type: "loaded"; readonly drawing: Drawing }
  | { readonly type: "renamed"; readonly name: string }
  | { readonly type: "added"; readonly kind: Kind }
  | { readonly type: "labelled"; readonly id: string; readonly label: string }
  | { readonly type: "removed"; readonly id: string }
  | { readonly type: "connected"; readonly source: string; readonly target: string }
  | { readonly type: "way labelled"; readonly id: string; readonly label: string }
  | { readonly type: "disconnected"; readonly id: string }
  | { readonly type: "selected"; readonly id: string | null }
  | { readonly type: "nodes changed"; readonly changes: NodeChange<ShapeNode>[] }
  | { readonly type: "edges changed"; readonly changes: EdgeChange<WayEdge>[] };

const firstLabels: Readonly<Record<Kind, string>> = {
  start: "Start",
  step: "New step",
  decision: "Yes or no?",
  end: "End",
};
const below = 130;
const beside = 200;

export const toCanvas = ({ name, nodes, edges }: Drawing): Canvas => ({
  name,
  nodes: nodes.map(({ id, kind, label, x, y }) => ({ id, type: kind, position: { x, y }, data: { label } })),
  edges: edges.map((edge) => ({ ...edge })),
});

/** As the server stores it, without spaces around a text: what is saved equals what is shown. */
export const toDrawing = ({ name, nodes, edges }: Canvas): Drawing => ({
  name: name.trim(),
  nodes: nodes.map(({ id, type, position, data }) => ({
    id,
    kind: type,
    label: data.label.trim(),
    x: round(position.x),
    y: round(position.y),
  })),
  edges: edges.map(({ id, source, target, label }) => ({ id, source, target, label: wayLabel(label).trim() })),
});

export const wayLabel = (label: WayEdge["label"]): string => (typeof label === "string" ? label : "");

/** The server keeps hundredths of a pixel. */
const round = (value: number): number => Math.round(value * 100) / 100;

/** Why there can be no way from one shape to another; null when there can. */
export const refusedWay = ({ nodes, edges }: Canvas, source: string, target: string): string | null => {
  const kind = (id: string): Kind | undefined => nodes.find((node) => node.id === id)?.type;
  if (source === target) return "A way must lead to another shape.";
  if (kind(source) === "end") return "Nothing leads out of an end.";
  if (kind(target) === "start") return "Nothing leads into a start.";
  if (edges.some((edge) => edge.source === source && edge.target === target))
    return "These two shapes are already connected.";
  return null;
};

export const change = (canvas: Canvas, gesture: Gesture): Canvas => {
  const { nodes, edges } = canvas;
  switch (gesture.type) {
    case "loaded":
      return toCanvas(gesture.drawing);
    case "renamed":
      return { ...canvas, name: gesture.name };
    case "added":
      return added(canvas, gesture.kind);
    case "labelled": {
      const { id, label } = gesture;
      return { ...canvas, nodes: nodes.map((node) => (node.id === id ? { ...node, data: { label } } : node)) };
    }
    case "removed":
      return {
        ...canvas,
        nodes: nodes.filter(({ id }) => id !== gesture.id),
        edges: edges.filter(({ source, target }) => source !== gesture.id && target !== gesture.id),
      };
    case "connected":
      return connected(canvas, gesture.source, gesture.target);
    case "way labelled": {
      const { id, label } = gesture;
      return { ...canvas, edges: edges.map((edge) => (edge.id === id ? { ...edge, label } : edge)) };
    }
    case "disconnected":
      return { ...canvas, edges: edges.filter(({ id }) => id !== gesture.id) };
    case "selected":
      return {
        ...canvas,
        nodes: nodes.map((node) => ({ ...node, selected: node.id === gesture.id })),
        edges: edges.map((edge) => ({ ...edge, selected: false })),
      };
    case "nodes changed":
      return { ...canvas, nodes: applyNodeChanges(gesture.changes, nodes) };
    case "edges changed":
      return { ...canvas, edges: applyEdgeChanges(gesture.changes, edges) };
  }
};

/** The new shape goes below the selected one, and is connected with it if it may be. */
const added = (canvas: Canvas, kind: Kind): Canvas => {
  const selected = canvas.nodes.find((node) => node.selected);
  const lowest = canvas.nodes.reduce<ShapeNode | undefined>(
    (found, node) => (found && found.position.y >= node.position.y ? found : node),
    undefined,
  );
  const above = selected ?? lowest;
  const siblings = canvas.edges.filter(({ source }) => source === selected?.id).length;
  const position = above
    ? { x: above.position.x + siblings * beside, y: above.position.y + below }
    : { x: 0, y: 0 };
  const id = freeId("n", canvas.nodes);
  const node: ShapeNode = { id, type: kind, position, data: { label: firstLabels[kind] } };
  const grown = change({ ...canvas, nodes: [...canvas.nodes, node] }, { type: "selected", id });
  return selected ? connected(grown, selected.id, id) : grown;
};

const connected = (canvas: Canvas, source: string, target: string): Canvas =>
  refusedWay(canvas, source, target) === null
    ? { ...canvas, edges: [...canvas.edges, { id: freeId("w", canvas.edges), source, target, label: "" }] }
    : canvas;

/** The first free one of n1, n2, …: `crypto.randomUUID` is missing where there is no https. */
const freeId = (letter: string, taken: readonly { readonly id: string }[]): string => {
  const ids = new Set(taken.map(({ id }) => id));
  let next = taken.length + 1;
  while (ids.has(`${letter}${next}`)) next += 1;
  return `${letter}${next}`;
};
