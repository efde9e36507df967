import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { clientErrorText } from "../src/api/client-errors.ts";
import { emptyList } from "./data.ts";
import { edit, loads, saved, url } from "./editor.ts";
import type { serve } from "./server.ts";

const closes = () => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));

const leave = async (table: Parameters<typeof serve>[0] = {}) => {
  const edited = await edit({ ...loads, "GET /api/diagrams": [{ body: emptyList }], ...table });
  await edited.user.type(screen.getByLabelText("Name of the diagram"), "!");
  await edited.user.click(within(screen.getByRole("banner")).getByRole("link", { name: "Diagrams" }));
  const dialog = await screen.findByRole("dialog", { name: "Leave without saving?" });
  const choose = async (name: string) => edited.user.click(within(dialog).getByRole("button", { name }));
  return { ...edited, dialog, choose };
};

describe("leaving with unsaved changes", () => {
  test("stays on request", async () => {
    const { router, choose } = await leave();
    await choose("Stay");
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(router.state.location.pathname).toBe("/diagrams/d1");
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea!");
  });

  test("stays on Escape", async () => {
    const { router, dialog } = await leave();
    fireEvent(dialog, new Event("cancel", { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(router.state.location.pathname).toBe("/diagrams/d1");
  });

  test("discards the changes on request", async () => {
    const { requests, router, choose } = await leave();
    await choose("Leave without saving");
    expect(await screen.findByRole("heading", { name: "Diagrams" })).toBeVisible();
    expect(router.state.location.pathname).toBe("/diagrams");
    expect(requests.some(({ method }) => method === "PUT")).toBe(false);
  });

  test("saves first on request", async () => {
    const { requests, choose } = await leave({ [`PUT ${url}`]: [{ body: { ...saved, name: "Tea!" } }] });
    await choose("Save and leave");
    expect(await screen.findByRole("heading", { name: "Diagrams" })).toBeVisible();
    expect(requests.find(({ method }) => method === "PUT")?.body).toMatchObject({ name: "Tea!" });
  });

  test("stays if saving fails", async () => {
    const { router, choose } = await leave({ [`PUT ${url}`]: [{ status: 503, body: {} }] });
    await choose("Save and leave");
    expect(await screen.findByRole("alert")).toHaveTextContent(clientErrorText("unavailable", 503));
    expect(router.state.location.pathname).toBe("/diagrams/d1");
  });

  test("closing the window asks only if there are changes", async () => {
    const { user } = await edit(loads);
    expect(closes()).toBe(true);
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    expect(closes()).toBe(false);
  });
});
