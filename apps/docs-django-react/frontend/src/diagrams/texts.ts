/** The sentences of the list of diagrams and of the editor. */

import type { SaveState } from "./saving.ts";

export const listTexts = {
  empty: "There are no diagrams yet.",
  noMatch: (search: string): string => `No diagram has “${search}” in its name.`,
  deleted: (name: string): string => `“${name}” was deleted.`,
  pageOf: (page: number, pages: number, total: number): string => `Page ${page} of ${pages}, ${total} diagrams`,
} as const;

export const editorTexts = {
  empty: "This diagram is empty. Add a start shape first.",
  noLabel: "(no text)",
  kept: "Your changes are still here.",
  credit: "The canvas uses React Flow by xyflow (MIT licence).",
} as const;

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

/** `changed` tells whether there are unsaved changes. */
export const saveStatusText = (saving: SaveState, changed: boolean): string => {
  if (saving.kind === "saving") return "Saving …";
  if (changed) return "Unsaved changes";
  return saving.kind === "saved" ? `Saved at ${time.format(new Date(saving.at))}` : "No changes";
};
