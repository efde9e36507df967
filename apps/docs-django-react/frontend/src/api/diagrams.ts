import * as v from "valibot";
import { read, write } from "./client.ts";

export const kinds = ["start", "step", "decision", "end"] as const;
export type Kind = (typeof kinds)[number];

const Shape = v.object({
  id: v.string(),
  kind: v.picklist(kinds),
  label: v.string(),
  x: v.number(),
  y: v.number(),
});
const Way = v.object({ id: v.string(), source: v.string(), target: v.string(), label: v.string() });
const Heading = v.object({
  id: v.string(),
  name: v.string(),
  version: v.number(),
  updatedAt: v.pipe(v.string(), v.isoTimestamp()),
});
const Diagram = v.object({ ...Heading.entries, nodes: v.array(Shape), edges: v.array(Way) });
const List = v.object({ diagrams: v.array(v.object({ ...Heading.entries, shapes: v.number() })) });

/** A shape with its top left corner, in pixels of the unzoomed canvas. */
export type Shape = v.InferOutput<typeof Shape>;
/** From one shape to another; its label may be empty. */
export type Way = v.InferOutput<typeof Way>;
export type Diagram = v.InferOutput<typeof Diagram>;
export type Listed = v.InferOutput<typeof List>["diagrams"][number];
/** What is drawn, without what the server adds. */
export type Drawing = Pick<Diagram, "name" | "nodes" | "edges">;

export const listDiagrams = async (signal?: AbortSignal): Promise<readonly Listed[]> =>
  (await read("diagrams", List, signal)).diagrams;

export const readDiagram = async (id: string, signal?: AbortSignal): Promise<Diagram> =>
  read(`diagrams/${encodeURIComponent(id)}`, Diagram, signal);

export const createDiagram = async (drawing: Drawing): Promise<Diagram> =>
  write("POST", "diagrams", Diagram, drawing);

/** `version` is the one that was drawn over: the server refuses (409) when it is no longer the last. */
export const saveDiagram = async (id: string, drawing: Drawing, version: number): Promise<Diagram> =>
  write("PUT", `diagrams/${encodeURIComponent(id)}`, Diagram, { ...drawing, version });

export const deleteDiagram = async (id: string): Promise<void> => {
  await write("DELETE", `diagrams/${encodeURIComponent(id)}`, v.undefined());
};
