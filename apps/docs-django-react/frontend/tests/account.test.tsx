import { screen, waitFor } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { passwordTexts } from "../src/account/texts.ts";
import { clientErrorText } from "../src/api/client-errors.ts";
import { returnPath } from "../src/shell/session.ts";
import { dashboard, emptyList } from "./data.ts";
import { open } from "./page.tsx";
import { errorBody, fieldError, serve, titleOf, token, visitor } from "./server.ts";

const ada = { user: { name: "ada" }, mayWrite: true };
const lists = { ...token, "GET /api/diagrams": [{ body: emptyList }] };
const signedIn = { ...lists, "GET /api/session": [{ body: ada }] };

const fill = async (url: string, table: Parameters<typeof serve>[0]) => {
  const requests = serve({ ...lists, ...table });
  const { router, user } = open(url);
  await user.type(await screen.findByLabelText("Name"), "ada");
  await user.type(screen.getByLabelText("Password"), "open sesame");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  return { requests, router, user };
};

describe("signing in", () => {
  test("links to the sign-in page with the URL to return to", async () => {
    serve({ ...lists, "GET /api/diagrams?q=t": [{ body: emptyList }] });
    const { router, user } = open("/diagrams?q=t");
    await user.click(await screen.findByRole("link", { name: "Sign in" }));
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
    expect(router.state.location.search).toBe("?next=%2Fdiagrams%3Fq%3Dt");
    await waitFor(() => expect(document.title).toBe("Sign in · Charts and flows"));
  });

  test("shows the user and fetches a new token for the next write", async () => {
    const { requests, router, user } = await fill("/sign-in?next=/diagrams", {
      "POST /api/diagrams": [{ status: 409, body: errorBody("diagram_limit") }],
      "GET /api/session": [{ body: visitor }, { body: ada }],
      "POST /api/session": [{ body: ada }],
    });
    expect(await screen.findByRole("link", { name: "Your account: ada" })).toBeVisible();
    await waitFor(() => expect(router.state.location.pathname).toBe("/diagrams"));
    expect(requests.find(({ method }) => method === "POST")?.body).toEqual({ name: "ada", password: "open sesame" });
    await screen.findByRole("button", { name: "Create" });
    await user.type(screen.getByLabelText("Name"), "Tea");
    await user.click(screen.getByRole("button", { name: "Create" }));
    expect(await screen.findByText(titleOf("diagram_limit"))).toBeVisible();
    expect(requests.filter(({ url }) => url === "/api/csrf")).toHaveLength(2);
  });

  test.each([
    {
      response: { status: 422, body: errorBody("sign_in_failed", [fieldError("password", "wrong_credentials")]) },
      code: "wrong_credentials",
    },
    { response: { status: 429, body: errorBody("too_many_wrong_passwords") }, code: "too_many_wrong_passwords" },
  ])("shows the error: $code", async ({ response, code }) => {
    const { router } = await fill("/sign-in", { "POST /api/session": [response] });
    expect(await screen.findByText(titleOf(code))).toBeVisible();
    expect(router.state.location.pathname).toBe("/sign-in");
    expect(screen.getByLabelText("Name")).toHaveValue("ada");
  });

  test.each([
    { requested: "/diagrams/d1?x=1", next: "/diagrams/d1?x=1" },
    { requested: null, next: "/diagrams" },
    { requested: "", next: "/diagrams" },
    { requested: "//elsewhere.example", next: "/diagrams" },
    { requested: "/\\elsewhere.example", next: "/diagrams" },
    { requested: "https://elsewhere.example", next: "/diagrams" },
    { requested: "javascript:alert(1)", next: "/diagrams" },
  ])("the parameter $requested leads to $next", ({ requested, next }) => {
    expect(returnPath(requested)).toBe(next);
  });
});

const change = async (response: { status: number; body?: unknown }) => {
  const requests = serve({ ...signedIn, "PUT /api/password": [response] });
  const { user } = open("/account");
  await user.type(await screen.findByLabelText("Current password"), "open sesame");
  await user.type(screen.getByLabelText("New password"), "shut the gate");
  await user.click(screen.getByRole("button", { name: "Change password" }));
  return requests;
};

describe("the account page", () => {
  test("redirects visitors to the sign-in page", async () => {
    serve(lists);
    const { router } = open("/account");
    expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
    expect(router.state.location.search).toBe("?next=%2Faccount");
  });

  test("signs out", async () => {
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

  test("does not sign out if the server cannot be reached", async () => {
    serve({ ...signedIn, "DELETE /api/session": [new TypeError("failed")] });
    const { user } = open("/account");
    await user.click(await screen.findByRole("button", { name: "Sign out" }));
    expect(await screen.findByRole("alert")).toHaveTextContent(clientErrorText("unreachable", 0));
    expect(screen.getByRole("heading", { name: "ada" })).toBeVisible();
  });

  test("changes the password", async () => {
    const requests = await change({ status: 204 });
    expect(await screen.findByText(passwordTexts.changed)).toBeVisible();
    expect(requests.at(-1)?.body).toEqual({ current: "open sesame", new: "shut the gate" });
    expect(screen.getByLabelText("New password")).toHaveValue("");
  });

  test.each([
    { path: "current", label: "Current password" },
    { path: "new", label: "New password" },
  ])("shows the error of the field $path", async ({ path, label }) => {
    await change({ status: 422, body: errorBody("password_not_changed", [fieldError(path, "weak")]) });
    await waitFor(() => expect(screen.getByLabelText(label)).toHaveAccessibleDescription(titleOf("weak")));
    expect(screen.queryByText(passwordTexts.changed)).not.toBeInTheDocument();
  });
});
