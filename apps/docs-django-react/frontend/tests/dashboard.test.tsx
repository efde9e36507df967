import { act, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, test } from "vitest";
import { clientErrorText } from "../src/api/client-errors.ts";
import { channelFinding } from "../src/dashboard/findings.ts";
import { comparisonTexts, dashboardTexts, findingText } from "../src/dashboard/texts.ts";
import { errorPageTexts } from "../src/shell/texts.ts";
import { dashboard, emptyList, nothing, report } from "./data.ts";
import { open } from "./page.tsx";
import { errorBody, serve, titleOf, visitor } from "./server.ts";

describe("the dashboard", () => {
  test("shows each chart with a sentence and a table", async () => {
    serve({ "GET /api/dashboard": [{ body: dashboard }] });
    const { user } = open("/");
    expect(await screen.findByRole("heading", { level: 1 })).toHaveTextContent("Dashboard");
    await waitFor(() => expect(document.title).toBe("Dashboard · Charts and flows"));
    expect(screen.getByText("€123.45")).toBeVisible();
    expect(screen.getByText("+23%")).toBeVisible();
    expect(screen.getAllByRole("figure")).toHaveLength(4);
    const chart = screen.getByRole("figure", { name: "Revenue by channel" });
    expect(chart).toHaveTextContent(findingText(channelFinding(report)));
    await user.click(within(chart).getByText("Show as a table"));
    expect(within(chart).getByRole("row", { name: "Partners 7% €85" })).toBeVisible();
  });

  test.each(["day", "week", "month"] as const)("compares with the previous period: %s", async (unit) => {
    serve({ "GET /api/dashboard": [{ body: { ...dashboard, report: { ...report, unit, series: report.series.slice(0, 1) } } }] });
    open("/");
    expect((await screen.findAllByText(comparisonTexts[unit], { exact: false })).length).toBe(3);
  });

  test("keeps the range in the URL", async () => {
    serve({
      "GET /api/dashboard": [{ body: dashboard }],
      "GET /api/dashboard?range=12m": [{ body: { ...dashboard, range: "12m" } }],
    });
    const { router, user } = open("/");
    expect(await screen.findByRole("link", { name: "13 weeks", current: true })).toBeVisible();
    await user.click(screen.getByRole("link", { name: "12 months" }));
    expect(await screen.findByRole("link", { name: "12 months", current: true })).toBeVisible();
    expect(router.state.location.search).toBe("?range=12m");
  });

  test("shows a hint if there are no sales", async () => {
    serve({ "GET /api/dashboard": [{ body: { ...dashboard, report: null } }] });
    open("/");
    expect(await screen.findByText(dashboardTexts.empty)).toBeVisible();
  });

  test("shows no comparison if the previous period has no sales", async () => {
    serve({ "GET /api/dashboard": [{ body: { ...dashboard, report: nothing } }] });
    open("/");
    expect(await screen.findAllByText(dashboardTexts.noComparison)).toHaveLength(3);
  });
});

describe("errors", () => {
  test("shows that the database is not available, with a button to retry", async () => {
    serve({ "GET /api/dashboard": [{ status: 503, body: {} }, { body: dashboard }] });
    const { user } = open("/");
    expect(await screen.findByRole("alert")).toHaveTextContent(clientErrorText("unavailable", 503));
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Dashboard" })).toBeVisible();
  });

  test("shows that the server cannot be reached", async () => {
    serve({ "GET /api/dashboard": [new TypeError("failed")] });
    open("/");
    expect(await screen.findByRole("alert")).toHaveTextContent(clientErrorText("unreachable", 0));
  });

  test("shows the error for an unknown range", async () => {
    serve({ "GET /api/dashboard?range=7d": [{ status: 400, body: errorBody("unknown_range") }] });
    open("/?range=7d");
    expect(await screen.findByRole("alert")).toHaveTextContent(titleOf("unknown_range"));
  });

  test("shows that an unexpected error occurred", async () => {
    serve({ "GET /api/dashboard": [{ body: dashboard }] });
    const { routes } = await import("../src/routes.tsx");
    const pages = routes[0]?.children?.[0]?.children;
    pages?.push({
      path: "broken",
      loader: () => {
        throw new Error("ours");
      },
      element: null,
    });
    open("/broken");
    pages?.pop();
    expect(await screen.findByRole("alert")).toHaveTextContent(errorPageTexts.unexpected);
  });

  test("shows a page for an unknown URL", async () => {
    serve({});
    open("/nothing/here");
    expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible();
    expect(screen.getByText(errorPageTexts.notFound)).toBeVisible();
  });
});

test("following a link moves the focus to the new content", async () => {
  serve({ "GET /api/dashboard": [{ body: dashboard }], "GET /api/diagrams": [{ body: emptyList }] });
  const { user } = open("/");
  await user.click(await screen.findByRole("link", { name: "Diagrams" }));
  await screen.findByRole("heading", { name: "Diagrams" });
  expect(screen.getByRole("main")).toHaveFocus();
});

test("an error of the session is shown without the layout, with a retry", async () => {
  serve({
    "GET /api/session": [{ status: 503, body: {} }, { body: visitor }],
    "GET /api/dashboard": [{ body: dashboard }],
  });
  const { user } = open("/");
  expect(await screen.findByRole("alert")).toHaveTextContent(clientErrorText("unavailable", 503));
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: "Dashboard" })).toBeVisible();
});

test("back and forward switch between the ranges", async () => {
  serve({
    "GET /api/dashboard": [{ body: dashboard }],
    "GET /api/dashboard?range=12m": [{ body: { ...dashboard, range: "12m" } }],
  });
  const { router, user } = open("/");
  await user.click(await screen.findByRole("link", { name: "12 months" }));
  expect(await screen.findByRole("link", { name: "12 months", current: true })).toBeVisible();
  await act(async () => router.navigate(-1));
  expect(await screen.findByRole("link", { name: "13 weeks", current: true })).toBeVisible();
  await act(async () => router.navigate(1));
  expect(await screen.findByRole("link", { name: "12 months", current: true })).toBeVisible();
});
