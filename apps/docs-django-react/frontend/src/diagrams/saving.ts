/** How saving went, and which field a refusal is about. */

import { useCallback, useState } from "react";
import { ApiError } from "../api/client.ts";
import { createDiagram, type Diagram, type Drawing, readDiagram, saveDiagram } from "../api/diagrams.ts";

export type Saving =
  | { readonly kind: "still" }
  | { readonly kind: "busy" }
  | { readonly kind: "saved"; readonly at: string }
  /** `sent` is what was refused: a fault holds as long as its field is unchanged. */
  | { readonly kind: "failed"; readonly error: ApiError; readonly sent: Drawing };

/** What helps against a refusal. */
export type Cure = "choose" | "keep as new" | "sign in" | "try again";

export const cureOf = (error: ApiError): Cure => {
  // Somebody else saved first; the server says so by naming the version.
  if (error.status === 409 && error.names("version")) return "choose";
  if (error.status === 404) return "keep as new";
  return error.status === 401 ? "sign in" : "try again";
};

/** What is wrong with a field, undefined when nothing is or it has been changed since. */
export const nameFault = (saving: Saving, name: string): string | undefined =>
  saving.kind === "failed" && saving.sent.name === name ? saving.error.about("name") : undefined;

export const labelFault = (saving: Saving, id: string, label: string): string | undefined => {
  if (saving.kind !== "failed") return undefined;
  const index = saving.sent.nodes.findIndex((node) => node.id === id);
  return saving.sent.nodes[index]?.label === label.trim() ? saving.error.about(`nodes.${index}.label`) : undefined;
};

export const wayFault = (saving: Saving, id: string, label: string): string | undefined => {
  if (saving.kind !== "failed") return undefined;
  const index = saving.sent.edges.findIndex((edge) => edge.id === id);
  return saving.sent.edges[index]?.label === label.trim() ? saving.error.about(`edges.${index}.label`) : undefined;
};

/** The faults that no field of the editor shows. */
export const otherFaults = ({ faults }: ApiError): readonly string[] =>
  faults
    .filter(({ path }) => !/^(name|version|(nodes|edges)\.\d+\.label)$/.test(path))
    .map(({ message: text }) => text);

/** What was saved last, and a way to save. */
export const useSaving = (diagram: Diagram) => {
  const [last, setLast] = useState(diagram);
  const [saving, setSaving] = useState<Saving>({ kind: "still" });

  const attempt = useCallback(async (sent: Drawing, work: () => Promise<Diagram>): Promise<Diagram | undefined> => {
    setSaving({ kind: "busy" });
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
    /** Save over whatever is there now. */
    overwrite: async (drawing: Drawing) =>
      attempt(drawing, async () => {
        const { version } = await readDiagram(diagram.id);
        return saveDiagram(diagram.id, drawing, version);
      }),
    /** Save it apart from what is there, or no longer is. */
    saveAsNew: async (drawing: Drawing) => attempt(drawing, async () => createDiagram(drawing)),
    /** Take what somebody else has saved. */
    reload: async (drawing: Drawing) => attempt(drawing, async () => readDiagram(diagram.id)),
  };
};
