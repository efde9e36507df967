import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { diagram, emptyList, list } from "./data.ts";
import { open } from "./page.tsx";
import { errorBody, serve, token, visitor } from "./server.ts";

const url = "/api/diagrams/d1";
const lists = { ...token, "GET /api/diagrams": [{ body: list }] };
const listAfterDelete = { ...list, diagrams: list.diagrams.slice(1), total: 1 };

describe("the list", () => {
  test("has a link to each diagram", async () => {
    serve(lists);
    open("/diagrams");
    expect(await screen.findByRole("link", { name: "Tea" })).toHaveAttribute("href", "/diagrams/d1");
    expect(screen.getByText(/3 shapes, version 3, saved by ada,/)).toBeVisible();
    expect(screen.getByText(/1 shape, version 1, saved/)).toBeVisible();
    expect(screen.queryByRole("navigation", { name: "Pages" })).not.toBeInTheDocument();
  });

  test("shows a hint if there are no diagrams", async () => {
    serve({ "GET /api/diagrams": [{ body: emptyList }] });
    open("/diagrams");
    expect(await screen.findByText(/No diagram has been drawn yet/)).toBeVisible();
  });

  test("is paginated", async () => {
    const requests = serve({
      "GET /api/diagrams?page=2&q=t": [{ body: { ...list, page: 2, pages: 3, total: 30 } }],
      "GET /api/diagrams?page=3&q=t": [{ body: { ...list, page: 3, pages: 3, total: 30 } }],
      "GET /api/diagrams?page=1&q=t": [{ body: { ...list, page: 1, pages: 3, total: 30 } }],
    });
    const { router, user } = open("/diagrams?page=2&q=t");
    expect(await screen.findByText("Page 2 of 3, 30 diagrams")).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Older" }));
    expect(await screen.findByText("Page 3 of 3, 30 diagrams")).toBeVisible();
    expect(screen.queryByRole("link", { name: "Older" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("link", { name: "Newer" }));
    expect(await screen.findByText("Page 2 of 3, 30 diagrams")).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Newer" }));
    expect(await screen.findByText("Page 1 of 3, 30 diagrams")).toBeVisible();
    expect(screen.queryByRole("link", { name: "Newer" })).not.toBeInTheDocument();
    expect(router.state.location.search).toBe("?page=1&q=t");
    // The session is loaded once, not with every page.
    expect(requests.filter(({ url: at }) => at === "/api/session")).toHaveLength(1);
  });

  test("can be searched by name", async () => {
    serve({ ...lists, "GET /api/diagrams?q=milk": [{ body: emptyList }] });
    const { user } = open("/diagrams");
    await user.type(await screen.findByRole("searchbox", { name: "Find a diagram by its name" }), "milk");
    await user.click(screen.getByRole("button", { name: "Find" }));
    expect(await screen.findByText(/No diagram has “milk” in its name/)).toBeVisible();
    expect(screen.getByRole("searchbox")).toHaveValue("milk");
    await user.click(screen.getByRole("link", { name: "Show them all" }));
    expect(await screen.findByRole("link", { name: "Tea" })).toBeVisible();
    expect(screen.getByRole("searchbox")).toHaveValue("");
  });

  test("shows the error for an invalid page", async () => {
    serve({ "GET /api/diagrams?page=x": [{ status: 400, body: errorBody("There is no such page.") }] });
    open("/diagrams?page=x");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such page.");
  });
});

describe("a new diagram", () => {
  test("is created and opened", async () => {
    const requests = serve({
      ...token,
      "GET /api/diagrams": [{ body: emptyList }],
      "POST /api/diagrams": [{ status: 201, body: diagram }],
      "GET /api/diagrams/d1": [{ body: diagram }],
    });
    const { router, user } = open("/diagrams");
    await user.type(await screen.findByLabelText("Name"), "Tea");
    await user.click(screen.getByRole("button", { name: "Draw it" }));
    expect(await screen.findByRole("button", { name: "Save" })).toBeVisible();
    expect(router.state.location.pathname).toBe("/diagrams/d1");
    expect(requests.find(({ method }) => method === "POST")?.body).toMatchObject({
      name: "Tea",
      nodes: [{ kind: "start" }, { kind: "end" }],
      edges: [{ source: "n1", target: "n2" }],
    });
  });

  test.each([
    { response: { status: 422, body: errorBody("No.", [{ path: "name", message: "Give the diagram a name." }]) }, message: "Give the diagram a name." },
    { response: { status: 409, body: errorBody("There are 500 diagrams already.") }, message: "There are 500 diagrams already." },
  ])("shows why it was not created: $message", async ({ response, message }) => {
    serve({ ...token, "GET /api/diagrams": [{ body: emptyList }], "POST /api/diagrams": [response] });
    const { user } = open("/diagrams");
    await user.type(await screen.findByLabelText("Name"), " x");
    await user.click(screen.getByRole("button", { name: "Draw it" }));
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(message));
    expect(screen.getByLabelText("Name")).toHaveValue(" x");
  });

  test("requires write permission", async () => {
    serve({ ...lists, "GET /api/session": [{ body: { ...visitor, mayWrite: false } }] });
    open("/diagrams");
    const link = await screen.findByRole("link", { name: "Sign in to draw" });
    expect(link).toHaveAttribute("href", "/sign-in?next=%2Fdiagrams");
    expect(screen.queryByRole("button", { name: /Delete/ })).not.toBeInTheDocument();
  });
});

const openRenameDialog = async (table: Parameters<typeof serve>[0]) => {
  const requests = serve({ ...lists, ...table });
  const { user } = open("/diagrams");
  await user.click(await screen.findByRole("button", { name: "Rename “Tea”" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Rename “Tea”" }));
  const submit = async () => user.click(dialog.getByRole("button", { name: "Rename it" }));
  return { requests, user, dialog, submit };
};

describe("renaming", () => {
  test("changes only the name", async () => {
    const renamed = list.diagrams.map((entry) => ({ ...entry, name: "Milk" }));
    const { requests, user, dialog, submit } = await openRenameDialog({
      "GET /api/diagrams": [{ body: list }, { body: { ...list, diagrams: renamed.slice(0, 1) } }],
      [`PATCH ${url}`]: [{ body: diagram }],
    });
    await user.clear(dialog.getByLabelText("New name"));
    await user.type(dialog.getByLabelText("New name"), "Milk");
    await submit();
    expect(await screen.findByRole("link", { name: "Milk" })).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(requests.find(({ method }) => method === "PATCH")?.body).toEqual({ name: "Milk", version: 3 });
  });

  test.each([
    { status: 422, body: errorBody("No.", [{ path: "name", message: "Give the diagram a name." }]), message: "Give the diagram a name." },
    { status: 409, body: errorBody("ada has saved this diagram in the meantime.", [{ path: "version", message: "" }]), message: "ada has saved" },
  ])("shows the error: $status", async ({ message, ...response }) => {
    const { dialog, submit } = await openRenameDialog({ [`PATCH ${url}`]: [response] });
    await submit();
    await waitFor(() =>
      expect(dialog.getByLabelText("New name")).toHaveAccessibleDescription(expect.stringContaining(message)),
    );
  });

  test("can be cancelled", async () => {
    const { requests, user, dialog } = await openRenameDialog({});
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(requests.some(({ method }) => method === "PATCH")).toBe(false);
  });
});

const openDeleteDialog = async (table: Parameters<typeof serve>[0]) => {
  const requests = serve({ ...lists, ...table });
  const { user } = open("/diagrams");
  await user.click(await screen.findByRole("button", { name: "Delete “Tea”" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Delete “Tea”?" }));
  const choose = async (name: string) => user.click(dialog.getByRole("button", { name }));
  return { requests, choose };
};

describe("deleting", () => {
  test("asks for confirmation and reports success", async () => {
    const { choose } = await openDeleteDialog({
      "GET /api/diagrams": [{ body: list }, { body: listAfterDelete }],
      [`DELETE ${url}`]: [{ status: 204 }],
    });
    await choose("Delete it");
    expect(await screen.findByText("“Tea” is deleted.")).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("link", { name: "Tea" })).not.toBeInTheDocument());
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  });

  test("keeps the diagram if cancelled", async () => {
    const { requests, choose } = await openDeleteDialog({});
    await choose("Keep it");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(requests.some(({ method }) => method === "DELETE")).toBe(false);
  });

  test("shows why it failed", async () => {
    const { choose } = await openDeleteDialog({ [`DELETE ${url}`]: [{ status: 404, body: errorBody("This diagram does not exist.") }] });
    await choose("Delete it");
    expect(await screen.findByRole("alert")).toHaveTextContent("This diagram does not exist.");
  });
});

test("catchApiError rethrows an error that is not an ApiError", async () => {
  serve(lists);
  const { catchApiError } = await import("../src/api/client.ts");
  await expect(catchApiError(Promise.reject(new RangeError("ours")))).rejects.toThrow("ours");
});
