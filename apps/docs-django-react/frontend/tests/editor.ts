import { screen, within } from "@testing-library/react";
import { saveStatusText } from "../src/diagrams/texts.ts";
import { diagram } from "./data.ts";
import { open } from "./page.tsx";
import { serve, token } from "./server.ts";

export const url = "/api/diagrams/d1";
export const loads = { ...token, [`GET ${url}`]: [{ body: diagram }] };
export const saved = { ...diagram, version: 4 };

/** The status of the editor in three of its states. */
export const savedText = saveStatusText({ kind: "saved", at: saved.updatedAt }, false);
export const unsavedText = saveStatusText({ kind: "idle" }, true);
export const unchangedText = saveStatusText({ kind: "idle" }, false);

/** Opens a diagram in the editor and waits until it is shown. */
export const edit = async (table: Parameters<typeof serve>[0]) => {
  const requests = serve(table);
  const { router, user } = open("/diagrams/d1");
  await screen.findByRole("button", { name: "Save" });
  const save = async () => user.click(screen.getByRole("button", { name: "Save" }));
  return { requests, router, user, save };
};

export const outline = () => within(screen.getByRole("complementary"));
