import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { listTexts } from "../src/diagrams/texts.ts";
import { diagram, emptyList, list } from "./data.ts";
import { open } from "./page.tsx";
import { errorBody, fieldError, serve, titleOf, token, visitor } from "./server.ts";

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
    expect(await screen.findByText(listTexts.empty)).toBeVisible();
  });

  test("is paginated", async () => {
    const requests = serve({
      "GET /api/diagrams?page=2&q=t": [{ body: { ...list, page: 2, pages: 3, total: 30 } }],
      "GET /api/diagrams?page=3&q=t": [{ body: { ...list, page: 3, pages: 3, total: 30 } }],
      "GET /api/diagrams?page=1&q=t": [{ body: { ...list, page: 1, pages: 3, total: 30 } }],
    });
    const { router, user } = open("/diagrams?page=2&q=t");
    expect(await screen.findByText(listTexts.pageOf(2, 3, 30))).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Older" }));
    expect(await screen.findByText(listTexts.pageOf(3, 3, 30))).toBeVisible();
    expect(screen.queryByRole("link", { name: "Older" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("link", { name: "Newer" }));
    expect(await screen.findByText(listTexts.pageOf(2, 3, 30))).toBeVisible();
    await user.click(screen.getByRole("link", { name: "Newer" }));
    expect(await screen.findByText(listTexts.pageOf(1, 3, 30))).toBeVisible();
    expect(screen.queryByRole("link", { name: "Newer" })).not.toBeInTheDocument();
    expect(router.state.location.search).toBe("?page=1&q=t");
    // The session is loaded once, not with every page.
    expect(requests.filter(({ url: at }) => at === "/api/session")).toHaveLength(1);
  });

  test("can be searched by name", async () => {
    serve({ ...lists, "GET /api/diagrams?q=milk": [{ body: emptyList }] });
    const { user } = open("/diagrams");
    await user.type(await screen.findByRole("searchbox", { name: "Find diagrams by name" }), "milk");
    await user.click(screen.getByRole("button", { name: "Find" }));
    expect(await screen.findByText(listTexts.noMatch("milk"), { exact: false })).toBeVisible();
    expect(screen.getByRole("searchbox")).toHaveValue("milk");
    await user.click(screen.getByRole("link", { name: "Show all diagrams" }));
    expect(await screen.findByRole("link", { name: "Tea" })).toBeVisible();
    expect(screen.getByRole("searchbox")).toHaveValue("");
  });

  test("shows the error for an invalid page", async () => {
    serve({ "GET /api/diagrams?page=x": [{ status: 400, body: errorBody("unknown_page") }] });
    open("/diagrams?page=x");
    expect(await screen.findByRole("alert")).toHaveTextContent(titleOf("unknown_page"));
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
    await user.click(screen.getByRole("button", { name: "Create" }));
    expect(await screen.findByRole("button", { name: "Save" })).toBeVisible();
    expect(router.state.location.pathname).toBe("/diagrams/d1");
    expect(requests.find(({ method }) => method === "POST")?.body).toMatchObject({
      name: "Tea",
      nodes: [{ kind: "start" }, { kind: "end" }],
      edges: [{ source: "n1", target: "n2" }],
    });
  });

  test.each([
    { response: { status: 422, body: errorBody("invalid_diagram", [fieldError("name", "diagram_name_required")]) }, code: "diagram_name_required" },
    { response: { status: 409, body: errorBody("diagram_limit") }, code: "diagram_limit" },
  ])("shows why it was not created: $code", async ({ response, code }) => {
    serve({ ...token, "GET /api/diagrams": [{ body: emptyList }], "POST /api/diagrams": [response] });
    const { user } = open("/diagrams");
    await user.type(await screen.findByLabelText("Name"), " x");
    await user.click(screen.getByRole("button", { name: "Create" }));
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(titleOf(code)));
    expect(screen.getByLabelText("Name")).toHaveValue(" x");
  });

  test("requires write permission", async () => {
    serve({ ...lists, "GET /api/session": [{ body: { ...visitor, mayWrite: false } }] });
    open("/diagrams");
    const link = await screen.findByRole("link", { name: "Sign in to create one" });
    expect(link).toHaveAttribute("href", "/sign-in?next=%2Fdiagrams");
    expect(screen.queryByRole("button", { name: /Delete/ })).not.toBeInTheDocument();
  });
});

const openRenameDialog = async (table: Parameters<typeof serve>[0]) => {
  const requests = serve({ ...lists, ...table });
  const { user } = open("/diagrams");
  await user.click(await screen.findByRole("button", { name: "Rename “Tea”" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Rename “Tea”" }));
  const submit = async () => user.click(dialog.getByRole("button", { name: "Rename" }));
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
    { status: 422, body: errorBody("invalid_diagram", [fieldError("name", "diagram_name_required")]), code: "diagram_name_required" },
    { status: 409, body: errorBody("version_conflict", [fieldError("version", "load_or_overwrite")]), code: "version_conflict" },
  ])("shows the error: $status", async ({ code, ...response }) => {
    const { dialog, submit } = await openRenameDialog({ [`PATCH ${url}`]: [response] });
    await submit();
    await waitFor(() => expect(dialog.getByLabelText("New name")).toHaveAccessibleDescription(titleOf(code)));
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
    await choose("Delete");
    expect(await screen.findByText(listTexts.deleted("Tea"))).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("link", { name: "Tea" })).not.toBeInTheDocument());
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  });

  test("sends the version that the list shows, and after a conflict the current one", async () => {
    const newer = { ...list, diagrams: list.diagrams.map((one) => ({ ...one, version: one.version + 1 })) };
    const { requests, choose } = await openDeleteDialog({
      "GET /api/diagrams": [{ body: list }, { body: newer }],
      [`DELETE ${url}`]: [{ status: 409, body: errorBody("version_conflict") }, { status: 204 }],
    });
    await choose("Delete");
    expect(await screen.findByRole("alert")).toHaveTextContent(titleOf("version_conflict"));
    expect(await screen.findByText(/version 4,/u)).toBeInTheDocument();
    await choose("Delete");
    await waitFor(() =>
      expect(requests.filter(({ method }) => method === "DELETE").map(({ body }) => body)).toEqual([{ version: 3 }, { version: 4 }]),
    );
  });

  test("keeps the diagram if cancelled", async () => {
    const { requests, choose } = await openDeleteDialog({});
    await choose("Cancel");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(requests.some(({ method }) => method === "DELETE")).toBe(false);
  });

  test("shows why it failed", async () => {
    const { choose } = await openDeleteDialog({ [`DELETE ${url}`]: [{ status: 404, body: errorBody("diagram_not_found") }] });
    await choose("Delete");
    expect(await screen.findByRole("alert")).toHaveTextContent(titleOf("diagram_not_found"));
  });
});

test("catchApiError rethrows an error that is not an ApiError", async () => {
  serve(lists);
  const { catchApiError } = await import("../src/api/client.ts");
  await expect(catchApiError(Promise.reject(new RangeError("ours")))).rejects.toThrow("ours");
});
