import * as v from "valibot";
import { read, write } from "./client.ts";

export const kinds = ["start", "step", "decision", "end"] as const;
export type Kind = (typeof kinds)[number];

const DiagramNode = v.object({
  id: v.string(),
  kind: v.picklist(kinds),
  label: v.string(),
  x: v.number(),
  y: v.number(),
});
const DiagramEdge = v.object({ id: v.string(), source: v.string(), target: v.string(), label: v.string() });
const Summary = v.object({
  id: v.string(),
  name: v.string(),
  version: v.number(),
  /** Empty for a visitor. */
  savedBy: v.string(),
  updatedAt: v.pipe(v.string(), v.isoTimestamp()),
});
const Diagram = v.object({ ...Summary.entries, nodes: v.array(DiagramNode), edges: v.array(DiagramEdge) });
const DiagramPage = v.object({
  diagrams: v.array(v.object({ ...Summary.entries, shapes: v.number() })),
  page: v.number(),
  pages: v.number(),
  total: v.number(),
});

/** `x` and `y` are the top left corner, in pixels of the unzoomed canvas. */
export type DiagramNode = v.InferOutput<typeof DiagramNode>;
/** A directed edge; its label may be empty. */
export type DiagramEdge = v.InferOutput<typeof DiagramEdge>;
export type Diagram = v.InferOutput<typeof Diagram>;
/** One page of the list; pages count from 1, `total` counts the diagrams of all pages. */
export type DiagramPage = v.InferOutput<typeof DiagramPage>;
export type DiagramSummary = DiagramPage["diagrams"][number];
/** The part of a diagram that the editor changes. */
export type Drawing = Pick<Diagram, "name" | "nodes" | "edges">;

/** `query` is the unchecked query string (`?page=2&q=tea`); the server validates it. */
export const listDiagrams = async (query: string, signal?: AbortSignal): Promise<DiagramPage> =>
  read(`diagrams${query}`, DiagramPage, signal);

export const readDiagram = async (id: string, signal?: AbortSignal): Promise<Diagram> =>
  read(`diagrams/${encodeURIComponent(id)}`, Diagram, signal);

export const createDiagram = async (drawing: Drawing): Promise<Diagram> =>
  write("POST", "diagrams", Diagram, drawing);

/** `version` is the one that the changes are based on; the server responds with 409 if it is outdated. */
export const saveDiagram = async (id: string, drawing: Drawing, version: number): Promise<Diagram> =>
  write("PUT", `diagrams/${encodeURIComponent(id)}`, Diagram, { ...drawing, version });

/** Fails with 409 under the same condition as `saveDiagram`. */
export const renameDiagram = async (id: string, name: string, version: number): Promise<Diagram> =>
  write("PATCH", `diagrams/${encodeURIComponent(id)}`, Diagram, { name, version });

/** Fails with 409 under the same condition as `saveDiagram`. */
export const deleteDiagram = async (id: string, version: number): Promise<void> => {
  await write("DELETE", `diagrams/${encodeURIComponent(id)}`, v.undefined(), { version });
};
