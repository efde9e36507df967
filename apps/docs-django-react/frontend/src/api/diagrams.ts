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
  /** Empty for a visitor. */
  savedBy: v.string(),
  updatedAt: v.pipe(v.string(), v.isoTimestamp()),
});
const Diagram = v.object({ ...Heading.entries, nodes: v.array(Shape), edges: v.array(Way) });
const List = v.object({
  diagrams: v.array(v.object({ ...Heading.entries, shapes: v.number() })),
  page: v.number(),
  pages: v.number(),
  total: v.number(),
});

/** A shape with its top left corner, in pixels of the unzoomed canvas. */
export type Shape = v.InferOutput<typeof Shape>;
/** From one shape to another; its label may be empty. */
export type Way = v.InferOutput<typeof Way>;
export type Diagram = v.InferOutput<typeof Diagram>;
/** A page of the list; pages count from 1, and `total` is that of all of them. */
export type List = v.InferOutput<typeof List>;
export type Listed = List["diagrams"][number];
/** What is drawn, without what the server adds. */
export type Drawing = Pick<Diagram, "name" | "nodes" | "edges">;

/** `query` is passed on as the address has it (`?page=2&q=tea`): what is valid is for the server to say. */
export const listDiagrams = async (query: string, signal?: AbortSignal): Promise<List> =>
  read(`diagrams${query}`, List, signal);

export const readDiagram = async (id: string, signal?: AbortSignal): Promise<Diagram> =>
  read(`diagrams/${encodeURIComponent(id)}`, Diagram, signal);

export const createDiagram = async (drawing: Drawing): Promise<Diagram> =>
  write("POST", "diagrams", Diagram, drawing);

/** `version` is the one that was drawn over: the server refuses (409) when it is no longer the last. */
export const saveDiagram = async (id: string, drawing: Drawing, version: number): Promise<Diagram> =>
  write("PUT", `diagrams/${encodeURIComponent(id)}`, Diagram, { ...drawing, version });

/** Under the same condition as saving. */
export const renameDiagram = async (id: string, name: string, version: number): Promise<Diagram> =>
  write("PATCH", `diagrams/${encodeURIComponent(id)}`, Diagram, { name, version });

export const deleteDiagram = async (id: string): Promise<void> => {
  await write("DELETE", `diagrams/${encodeURIComponent(id)}`, v.undefined());
};
