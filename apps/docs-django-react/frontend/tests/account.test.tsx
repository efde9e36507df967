import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { nextAddress } from "../src/shell/session.ts";
import { dashboard, emptyList } from "./data.ts";
import { open } from "./page.tsx";
import { refusal, serve, token, visitor } from "./server.ts";

const ada = { user: { name: "ada" }, mayWrite: true };
const lists = { ...token, "GET /api/diagrams": [{ body: emptyList }] };
const signedIn = { ...lists, "GET /api/session": [{ body: ada }] };

const fill = async (address: string, table: Parameters<typeof serve>[0]) => {
  const asked = serve({ ...lists, ...table });
  const { router, user } = open(address);
  await user.type(await screen.findByLabelText("Name"), "ada");
  await user.type(screen.getByLabelText("Password"), "open sesame");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  return { asked, router, user };
};

describe("signing in", () => {
  test("goes on to where one came from", async () => {
    serve({ ...lists, "GET /api/diagrams?q=t": [{ body: emptyList }] });
    const { router, user } = open("/diagrams?q=t");
    await user.click(await screen.findByRole("link", { name: "Sign in" }));
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
    expect(router.state.location.search).toBe("?next=%2Fdiagrams%3Fq%3Dt");
    await waitFor(() => expect(document.title).toBe("Sign in · Charts and flows"));
  });

  test("shows who is there, and takes a new token for the next write", async () => {
    const { asked, router, user } = await fill("/sign-in?next=/diagrams", {
      "POST /api/diagrams": [{ status: 409, body: refusal("There are 500 diagrams already.") }],
      "GET /api/session": [{ body: visitor }, { body: ada }],
      "POST /api/session": [{ body: ada }],
    });
    expect(await screen.findByRole("link", { name: "Your account: ada" })).toBeVisible();
    await waitFor(() => expect(router.state.location.pathname).toBe("/diagrams"));
    expect(asked.find(({ method }) => method === "POST")?.body).toEqual({ name: "ada", password: "open sesame" });
    await screen.findByRole("button", { name: "Draw it" });
    await user.type(screen.getByLabelText("Name"), "Tea");
    await user.click(screen.getByRole("button", { name: "Draw it" }));
    expect(await screen.findByText("There are 500 diagrams already.")).toBeVisible();
    expect(asked.filter(({ url }) => url === "/api/csrf")).toHaveLength(2);
  });

  test.each([
    {
      answer: { status: 422, body: refusal("No.", [{ path: "password", message: "The name or the password is wrong." }]) },
      says: "The name or the password is wrong.",
    },
    { answer: { status: 429, body: refusal("Too many wrong passwords.") }, says: "Too many wrong passwords." },
  ])("or not, and why: $says", async ({ answer, says }) => {
    const { router } = await fill("/sign-in", { "POST /api/session": [answer] });
    expect(await screen.findByText(says)).toBeVisible();
    expect(router.state.location.pathname).toBe("/sign-in");
    expect(screen.getByLabelText("Name")).toHaveValue("ada");
  });

  test.each([
    { asked: "/diagrams/d1?x=1", next: "/diagrams/d1?x=1" },
    { asked: null, next: "/diagrams" },
    { asked: "", next: "/diagrams" },
    { asked: "//elsewhere.example", next: "/diagrams" },
    { asked: "/\\elsewhere.example", next: "/diagrams" },
    { asked: "https://elsewhere.example", next: "/diagrams" },
    { asked: "javascript:alert(1)", next: "/diagrams" },
  ])("$asked leads to $next, and never elsewhere", ({ asked, next }) => {
    expect(nextAddress(asked)).toBe(next);
  });
});

const change = async (answer: { status: number; body?: unknown }) => {
  const asked = serve({ ...signedIn, "PUT /api/password": [answer] });
  const { user } = open("/account");
  await user.type(await screen.findByLabelText("The password that you have now"), "open sesame");
  await user.type(screen.getByLabelText("The new password"), "shut the gate");
  await user.click(screen.getByRole("button", { name: "Change it" }));
  return asked;
};

describe("the account", () => {
  test("is for who has one", async () => {
    serve(lists);
    const { router } = open("/account");
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
    expect(router.state.location.search).toBe("?next=%2Faccount");
  });

  test("is left", async () => {
    serve({
      ...signedIn,
      "GET /api/session": [{ body: ada }, { body: visitor }],
      "DELETE /api/session": [{ body: visitor }],
      "GET /api/dashboard": [{ body: dashboard }],
    });
    const { router, user } = open("/account");
    expect(await screen.findByRole("heading", { name: "ada" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("link", { name: "Sign in" })).toBeVisible();
    expect(router.state.location.pathname).toBe("/");
  });

  test("is not left without the server", async () => {
    serve({ ...signedIn, "DELETE /api/session": [new TypeError("failed")] });
    const { user } = open("/account");
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The server can't be reached.");
    expect(screen.getByRole("heading", { name: "ada" })).toBeVisible();
  });

  test("gets another password", async () => {
    const asked = await change({ status: 204 });
    expect(await screen.findByText(/Your password is changed/)).toBeVisible();
    expect(asked.at(-1)?.body).toEqual({ current: "open sesame", new: "shut the gate" });
    expect(screen.getByLabelText("The new password")).toHaveValue("");
  });

  test.each([
    { path: "current", label: "The password that you have now" },
    { path: "new", label: "The new password" },
  ])("or not: $path", async ({ path, label }) => {
    await change({ status: 422, body: refusal("No.", [{ path, message: "Not this one." }]) });
    await waitFor(() => expect(screen.getByLabelText(label)).toHaveAccessibleDescription("Not this one."));
    expect(screen.queryByText(/Your password is changed/)).not.toBeInTheDocument();
  });
});
