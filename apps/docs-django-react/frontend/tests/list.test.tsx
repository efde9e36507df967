import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { diagram, emptyList, list } from "./data.ts";
import { open } from "./page.tsx";
import { refusal, serve, token, visitor } from "./server.ts";

const url = "/api/diagrams/d1";
const lists = { ...token, "GET /api/diagrams": [{ body: list }] };
const fewer = { ...list, diagrams: list.diagrams.slice(1), total: 1 };

describe("the list", () => {
  test("has a link to each diagram", async () => {
    serve(lists);
    open("/diagrams");
    expect(await screen.findByRole("link", { name: "Tea" })).toHaveAttribute("href", "/diagrams/d1");
    expect(screen.getByText(/3 shapes, version 3, saved by ada,/)).toBeVisible();
    expect(screen.getByText(/1 shape, version 1, saved/)).toBeVisible();
    expect(screen.queryByRole("navigation", { name: "Pages" })).not.toBeInTheDocument();
  });

  test("says when there is none", async () => {
    serve({ "GET /api/diagrams": [{ body: emptyList }] });
    open("/diagrams");
    expect(await screen.findByText(/No diagram has been drawn yet/)).toBeVisible();
  });

  test("has pages", async () => {
    const asked = serve({
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
    // Who is there is asked once, and not with every page.
    expect(asked.filter(({ url: at }) => at === "/api/session")).toHaveLength(1);
  });

  test("is searched by name", async () => {
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

  test("says when there is no such page", async () => {
    serve({ "GET /api/diagrams?page=x": [{ status: 400, body: refusal("There is no such page.") }] });
    open("/diagrams?page=x");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such page.");
  });
});

describe("a new one", () => {
  test("is drawn, and opened", async () => {
    const asked = serve({
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
    expect(asked.find(({ method }) => method === "POST")?.body).toMatchObject({
      name: "Tea",
      nodes: [{ kind: "start" }, { kind: "end" }],
      edges: [{ source: "n1", target: "n2" }],
    });
  });

  test.each([
    { answer: { status: 422, body: refusal("No.", [{ path: "name", message: "Give the diagram a name." }]) }, says: "Give the diagram a name." },
    { answer: { status: 409, body: refusal("There are 500 diagrams already.") }, says: "There are 500 diagrams already." },
  ])("or not, and why: $says", async ({ answer, says }) => {
    serve({ ...token, "GET /api/diagrams": [{ body: emptyList }], "POST /api/diagrams": [answer] });
    const { user } = open("/diagrams");
    await user.type(await screen.findByLabelText("Name"), " x");
    await user.click(screen.getByRole("button", { name: "Draw it" }));
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(says));
    expect(screen.getByLabelText("Name")).toHaveValue(" x");
  });

  test("is for who may write", async () => {
    serve({ ...lists, "GET /api/session": [{ body: { ...visitor, mayWrite: false } }] });
    open("/diagrams");
    const link = await screen.findByRole("link", { name: "Sign in to draw" });
    expect(link).toHaveAttribute("href", "/sign-in?next=%2Fdiagrams");
    expect(screen.queryByRole("button", { name: /Delete/ })).not.toBeInTheDocument();
  });
});

const rename = async (table: Parameters<typeof serve>[0]) => {
  const asked = serve({ ...lists, ...table });
  const { user } = open("/diagrams");
  await user.click(await screen.findByRole("button", { name: "Rename “Tea”" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Rename “Tea”" }));
  const submit = async () => user.click(dialog.getByRole("button", { name: "Rename it" }));
  return { asked, user, dialog, submit };
};

describe("renaming", () => {
  test("changes the name alone", async () => {
    const renamed = list.diagrams.map((entry) => ({ ...entry, name: "Milk" }));
    const { asked, user, dialog, submit } = await rename({
      "GET /api/diagrams": [{ body: list }, { body: { ...list, diagrams: renamed.slice(0, 1) } }],
      [`PATCH ${url}`]: [{ body: diagram }],
    });
    await user.clear(dialog.getByLabelText("New name"));
    await user.type(dialog.getByLabelText("New name"), "Milk");
    await submit();
    expect(await screen.findByRole("link", { name: "Milk" })).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ name: "Milk", version: 3 });
  });

  test.each([
    { status: 422, body: refusal("No.", [{ path: "name", message: "Give the diagram a name." }]), says: "Give the diagram a name." },
    { status: 409, body: refusal("ada has saved this diagram in the meantime.", [{ path: "version", message: "" }]), says: "ada has saved" },
  ])("or not, and why: $status", async ({ says, ...answer }) => {
    const { dialog, submit } = await rename({ [`PATCH ${url}`]: [answer] });
    await submit();
    await waitFor(() =>
      expect(dialog.getByLabelText("New name")).toHaveAccessibleDescription(expect.stringContaining(says)),
    );
  });

  test("can be called off", async () => {
    const { asked, user, dialog } = await rename({});
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(asked.some(({ method }) => method === "PATCH")).toBe(false);
  });
});

const ask = async (table: Parameters<typeof serve>[0]) => {
  const asked = serve({ ...lists, ...table });
  const { user } = open("/diagrams");
  await user.click(await screen.findByRole("button", { name: "Delete “Tea”" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Delete “Tea”?" }));
  const choose = async (name: string) => user.click(dialog.getByRole("button", { name }));
  return { asked, choose };
};

describe("deleting", () => {
  test("asks first, and says when it is done", async () => {
    const { choose } = await ask({
      "GET /api/diagrams": [{ body: list }, { body: fewer }],
      [`DELETE ${url}`]: [{ status: 204 }],
    });
    await choose("Delete it");
    expect(await screen.findByText("“Tea” is deleted.")).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("link", { name: "Tea" })).not.toBeInTheDocument());
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  });

  test("or keeps it", async () => {
    const { asked, choose } = await ask({});
    await choose("Keep it");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
    expect(asked.some(({ method }) => method === "DELETE")).toBe(false);
  });

  test("or says why not", async () => {
    const { choose } = await ask({ [`DELETE ${url}`]: [{ status: 404, body: refusal("This diagram does not exist.") }] });
    await choose("Delete it");
    expect(await screen.findByRole("alert")).toHaveTextContent("This diagram does not exist.");
  });
});

test("a fault of ours is not shown as one of the server", async () => {
  serve(lists);
  const { failureOf } = await import("../src/api/client.ts");
  await expect(failureOf(Promise.reject(new RangeError("ours")))).rejects.toThrow("ours");
});
