/** Saves a diagram and maps the errors of a failed save to fields. */

import { useCallback, useState } from "react";
import { ApiError } from "../api/client.ts";
import { createDiagram, type Diagram, type Drawing, readDiagram, saveDiagram } from "../api/diagrams.ts";

export type SaveState =
  | { readonly kind: "idle" }
  | { readonly kind: "saving" }
  | { readonly kind: "saved"; readonly at: string }
  /** `sent` is the rejected drawing: an error applies only while its field is unchanged. */
  | { readonly kind: "failed"; readonly error: ApiError; readonly sent: Drawing };

/** The way to save after an attempt failed. */
export type Remedy = "resolve conflict" | "save as new" | "sign in" | "try again";

export const remedyFor = (error: ApiError): Remedy => {
  if (error.code === "version_conflict") return "resolve conflict";
  if (error.status === 404) return "save as new";
  return error.status === 401 ? "sign in" : "try again";
};

/** The error of a field; undefined if there is none or the field has changed since. */
export const nameError = (saving: SaveState, name: string): string | undefined =>
  saving.kind === "failed" && saving.sent.name === name ? saving.error.messageFor("name") : undefined;

export const nodeLabelError = (saving: SaveState, id: string, label: string): string | undefined => {
  if (saving.kind !== "failed") return undefined;
  const index = saving.sent.nodes.findIndex((node) => node.id === id);
  return saving.sent.nodes[index]?.label === label.trim() ? saving.error.messageFor(`nodes.${index}.label`) : undefined;
};

export const edgeLabelError = (saving: SaveState, id: string, label: string): string | undefined => {
  if (saving.kind !== "failed") return undefined;
  const index = saving.sent.edges.findIndex((edge) => edge.id === id);
  return saving.sent.edges[index]?.label === label.trim() ? saving.error.messageFor(`edges.${index}.label`) : undefined;
};

/** The messages that no field of the editor shows. */
export const otherErrors = ({ errors }: ApiError): readonly string[] =>
  errors
    .filter(({ path }) => !/^(name|version|(nodes|edges)\.\d+\.label)$/.test(path))
    .map(({ message }) => message);

/** The last saved version, the state of saving, and the functions to save. */
export const useSaving = (diagram: Diagram) => {
  const [last, setLast] = useState(diagram);
  const [saving, setSaving] = useState<SaveState>({ kind: "idle" });

  const attempt = useCallback(async (sent: Drawing, work: () => Promise<Diagram>): Promise<Diagram | undefined> => {
    setSaving({ kind: "saving" });
    try {
      const saved = await work();
      setLast(saved);
      setSaving({ kind: "saved", at: saved.updatedAt });
      return saved;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setSaving({ kind: "failed", error, sent });
      return undefined;
    }
  }, []);

  return {
    last,
    saving,
    save: async (drawing: Drawing) =>
      attempt(drawing, async () => saveDiagram(diagram.id, drawing, last.version)),
    /** Saves over the current version, whatever it is. */
    overwrite: async (drawing: Drawing) =>
      attempt(drawing, async () => {
        const { version } = await readDiagram(diagram.id);
        return saveDiagram(diagram.id, drawing, version);
      }),
    /** Saves the drawing as a new diagram. */
    saveAsNew: async (drawing: Drawing) => attempt(drawing, async () => createDiagram(drawing)),
    /** Loads the current version in place of the edited one. */
    reload: async (drawing: Drawing) => attempt(drawing, async () => readDiagram(diagram.id)),
  };
};
