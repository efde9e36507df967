import { describe, expect, test } from "vitest";
import type { Finding } from "../core/finding.ts";
import type { OutageReport, RoutingReport, SessionReport, SlowClientsReport } from "./reports.ts";
import { judgeContainers, judgeOutage, judgeRouting, judgeSessions, judgeSlowClients } from "./verdicts.ts";

const codes = (findings: readonly Finding[]): readonly string[] => findings.map(({ code }) => code);
const messages = (findings: readonly Finding[]): string => findings.map(({ message }) => message).join("\n");
const [single, replicated] = ["single-app", "replicated-app"];
const kills = 5;
const replicas = { [single]: 1, [replicated]: kills };
const apps = Object.keys(replicas);
const everyApp = <Report>(report: Report): Record<string, Report> =>
  Object.fromEntries(apps.map((app) => [app, report]));

describe("judgeRouting", () => {
  const healthy: RoutingReport = { requests: 200, misrouted: [], unexpected: [], unrecovered: [] };
  const url = "http://reverse-proxy/a/healthz";

  test.each([
    { name: "a report without failures", report: {}, expected: [] },
    { name: "too few requests", report: { requests: 199 }, expected: ["too-few-requests"] },
    {
      name: "a response of another application",
      report: { misrouted: [{ url, expected: "one", actual: "other" }] },
      expected: ["misrouted"],
    },
    { name: "a failure", report: { unexpected: [{ url, outcome: "status 500" }] }, expected: ["unexpected"] },
    { name: "an endpoint that does not recover", report: { unrecovered: [url] }, expected: ["unrecovered"] },
    {
      name: "nine failures, of which it shows five",
      report: { unexpected: Array.from({ length: 9 }, () => ({ url, outcome: "status 500" })) },
      expected: Array.from({ length: 5 }, () => "unexpected"),
    },
  ])("$name", ({ report, expected }) => {
    const findings = judgeRouting({ ...healthy, ...report });
    expect(codes(findings)).toEqual(expected);
    for (const { code, message } of findings) if (code !== "too-few-requests") expect(message).toContain(url);
  });
});

describe("judgeSessions", () => {
  const healthy: SessionReport = { rounds: 4, clients: 1, unanswered: 0, cut: 0, errors: [] };

  test.each([
    { name: "a session that survives", app: replicated, report: {}, expected: [] },
    { name: "a single replica that does not answer", app: single, report: { unanswered: 9 }, expected: [] },
    {
      name: "no answer although other replicas run",
      app: replicated,
      report: { unanswered: 1 },
      expected: ["unanswered"],
    },
    { name: "responses cut by the kills", app: replicated, report: { cut: kills }, expected: [] },
    { name: "more cut responses than kills", app: replicated, report: { cut: kills + 1 }, expected: ["cut"] },
    { name: "an error", app: single, report: { rounds: 0, errors: ["/cart/ answered 500"] }, expected: ["error"] },
    { name: "a session that ends", app: single, report: { rounds: 2 }, expected: ["session-ended"] },
  ])("$name", ({ app, report, expected }) => {
    const findings = judgeSessions({ ...everyApp(healthy), [app]: { ...healthy, ...report } }, replicas);
    expect(codes(findings)).toEqual(expected);
    for (const { message } of findings) expect(message).toContain(app);
  });

  test("shows the error", () => {
    const findings = judgeSessions(
      { ...everyApp(healthy), [single]: { ...healthy, errors: ["/cart/ answered 500"] } },
      replicas,
    );
    expect(messages(findings)).toContain("/cart/ answered 500");
  });

  test("an application without a report", () => {
    const { [single]: _, ...others } = everyApp(healthy);
    expect(codes(judgeSessions(others, replicas))).toEqual(["no-report"]);
    expect(judgeSessions(others, { [replicated]: kills })).toEqual([]);
  });
});

describe("judgeOutage", () => {
  const app = single;
  const healthy: OutageReport = {
    requests: 90,
    unavailable: { page: 20, json: 0 },
    unexpected: [],
    acknowledged: 12,
    lost: [],
    recoveryMs: 900,
    unrecovered: [],
  };

  test.each([
    { name: "an outage and a recovery", report: {}, expected: [] },
    { name: "no 503 page", report: { unavailable: { page: 0, json: 9 } }, expected: ["no-503-page"] },
    { name: "one write", report: { acknowledged: 1 }, expected: ["too-few-writes"] },
    { name: "a 502 of the proxy", report: { unexpected: ["/ answered 502"] }, expected: ["unexpected"] },
    { name: "a lost write", report: { lost: ["/contact/1/: a text"] }, expected: ["lost-write"] },
    { name: "a reader that does not recover", report: { unrecovered: ["reads /"] }, expected: ["unrecovered"] },
  ])("$name", ({ report, expected }) => {
    const findings = judgeOutage({ ...everyApp(healthy), [app]: { ...healthy, ...report } }, apps);
    expect(codes(findings)).toEqual(expected);
    const details = Object.values(report).flatMap((value) => (Array.isArray(value) ? value : []));
    for (const detail of [app, ...details]) if (findings.length > 0) expect(messages(findings)).toContain(detail);
  });

  test("an application without a report", () => {
    const { [app]: _, ...others } = everyApp(healthy);
    expect(codes(judgeOutage(others, apps))).toEqual(["no-report"]);
    expect(judgeOutage(others, [replicated])).toEqual([]);
  });
});

describe("judgeContainers", () => {
  const line = "/wmd-test-app-1 running, 0 restarts, since 2026-01-01T00:00:00Z";
  const other = "/wmd-test-app-2 running, 0 restarts, since 2026-01-01T00:00:00Z";

  test.each([
    { name: "the same containers", after: [other, line], expected: [] },
    {
      name: "a container that the engine restarted",
      after: [line.replace("0 restarts", "1 restarts"), other],
      expected: ["restarted"],
    },
    {
      name: "a container that was started again",
      after: [line.replace("00:00:00", "00:00:20"), other],
      expected: ["restarted"],
    },
    { name: "a container that is gone", after: [other], expected: ["restarted"] },
  ])("$name", ({ after, expected }) => {
    const findings = judgeContainers([line, other], after);
    expect(codes(findings)).toEqual(expected);
    for (const { message } of findings) expect(message).toContain(line);
  });
});

describe("judgeSlowClients", () => {
  const healthy: SlowClientsReport[number] = {
    attack: "bodies",
    connections: 8,
    refused: 0,
    mustBeRefused: false,
    answered: 20,
    busy: 0,
    failures: [],
    p99Ms: 9,
    maxMs: 10,
  };

  test.each([
    { name: "visitors who are answered", reports: [{}], expected: [] },
    { name: "no attack", reports: [], expected: ["no-report"] },
    { name: "too few visits", reports: [{ answered: 9 }], expected: ["too-few-visits"] },
    { name: "a visitor who is not answered", reports: [{}, { failures: ["timeout"] }], expected: ["not-answered"] },
    { name: "bodies that are refused", reports: [{ mustBeRefused: true, refused: 8 }], expected: [] },
    { name: "a body that is accepted", reports: [{ mustBeRefused: true, refused: 7 }], expected: ["not-refused"] },
  ])("$name", ({ reports, expected }) =>
    expect(codes(judgeSlowClients(reports.map((report) => ({ ...healthy, ...report }))))).toEqual(expected),
  );
});
