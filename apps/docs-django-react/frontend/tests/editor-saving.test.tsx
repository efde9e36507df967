import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { ApiError } from "../src/api/client.ts";
import { clientErrorText } from "../src/api/client-errors.ts";
import { edgeLabelError, nodeLabelError, type SaveState } from "../src/diagrams/saving.ts";
import { editorTexts } from "../src/diagrams/texts.ts";
import { diagram } from "./data.ts";
import { edit, loads, outline, savedText, unsavedText, url } from "./editor.ts";
import { errorBody, fieldError, titleOf, token } from "./server.ts";

describe("a failed save", () => {
  test("shows the error and keeps the changes", async () => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [new TypeError("failed")] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent(clientErrorText("unreachable", 0));
    expect(screen.getByRole("alert")).toHaveTextContent(editorTexts.kept);
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea!");
  });

  test("shows the error of a field until the field changes", async () => {
    const errors = [
      fieldError("name", "diagram_name_required"),
      fieldError("nodes.1.label", "label_required"),
      fieldError("nodes", "too_many_shapes"),
    ];
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ status: 422, body: errorBody("invalid_diagram", errors) }] });
    await user.clear(screen.getByLabelText("Name of the diagram"));
    await user.click(outline().getByRole("button", { name: /Water/ }));
    await user.clear(screen.getByLabelText("Text"));
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent(titleOf("too_many_shapes"));
    expect(screen.getByRole("alert")).not.toHaveTextContent(/_required/);
    expect(screen.getByLabelText("Name of the diagram")).toHaveAccessibleDescription(titleOf("diagram_name_required"));
    expect(screen.getByLabelText("Text")).toHaveAccessibleDescription(titleOf("label_required"));
    await user.type(screen.getByLabelText("Text"), "W");
    expect(screen.getByLabelText("Text")).toBeValid();
    await user.clear(screen.getByLabelText("Text"));
    await user.click(screen.getByRole("button", { name: "Back to the outline" }));
    expect(outline().getByRole("button", { name: (name) => name.endsWith(editorTexts.noLabel) })).toHaveAttribute("data-invalid", "true");
  });

  test.each([
    { button: "Overwrite it with mine", name: "Tea!", last: { method: "PUT", body: { version: 9, name: "Tea!" } } },
    { button: "Load the newer version", name: "Theirs", last: { method: "GET" } },
  ])("offers after a conflict: $button", async ({ button, name, last }) => {
    const theirs = { ...diagram, version: 9, name: "Theirs" };
    const { requests, user, save } = await edit({
      ...token,
      [`GET ${url}`]: [{ body: diagram }, { body: theirs }],
      [`PUT ${url}`]: [
        { status: 409, body: errorBody("version_conflict", [fieldError("version", "load_or_overwrite")]) },
        { body: { ...theirs, version: 10, name: "Tea!" } },
      ],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: button }));
    expect(await screen.findByText(savedText)).toBeVisible();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue(name);
    expect(requests.at(-1)).toMatchObject(last);
  });

  test("keeps the changes if the newer version cannot be loaded", async () => {
    const { user, save } = await edit({
      ...token,
      [`GET ${url}`]: [{ body: diagram }, { status: 503, body: {} }],
      [`PUT ${url}`]: [{ status: 409, body: errorBody("version_conflict", [fieldError("version", "load_or_overwrite")]) }],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: "Load the newer version" }));
    expect(await screen.findByText(clientErrorText("unavailable", 503), { exact: false })).toBeVisible();
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea!");
  });

  test.each([
    { status: 413, body: "<h1>Request Entity Too Large</h1>", message: clientErrorText("data_too_large", 413) },
    { status: 422, body: errorBody("invalid_diagram"), message: titleOf("invalid_diagram") },
    { status: 500, body: "<h1>Oops</h1>", message: clientErrorText("failed", 500) },
    { status: 503, body: { detail: "down" }, message: clientErrorText("unavailable", 503) },
  ])("shows the reason: $status", async ({ status, body, message }) => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ status, body }] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent(message);
    expect(screen.getByRole("status")).toHaveTextContent(unsavedText);
  });

  test("offers to save a deleted diagram as a new one", async () => {
    const gone = { status: 404, body: errorBody("diagram_not_found") };
    const copy = { ...diagram, id: "d9", version: 1, name: "Tea!" };
    const { requests, router, user, save } = await edit({
      ...loads,
      [`PUT ${url}`]: [gone],
      "POST /api/diagrams": [{ status: 503, body: {} }, { status: 201, body: copy }],
      "GET /api/diagrams/d9": [{ body: copy }],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: "Save as a new diagram" }));
    expect(await screen.findByText(clientErrorText("unavailable", 503), { exact: false })).toBeVisible();
    await save();
    await user.click(await screen.findByRole("button", { name: "Save as a new diagram" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/diagrams/d9"));
    expect(requests.findLast(({ method }) => method === "POST")?.body).toMatchObject({ name: "Tea!" });
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });

  const { name, nodes, edges } = diagram;
  const failed = (path: string): SaveState => ({
    kind: "failed",
    error: new ApiError(422, "invalid_diagram", "", [{ path, code: "too_long", message: "Bad." }]),
    sent: { name, nodes, edges },
  });
  test.each([
    { text: "the sent label of a shape", found: nodeLabelError(failed("nodes.1.label"), "b", "Water?"), message: "Bad." },
    { text: "a changed label of a shape", found: nodeLabelError(failed("nodes.1.label"), "b", "Milk?"), message: undefined },
    { text: "the label of a new shape", found: nodeLabelError(failed("nodes.1.label"), "new", "Water?"), message: undefined },
    { text: "the sent label of an edge", found: edgeLabelError(failed("edges.1.label"), "f", "yes"), message: "Bad." },
    { text: "a changed label of an edge", found: edgeLabelError(failed("edges.1.label"), "f", "no"), message: undefined },
    { text: "the label of another edge", found: edgeLabelError(failed("edges.1.label"), "e", ""), message: undefined },
    { text: "a label before any save", found: edgeLabelError({ kind: "idle" }, "e", ""), message: undefined },
  ])("an error applies only to the text that was sent: $text", ({ found, message }) => {
    expect(found).toBe(message);
  });
});
