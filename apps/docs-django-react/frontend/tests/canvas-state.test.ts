import { describe, expect, test } from "vitest";
import { type Canvas, change, type Gesture, refusedWay, toCanvas, toDrawing } from "../src/diagrams/canvas-state.ts";
import { diagram } from "./data.ts";

const canvas = toCanvas(diagram);
const { name, nodes, edges } = diagram;
const after = (...gestures: readonly Gesture[]) => toDrawing(gestures.reduce<Canvas>(change, canvas));

test("a drawing comes back as it went in", () => {
  expect(toDrawing(canvas)).toEqual({ name, nodes, edges });
});

test("a way that React Flow made has no label yet", () => {
  const bare: Canvas = { name, nodes: [], edges: [{ id: "e", source: "a", target: "b" }] };
  expect(toDrawing(bare).edges[0]?.label).toBe("");
});

describe("gestures", () => {
  test("rename, label, load", () => {
    expect(after({ type: "renamed", name: "Milk" }).name).toBe("Milk");
    expect(after({ type: "labelled", id: "b", label: "Milk?" }).nodes[1]?.label).toBe("Milk?");
    expect(after({ type: "way labelled", id: "e", label: "then" }).edges[0]?.label).toBe("then");
    expect(after({ type: "renamed", name: "Milk" }, { type: "loaded", drawing: diagram }).name).toBe("Tea");
  });

  test("a removed shape takes its ways along", () => {
    const found = after({ type: "removed", id: "b" });
    expect(found.nodes.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(found.edges).toEqual([]);
  });

  test("a way is removed and made", () => {
    expect(after({ type: "disconnected", id: "e" }).edges.map(({ id }) => id)).toEqual(["f"]);
    const found = after({ type: "connected", source: "a", target: "c" });
    expect(found.edges.at(-1)).toEqual({ id: "w3", source: "a", target: "c", label: "" });
  });

  test("a way that there can't be is not made", () => {
    expect(after({ type: "connected", source: "c", target: "a" }).edges).toEqual(edges);
  });

  test("a new shape goes to the bottom", () => {
    const found = after({ type: "added", kind: "step" });
    expect(found.nodes.at(-1)).toEqual({ id: "n4", kind: "step", label: "New step", x: 0, y: 370 });
    expect(found.edges).toEqual(edges);
  });

  test("or below the selected one, beside those it leads to, and is connected", () => {
    const found = after({ type: "selected", id: "b" }, { type: "added", kind: "end" });
    expect(found.nodes.at(-1)).toMatchObject({ id: "n4", x: 200, y: 250 });
    expect(found.edges.at(-1)).toMatchObject({ source: "b", target: "n4" });
  });

  test("a start is not connected", () => {
    const found = after({ type: "selected", id: "b" }, { type: "added", kind: "start" });
    expect(found.edges).toEqual(edges);
  });

  test("the first shape goes to the middle", () => {
    const empty = toCanvas({ name: "", nodes: [], edges: [] });
    expect(toDrawing(change(empty, { type: "added", kind: "decision" })).nodes[0]).toMatchObject({ id: "n1", x: 0, y: 0 });
  });

  test("ids are never used twice", () => {
    const found = after({ type: "added", kind: "step" }, { type: "removed", id: "a" }, { type: "added", kind: "step" });
    expect(found.nodes.map(({ id }) => id)).toEqual(["b", "c", "n4", "n5"]);
  });

  test("the canvas moves and unconnects", () => {
    const position = { x: 10.123, y: 20 };
    expect(after({ type: "nodes changed", changes: [{ type: "position", id: "a", position }] }).nodes[0]).toMatchObject({ x: 10.12, y: 20 });
    expect(after({ type: "edges changed", changes: [{ type: "remove", id: "e" }] }).edges).toHaveLength(1);
  });
});

test.each([
  { source: "a", target: "a", reason: "A way must lead to another shape." },
  { source: "c", target: "b", reason: "Nothing leads out of an end." },
  { source: "b", target: "a", reason: "Nothing leads into a start." },
  { source: "a", target: "b", reason: "These two shapes are already connected." },
  { source: "a", target: "c", reason: null },
])("from $source to $target: $reason", ({ source, target, reason }) => {
  expect(refusedWay(canvas, source, target)).toBe(reason);
});
