import { describe, expect, test } from "vitest";
import { type Canvas, canvasReducer, type CanvasAction, connectionError, toCanvas, toDrawing } from "../src/diagrams/canvas-state.ts";
import { diagram } from "./data.ts";

const canvas = toCanvas(diagram);
const { name, nodes, edges } = diagram;
const after = (...actions: readonly CanvasAction[]) => toDrawing(actions.reduce<Canvas>(canvasReducer, canvas));

test("a drawing survives the conversion to the canvas and back", () => {
  expect(toDrawing(canvas)).toEqual({ name, nodes, edges });
});

test("an edge without a label gets an empty one", () => {
  const bare: Canvas = { name, nodes: [], edges: [{ id: "e", source: "a", target: "b" }] };
  expect(toDrawing(bare).edges[0]?.label).toBe("");
});

describe("canvasReducer", () => {
  test("renames, labels and loads", () => {
    expect(after({ type: "renamed", name: "Milk" }).name).toBe("Milk");
    expect(after({ type: "labelled", id: "b", label: "Milk?" }).nodes[1]?.label).toBe("Milk?");
    expect(after({ type: "edge labelled", id: "e", label: "then" }).edges[0]?.label).toBe("then");
    expect(after({ type: "renamed", name: "Milk" }, { type: "loaded", drawing: diagram }).name).toBe("Tea");
  });

  test("removes a node together with its edges", () => {
    const found = after({ type: "removed", id: "b" });
    expect(found.nodes.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(found.edges).toEqual([]);
  });

  test("removes and adds an edge", () => {
    expect(after({ type: "disconnected", id: "e" }).edges.map(({ id }) => id)).toEqual(["f"]);
    const found = after({ type: "connected", source: "a", target: "c" });
    expect(found.edges.at(-1)).toEqual({ id: "e3", source: "a", target: "c", label: "" });
  });

  test("does not add an edge that is not allowed", () => {
    expect(after({ type: "connected", source: "c", target: "a" }).edges).toEqual(edges);
  });

  test("adds a node at the bottom", () => {
    const found = after({ type: "added", kind: "step" });
    expect(found.nodes.at(-1)).toEqual({ id: "n4", kind: "step", label: "New step", x: 0, y: 370 });
    expect(found.edges).toEqual(edges);
  });

  test("adds a node below the selected one, beside its other targets, and connects it", () => {
    const found = after({ type: "selected", id: "b" }, { type: "added", kind: "end" });
    expect(found.nodes.at(-1)).toMatchObject({ id: "n4", x: 200, y: 250 });
    expect(found.edges.at(-1)).toMatchObject({ source: "b", target: "n4" });
  });

  test("does not connect a new start node", () => {
    const found = after({ type: "selected", id: "b" }, { type: "added", kind: "start" });
    expect(found.edges).toEqual(edges);
  });

  test("adds the first node at the origin", () => {
    const empty = toCanvas({ name: "", nodes: [], edges: [] });
    expect(toDrawing(canvasReducer(empty, { type: "added", kind: "decision" })).nodes[0]).toMatchObject({ id: "n1", x: 0, y: 0 });
  });

  test("does not reuse ids", () => {
    const found = after({ type: "added", kind: "step" }, { type: "removed", id: "a" }, { type: "added", kind: "step" });
    expect(found.nodes.map(({ id }) => id)).toEqual(["b", "c", "n4", "n5"]);
  });

  test("applies the changes that React Flow reports", () => {
    const position = { x: 10.123, y: 20 };
    expect(after({ type: "nodes changed", changes: [{ type: "position", id: "a", position }] }).nodes[0]).toMatchObject({ x: 10.12, y: 20 });
    expect(after({ type: "edges changed", changes: [{ type: "remove", id: "e" }] }).edges).toHaveLength(1);
  });
});

test.each([
  { source: "a", target: "a", code: "to_same_shape" },
  { source: "c", target: "b", code: "from_end" },
  { source: "b", target: "a", code: "to_start" },
  { source: "a", target: "b", code: "duplicate_connection" },
  { source: "a", target: "c", code: null },
])("connectionError from $source to $target: $code", ({ source, target, code }) => {
  expect(connectionError(canvas, source, target)).toBe(code);
});
