import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { diagram, listed } from "./data.ts";
import { open } from "./page.tsx";
import { refusal, serve, token } from "./server.ts";

test("lists the diagrams with a link to each", async () => {
  serve({ "GET /api/diagrams": [{ body: { diagrams: listed } }] });
  open("/diagrams");
  expect(await screen.findByRole("link", { name: "Tea" })).toHaveAttribute("href", "/diagrams/d1");
  expect(screen.getByText(/3 shapes, version 3/)).toBeVisible();
  expect(screen.getByText(/1 shape, version 1/)).toBeVisible();
});

test("says when there is none", async () => {
  serve({ "GET /api/diagrams": [{ body: { diagrams: [] } }] });
  open("/diagrams");
  expect(await screen.findByText(/No diagram has been drawn yet/)).toBeVisible();
});

test("a new one is drawn, and opened", async () => {
  const asked = serve({
    ...token,
    "GET /api/diagrams": [{ body: { diagrams: [] } }],
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
  serve({ ...token, "GET /api/diagrams": [{ body: { diagrams: [] } }], "POST /api/diagrams": [answer] });
  const { user } = open("/diagrams");
  await user.click(await screen.findByRole("button", { name: "Draw it" }));
  expect(await screen.findByText(says)).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(says);
  expect(screen.getByLabelText("Name")).toBeInvalid();
});

test("one is deleted, after a question", async () => {
  const asked = serve({
    ...token,
    "GET /api/diagrams": [{ body: { diagrams: listed } }, { body: { diagrams: listed.slice(0, 1) } }],
    "DELETE /api/diagrams/d2": [{ status: 204 }],
  });
  const confirm = vi.spyOn(window, "confirm").mockReturnValueOnce(false).mockReturnValueOnce(true);
  const { user } = open("/diagrams");
  const button = await screen.findByRole("button", { name: "Delete “Coffee”" });
  await user.click(button);
  expect(asked).toHaveLength(1);
  await user.click(button);
  await vi.waitFor(() => expect(screen.queryByText("Coffee")).not.toBeInTheDocument());
  expect(confirm).toHaveBeenCalledTimes(2);
});

test("and says when it can't be", async () => {
  serve({ ...token, "GET /api/diagrams": [{ body: { diagrams: listed } }], "DELETE /api/diagrams/d2": [{ status: 503, body: {} }] });
  vi.spyOn(window, "confirm").mockReturnValue(true);
  const { user } = open("/diagrams");
  await user.click(await screen.findByRole("button", { name: "Delete “Coffee”" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The database doesn't answer");
});
