import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { ApiError } from "../src/api/client.ts";
import { nodeLabelError, type SaveState, edgeLabelError } from "../src/diagrams/saving.ts";
import { diagram, emptyList } from "./data.ts";
import { open } from "./page.tsx";
import { errorBody, serve, token } from "./server.ts";

const url = "/api/diagrams/d1";
const loads = { ...token, [`GET ${url}`]: [{ body: diagram }] };
const saved = { ...diagram, version: 4 };

const edit = async (table: Parameters<typeof serve>[0]) => {
  const requests = serve(table);
  const { router, user } = open("/diagrams/d1");
  await screen.findByRole("button", { name: "Save" });
  const save = async () => user.click(screen.getByRole("button", { name: "Save" }));
  return { requests, router, user, save };
};

const outline = () => within(screen.getByRole("complementary"));
const closes = () => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));

describe("the editor", () => {
  test("shows the diagram and its outline as text", async () => {
    await edit(loads);
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea");
    await waitFor(() => expect(document.title).toBe("Tea · Charts and flows"));
    expect(outline().getByText("to Tea (yes)")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("No changes");
  });

  test("saves the changes with the version that was loaded", async () => {
    const { requests, user, save } = await edit({
      ...loads,
      [`PUT ${url}`]: [{ body: { ...saved, nodes: [], edges: [] } }],
    });
    await user.click(outline().getByRole("button", { name: /Water/ }));
    await user.clear(screen.getByLabelText("Text"));
    await user.type(screen.getByLabelText("Text"), "Milk?");
    await user.type(screen.getByLabelText("Way to “Tea”"), "!");
    await user.click(screen.getByRole("button", { name: "Add a shape: step" }));
    expect(screen.getByRole("status")).toHaveTextContent("Changes not saved yet");
    await save();
    await waitFor(() =>
      expect(requests.at(-1)).toMatchObject({
        method: "PUT",
        body: {
          version: 3,
          nodes: [{}, { label: "Milk?" }, {}, { id: "n4", label: "New step" }],
          edges: [{}, { label: "yes!" }, { source: "b", target: "n4" }],
        },
      }),
    );
  });

  test("shows the time of the save, and bases the next save on it", async () => {
    const { requests, user, save } = await edit({
      ...loads,
      [`PUT ${url}`]: [{ body: { ...saved, name: "Teas" } }, { body: { ...saved, version: 5, name: "Teas!" } }],
    });
    const field = screen.getByLabelText("Name of the diagram");
    await user.type(field, "s");
    await save();
    expect(await screen.findByText(/^Saved at/)).toBeVisible();
    await user.type(field, "!");
    await save();
    await waitFor(() => expect(requests.at(-1)?.body).toMatchObject({ version: 4, name: "Teas!" }));
  });

  test("connects, disconnects and deletes without a pointer", async () => {
    const { user } = await edit(loads);
    await user.click(outline().getByRole("button", { name: /Thirst/ }));
    await user.selectOptions(screen.getByLabelText("Connect it with"), "Tea");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    expect(screen.getByLabelText("Way to “Tea”")).toBeVisible();
    // No node is left to connect with.
    expect(screen.queryByLabelText("Connect it with")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Remove the way to “Water?”" }));
    expect(screen.queryByLabelText("Way to “Water?”")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "To the outline" }));
    expect(outline().getByText("to Tea")).toBeVisible();
    await user.click(outline().getByRole("button", { name: /Thirst/ }));
    await user.click(screen.getByRole("button", { name: "Delete this shape" }));
    expect(outline().queryByText(/Thirst/)).not.toBeInTheDocument();
  });

  test("shows a hint in an empty diagram", async () => {
    await edit({ [`GET ${url}`]: [{ body: { ...diagram, nodes: [], edges: [] } }] });
    expect(screen.getByText(/Nothing is drawn yet/)).toBeVisible();
  });

  test("shows the error for a missing diagram", async () => {
    serve({ [`GET ${url}`]: [{ status: 404, body: errorBody("This diagram does not exist, or was deleted.") }] });
    open("/diagrams/d1");
    expect(await screen.findByText("This diagram does not exist, or was deleted.")).toBeVisible();
  });
});

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
    expect(outline().getByRole("button", { name: /\(no text\)/ })).toHaveAttribute("data-faulty", "true");
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
    expect(await screen.findByRole("alert")).toHaveTextContent("Not saved. The database doesn't answer");
    expect(router.state.location.pathname).toBe("/diagrams/d1");
  });

  test("closing the window asks only if there are changes", async () => {
    const { user } = await edit(loads);
    expect(closes()).toBe(true);
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    expect(closes()).toBe(false);
  });
});

describe("keyboard", () => {
  test.each(["{Control>}s{/Control}", "{Meta>}s{/Meta}"])("%s saves", async (keys) => {
    const { requests, user } = await edit({ ...loads, [`PUT ${url}`]: [{ body: { ...saved, name: "Tea!" } }] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await user.keyboard("s");
    expect(requests.at(-1)?.method).toBe("GET");
    await user.clear(screen.getByLabelText("Name of the diagram"));
    await user.type(screen.getByLabelText("Name of the diagram"), "Tea!");
    await user.keyboard(keys);
    expect(await screen.findByText(/^Saved at/)).toBeVisible();
  });

  test("undoes and redoes by shortcut and by button", async () => {
    const { user } = await edit(loads);
    const shapes = () => outline().getAllByRole("listitem").length;
    expect(screen.getByRole("button", { name: "Undo" })).toHaveAttribute("aria-disabled", "true");
    await user.click(outline().getByRole("button", { name: /Water/ }));
    await user.click(screen.getByRole("button", { name: "Delete this shape" }));
    expect(shapes()).toBe(2);
    await user.keyboard("{Control>}z{/Control}");
    expect(screen.getByRole("status")).toHaveTextContent("No changes");
    await user.keyboard("{Control>}{Shift>}Z{/Shift}{/Control}");
    expect(shapes()).toBe(2);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await user.keyboard("{Control>}y{/Control}");
    expect(shapes()).toBe(2);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    await user.click(screen.getByRole("button", { name: "Redo" }));
    expect(shapes()).toBe(2);
    // In a field the shortcut belongs to the browser; other shortcuts do nothing.
    await user.click(screen.getByLabelText("Name of the diagram"));
    await user.keyboard("{Control>}z{/Control}{Control>}b{/Control}{Control>}{Alt>}z{/Alt}{/Control}");
    expect(shapes()).toBe(2);
  });

  test("does not save without changes", async () => {
    const { requests, user } = await edit(loads);
    await user.keyboard("{Control>}s{/Control}");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(requests.some(({ method }) => method === "PUT")).toBe(false);
  });

  test("surrounding spaces are not a change after saving", async () => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ body: { ...saved, name: "Green Tea" } }] });
    await user.clear(screen.getByLabelText("Name of the diagram"));
    await user.type(screen.getByLabelText("Name of the diagram"), "Green Tea ");
    await save();
    expect(await screen.findByText(/^Saved at/)).toBeVisible();
  });

  test("the focus stays in the outline when its buttons are replaced", async () => {
    const { user } = await edit(loads);
    outline().getByRole("button", { name: /Thirst/ }).focus();
    await user.keyboard("{Enter}");
    expect(screen.getByRole("complementary", { name: "Selected shape" })).toHaveFocus();
    await user.tab();
    expect(screen.getByRole("button", { name: "To the outline" })).toHaveFocus();
  });
});

describe("without write permission", () => {
  const closed = { "GET /api/session": [{ body: { user: null, mayWrite: false } }] };

  test("links to the sign-in page instead of saving", async () => {
    serve({ ...loads, ...closed });
    open("/diagrams/d1");
    const link = await screen.findByRole("link", { name: "Sign in to save" });
    expect(link).toHaveAttribute("href", "/sign-in?next=%2Fdiagrams%2Fd1");
    expect(screen.queryByRole("button", { name: "Save" })).not.toBeInTheDocument();
  });

  test("asks before leaving, but does not offer to save", async () => {
    serve({ ...loads, ...closed });
    const { user } = open("/diagrams/d1");
    await user.type(await screen.findByLabelText("Name of the diagram"), "!{Control>}s{/Control}");
    await user.click(screen.getByRole("link", { name: "Dashboard" }));
    expect(await screen.findByRole("button", { name: "Leave without saving" })).toBeInTheDocument();
    expect(screen.queryByRole("button", { name: "Save and leave" })).not.toBeInTheDocument();
  });

  test("after a sign-out elsewhere, offers to sign in in a new tab", async () => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ status: 401, body: errorBody("Sign in to change diagrams.") }] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    const link = await screen.findByRole("link", { name: /^Sign in \(in a new tab\)/ });
    expect(link).toHaveAttribute("target", "_blank");
  });
});

test("markup in a label is shown as text", async () => {
  const label = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const nodes = diagram.nodes.map((node) => ({ ...node, label }));
  serve({ [`GET ${url}`]: [{ body: { ...diagram, name: label, nodes } }] });
  open("/diagrams/d1");
  expect(await screen.findAllByText(label)).not.toHaveLength(0);
  expect(document.querySelector("script, img[onerror]")).toBeNull();
  await waitFor(() => expect(document.title).toContain(label));
});

test("the page does not link to other hosts", async () => {
  await edit(loads);
  const hosts = screen.getAllByRole<HTMLAnchorElement>("link").map(({ host }) => host);
  expect(new Set(hosts)).toEqual(new Set([window.location.host]));
  expect(screen.getByText(/React Flow, made by xyflow/)).toBeVisible();
});
