/** How saving went, and which field a refusal is about. */

import { useCallback, useState } from "react";
import { ApiError } from "../api/client.ts";
import { type Diagram, type Drawing, readDiagram, saveDiagram } from "../api/diagrams.ts";

export type Saving =
  | { readonly kind: "still" }
  | { readonly kind: "busy" }
  | { readonly kind: "saved"; readonly at: string }
  /** `sent` is what was refused: a fault holds as long as its field is unchanged. */
  | { readonly kind: "failed"; readonly error: ApiError; readonly sent: Drawing };

/** Somebody else saved first; the server says so by naming the version. */
export const isConflict = (saving: Saving): boolean =>
  saving.kind === "failed" && saving.error.status === 409 && saving.error.names("version");

/** What is wrong with a field, undefined when nothing is or it has been changed since. */
export const nameFault = (saving: Saving, name: string): string | undefined =>
  saving.kind === "failed" && saving.sent.name === name ? message(saving.error, "name") : undefined;

export const labelFault = (saving: Saving, id: string, label: string): string | undefined => {
  if (saving.kind !== "failed") return undefined;
  const index = saving.sent.nodes.findIndex((node) => node.id === id);
  return saving.sent.nodes[index]?.label === label ? message(saving.error, `nodes.${index}.label`) : undefined;
};

export const wayFault = (saving: Saving, id: string, label: string): string | undefined => {
  if (saving.kind !== "failed") return undefined;
  const index = saving.sent.edges.findIndex((edge) => edge.id === id);
  return saving.sent.edges[index]?.label === label ? message(saving.error, `edges.${index}.label`) : undefined;
};

/** The faults that no field of the editor shows. */
export const otherFaults = ({ faults }: ApiError): readonly string[] =>
  faults
    .filter(({ path }) => !/^(name|version|(nodes|edges)\.\d+\.label)$/.test(path))
    .map(({ message: text }) => text);

const message = (error: ApiError, path: string): string | undefined =>
  error.faults.find((fault) => fault.path === path)?.message;

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
    /** Take what somebody else has saved. */
    reload: async (drawing: Drawing) => attempt(drawing, async () => readDiagram(diagram.id)),
  };
};
