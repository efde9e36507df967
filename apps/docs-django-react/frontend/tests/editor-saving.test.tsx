import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { ApiError } from "../src/api/client.ts";
import { nodeLabelError, type SaveState, edgeLabelError } from "../src/diagrams/saving.ts";
import { diagram } from "./data.ts";
import { edit, loads, outline, url } from "./editor.ts";
import { errorBody, token } from "./server.ts";

describe("a failed save", () => {
  test("shows the error and keeps the changes", async () => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [new TypeError("failed")] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent("Not saved. The server can't be reached.");
    expect(screen.getByRole("alert")).toHaveTextContent("Your changes are still here.");
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea!");
  });

  test("shows the error of a field until the field changes", async () => {
    const errors = [
      { path: "name", message: "Give the diagram a name." },
      { path: "nodes.1.label", message: "Give this shape a text." },
      { path: "nodes", message: "There can be at most 200." },
    ];
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ status: 422, body: errorBody("No.", errors) }] });
    await user.clear(screen.getByLabelText("Name of the diagram"));
    await user.click(outline().getByRole("button", { name: /Water/ }));
    await user.clear(screen.getByLabelText("Text"));
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent("There can be at most 200.");
    expect(screen.getByRole("alert")).not.toHaveTextContent("Give");
    expect(screen.getByLabelText("Name of the diagram")).toHaveAccessibleDescription("Give the diagram a name.");
    expect(screen.getByLabelText("Text")).toHaveAccessibleDescription("Give this shape a text.");
    await user.type(screen.getByLabelText("Text"), "W");
    expect(screen.getByLabelText("Text")).toBeValid();
    await user.clear(screen.getByLabelText("Text"));
    await user.click(screen.getByRole("button", { name: "To the outline" }));
    expect(outline().getByRole("button", { name: /\(no text\)/ })).toHaveAttribute("data-invalid", "true");
  });

  test.each([
    { button: "Save mine over it", name: "Tea!", last: { method: "PUT", body: { version: 9, name: "Tea!" } } },
    { button: "Load the newer one", name: "Theirs", last: { method: "GET" } },
  ])("offers after a conflict: $button", async ({ button, name, last }) => {
    const theirs = { ...diagram, version: 9, name: "Theirs" };
    const { requests, user, save } = await edit({
      ...token,
      [`GET ${url}`]: [{ body: diagram }, { body: theirs }],
      [`PUT ${url}`]: [
        { status: 409, body: errorBody("Somebody else.", [{ path: "version", message: "Load it." }]) },
        { body: { ...theirs, version: 10, name: "Tea!" } },
      ],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: button }));
    expect(await screen.findByText(/^Saved at/)).toBeVisible();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue(name);
    expect(requests.at(-1)).toMatchObject(last);
  });

  test("keeps the changes if the newer version cannot be loaded", async () => {
    const { user, save } = await edit({
      ...token,
      [`GET ${url}`]: [{ body: diagram }, { status: 503, body: {} }],
      [`PUT ${url}`]: [{ status: 409, body: errorBody("Somebody else.", [{ path: "version", message: "" }]) }],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: "Load the newer one" }));
    expect(await screen.findByText(/The database doesn't answer/)).toBeVisible();
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea!");
  });

  test.each([
    { status: 413, body: "<h1>Request Entity Too Large</h1>", message: "This is too large to be saved." },
    { status: 422, body: errorBody("The diagram can't be saved like this."), message: "can't be saved like this" },
    { status: 500, body: "<h1>Oops</h1>", message: "The server could not do this (status 500)." },
    { status: 503, body: { detail: "down" }, message: "The database doesn't answer right now." },
  ])("shows the reason: $status", async ({ status, body, message }) => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ status, body }] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent(message);
    expect(screen.getByRole("status")).toHaveTextContent("Changes not saved yet");
  });

  test("offers to save a deleted diagram as a new one", async () => {
    const gone = { status: 404, body: errorBody("This diagram does not exist, or was deleted.") };
    const copy = { ...diagram, id: "d9", version: 1, name: "Tea!" };
    const { requests, router, user, save } = await edit({
      ...loads,
      [`PUT ${url}`]: [gone],
      "POST /api/diagrams": [{ status: 503, body: {} }, { status: 201, body: copy }],
      "GET /api/diagrams/d9": [{ body: copy }],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: "Save it as a new diagram" }));
    expect(await screen.findByText(/The database doesn't answer/)).toBeVisible();
    await save();
    await user.click(await screen.findByRole("button", { name: "Save it as a new diagram" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/diagrams/d9"));
    expect(requests.findLast(({ method }) => method === "POST")?.body).toMatchObject({ name: "Tea!" });
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  const { name, nodes, edges } = diagram;
  const failed = (path: string): SaveState => ({
    kind: "failed",
    error: new ApiError(422, "No.", [{ path, message: "Bad." }]),
    sent: { name, nodes, edges },
  });
  test.each([
    { found: nodeLabelError(failed("nodes.1.label"), "b", "Water?"), message: "Bad." },
    { found: nodeLabelError(failed("nodes.1.label"), "b", "Milk?"), message: undefined },
    { found: nodeLabelError(failed("nodes.1.label"), "new", "Water?"), message: undefined },
    { found: edgeLabelError(failed("edges.1.label"), "f", "yes"), message: "Bad." },
    { found: edgeLabelError(failed("edges.1.label"), "f", "no"), message: undefined },
    { found: edgeLabelError(failed("edges.1.label"), "e", ""), message: undefined },
    { found: edgeLabelError({ kind: "idle" }, "e", ""), message: undefined },
  ])("an error applies only to the text that was sent: $message", ({ found, message }) => {
    expect(found).toBe(message);
  });
});
