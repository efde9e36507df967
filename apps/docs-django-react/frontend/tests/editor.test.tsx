import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { labelFault, type Saving, wayFault } from "../src/diagrams/saving.ts";
import { diagram } from "./data.ts";
import { open } from "./page.tsx";
import { refusal, serve, token } from "./server.ts";

const url = "/api/diagrams/d1";
const loads = { ...token, [`GET ${url}`]: [{ body: diagram }] };
const saved = { ...diagram, version: 4 };

const edit = async (table: Parameters<typeof serve>[0]) => {
  const asked = serve(table);
  const { router, user } = open("/diagrams/d1");
  await screen.findByRole("button", { name: "Save" });
  const save = async () => user.click(screen.getByRole("button", { name: "Save" }));
  return { asked, router, user, save };
};

const outline = () => within(screen.getByRole("complementary"));
const closes = () => window.dispatchEvent(new Event("beforeunload", { cancelable: true }));

describe("the editor", () => {
  test("shows the diagram, and its outline in words", async () => {
    await edit(loads);
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea");
    await waitFor(() => expect(document.title).toBe("Tea · Charts and flows"));
    expect(outline().getByText("to Tea (yes)")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("No changes");
  });

  test("saves what was changed, over the version it was loaded as", async () => {
    const { asked, user, save } = await edit({
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
    expect(asked.at(-1)).toMatchObject({
      method: "PUT",
      body: {
        version: 3,
        nodes: [{}, { label: "Milk?" }, {}, { id: "n4", label: "New step" }],
        edges: [{}, { label: "yes!" }, { source: "b", target: "n4" }],
      },
    });
  });

  test("says when it was saved, and saves the next time over that", async () => {
    const { asked, user, save } = await edit({
      ...loads,
      [`PUT ${url}`]: [{ body: { ...saved, name: "Teas" } }, { body: { ...saved, version: 5, name: "Teas!" } }],
    });
    const field = screen.getByLabelText("Name of the diagram");
    await user.type(field, "s");
    await save();
    expect(await screen.findByText(/^Saved at/)).toBeVisible();
    await user.type(field, "!");
    await save();
    expect(asked.at(-1)?.body).toMatchObject({ version: 4, name: "Teas!" });
  });

  test("connects, unconnects and deletes without a pointer on the canvas", async () => {
    const { user } = await edit(loads);
    await user.click(outline().getByRole("button", { name: /Thirst/ }));
    await user.selectOptions(screen.getByLabelText("Connect it with"), "Tea");
    await user.click(screen.getByRole("button", { name: "Connect" }));
    expect(screen.getByLabelText("Way to “Tea”")).toBeVisible();
    // Nothing is left to connect with.
    expect(screen.queryByLabelText("Connect it with")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Remove the way to “Water?”" }));
    expect(screen.queryByLabelText("Way to “Water?”")).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "To the outline" }));
    expect(outline().getByText("to Tea")).toBeVisible();
    await user.click(outline().getByRole("button", { name: /Thirst/ }));
    await user.click(screen.getByRole("button", { name: "Delete this shape" }));
    expect(outline().queryByText(/Thirst/)).not.toBeInTheDocument();
  });

  test("an empty diagram says how to begin", async () => {
    await edit({ [`GET ${url}`]: [{ body: { ...diagram, nodes: [], edges: [] } }] });
    expect(screen.getByText(/Nothing is drawn yet/)).toBeVisible();
  });

  test("a diagram that there is not", async () => {
    serve({ [`GET ${url}`]: [{ status: 404, body: refusal("This diagram does not exist, or was deleted.") }] });
    open("/diagrams/d1");
    expect(await screen.findByText("This diagram does not exist, or was deleted.")).toBeVisible();
  });
});

describe("when it can't save", () => {
  test("it says so, and keeps the changes", async () => {
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [new TypeError("failed")] });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent("Not saved. The server can't be reached.");
    expect(screen.getByRole("alert")).toHaveTextContent("Your changes are still here.");
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea!");
  });

  test("it names the field, until that is changed", async () => {
    const faults = [
      { path: "name", message: "Give the diagram a name." },
      { path: "nodes.1.label", message: "Give this shape a text." },
      { path: "nodes", message: "There can be at most 200." },
    ];
    const { user, save } = await edit({ ...loads, [`PUT ${url}`]: [{ status: 422, body: refusal("No.", faults) }] });
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
  ])("somebody else was first: $button", async ({ button, name, last }) => {
    const theirs = { ...diagram, version: 9, name: "Theirs" };
    const { asked, user, save } = await edit({
      ...token,
      [`GET ${url}`]: [{ body: diagram }, { body: theirs }],
      [`PUT ${url}`]: [
        { status: 409, body: refusal("Somebody else.", [{ path: "version", message: "Load it." }]) },
        { body: { ...theirs, version: 10, name: "Tea!" } },
      ],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: button }));
    expect(await screen.findByText(/^Saved at/)).toBeVisible();
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue(name);
    expect(asked.at(-1)).toMatchObject(last);
  });

  test("and the newer one can't be loaded either", async () => {
    const { user, save } = await edit({
      ...token,
      [`GET ${url}`]: [{ body: diagram }, { status: 503, body: {} }],
      [`PUT ${url}`]: [{ status: 409, body: refusal("Somebody else.", [{ path: "version", message: "" }]) }],
    });
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await save();
    await user.click(await screen.findByRole("button", { name: "Load the newer one" }));
    expect(await screen.findByText(/The database doesn't answer/)).toBeVisible();
    expect(screen.getByLabelText("Name of the diagram")).toHaveValue("Tea!");
  });

  const { name, nodes, edges } = diagram;
  const failed = (path: string): Saving => ({
    kind: "failed",
    error: Object.assign(new Error("No."), { status: 422, faults: [{ path, message: "Bad." }], names: () => false }),
    sent: { name, nodes, edges },
  });
  test.each([
    { found: labelFault(failed("nodes.1.label"), "b", "Water?"), says: "Bad." },
    { found: labelFault(failed("nodes.1.label"), "b", "Milk?"), says: undefined },
    { found: labelFault(failed("nodes.1.label"), "new", "Water?"), says: undefined },
    { found: wayFault(failed("edges.1.label"), "f", "yes"), says: "Bad." },
    { found: wayFault(failed("edges.1.label"), "f", "no"), says: undefined },
    { found: wayFault(failed("edges.1.label"), "e", ""), says: undefined },
    { found: wayFault({ kind: "still" }, "e", ""), says: undefined },
  ])("a fault belongs to what was sent: $says", ({ found, says }) => {
    expect(found).toBe(says);
  });
});

describe("leaving", () => {
  test.each([
    { answer: false, ends: "/diagrams/d1" },
    { answer: true, ends: "/diagrams" },
  ])("with changes asks first: $answer", async ({ answer, ends }) => {
    const { router, user } = await edit({ ...loads, "GET /api/diagrams": [{ body: { diagrams: [] } }] });
    const confirm = vi.spyOn(window, "confirm").mockReturnValue(answer);
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    await user.click(within(screen.getByRole("banner")).getByRole("link", { name: "Diagrams" }));
    await vi.waitFor(() => expect(confirm).toHaveBeenCalledOnce());
    await vi.waitFor(() => expect(router.state.location.pathname).toBe(ends));
  });

  test("closing the window is held up only by changes", async () => {
    const { user } = await edit(loads);
    expect(closes()).toBe(true);
    await user.type(screen.getByLabelText("Name of the diagram"), "!");
    expect(closes()).toBe(false);
  });
});
