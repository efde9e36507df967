/** What is made of what programs saw while the test stack was disturbed. */
import { describe, expect, test } from "vitest";
import { appNames } from "../../apps/catalog.ts";
import {
  type PersonSaw,
  type VisitorsSaw,
  type Watched,
  judgeContainers,
  judgeTraffic,
  judgeWatch,
  judgeWork,
} from "./verdicts.ts";

const everywhere = <Saw>(saw: Saw): Record<string, Saw> => Object.fromEntries(appNames.map((app) => [app, saw]));

describe("a watch", () => {
  const calm: Watched = { requests: 200, wrong: [], unexpected: [], down: [] };
  const url = "http://reverse-proxy/flask-soft-ui/healthz";

  test.each([
    { name: "that saw nothing", seen: {}, findings: [] },
    {
      name: "that hardly looked",
      seen: { requests: 199 },
      findings: ["only 199 requests were made; at least 200 say something"],
    },
    {
      name: "of another's answer",
      seen: { wrong: [{ url, expected: "flask-soft-ui", got: "rocket-ecommerce" }] },
      findings: [`${url} of flask-soft-ui was answered by rocket-ecommerce`],
    },
    {
      name: "of a failure",
      seen: { unexpected: [{ url, status: "500" }] },
      findings: [`${url} gave 500, which nobody's absence explains`],
    },
    { name: "of a door that stays shut", seen: { down: [url] }, findings: [`${url} does not answer again`] },
    {
      name: "of many failures, which names five",
      seen: { unexpected: Array.from({ length: 9 }, () => ({ url, status: "500" })) },
      findings: Array.from({ length: 5 }, () => `${url} gave 500, which nobody's absence explains`),
    },
  ])("$name", ({ seen, findings }) => expect(judgeWatch({ ...calm, ...seen })).toEqual(findings));
});

describe("work while a replica was killed", () => {
  const calm: PersonSaw = { rounds: 4, absences: 0, errors: [] };
  const among = "rocket-ecommerce";
  const alone = "ecommerce-flask";

  test.each([
    { name: "that went on", app: among, saw: {}, findings: [] },
    { name: "that waited for the only replica", app: alone, saw: { absences: 9 }, findings: [] },
    {
      name: "that waited though there were other replicas",
      app: among,
      saw: { absences: 1 },
      findings: ["rocket-ecommerce: nobody was there 1 times"],
    },
    {
      name: "with an error",
      app: alone,
      saw: { rounds: 0, errors: ["/cart/ gave 500"] },
      findings: ["ecommerce-flask: the person saw an error: /cart/ gave 500"],
    },
    {
      name: "that did not go on",
      app: alone,
      saw: { rounds: 2, absences: 9 },
      findings: ["ecommerce-flask: the session did not go on: 2 of 3 rounds were worked"],
    },
  ])("$name", ({ app, saw, findings }) =>
    expect(judgeWork({ ...everywhere(calm), [app]: { ...calm, ...saw } })).toEqual(findings),
  );

  test("in which somebody is missing", () => {
    const { [among]: _, ...others } = everywhere(calm);
    expect(judgeWork(others)).toEqual(["rocket-ecommerce: nobody worked there"]);
  });
});

describe("traffic while the database was away", () => {
  const app = "flask-soft-ui";
  const calm: VisitorsSaw = {
    requests: 90,
    refused: { page: 20, json: 0 },
    unexpected: [],
    acknowledged: 12,
    lost: [],
    recovery: 900,
    stuck: [],
  };

  test.each([
    { name: "that was refused and recovered", saw: {}, findings: [] },
    {
      name: "that was never refused",
      saw: { refused: { page: 0, json: 9 } },
      findings: ["flask-soft-ui: nobody was shown its page for a database that is away"],
    },
    { name: "that hardly wrote", saw: { acknowledged: 1 }, findings: ["flask-soft-ui: only 1 writes were done"] },
    { name: "with the proxy's page", saw: { unexpected: ["/ gave 502"] }, findings: ["flask-soft-ui: / gave 502"] },
    {
      name: "with a lost write",
      saw: { lost: ["/contact/1/: a text"] },
      findings: ["flask-soft-ui: was said to be written, and is lost: /contact/1/: a text"],
    },
    {
      name: "with somebody for whom it stays away",
      saw: { stuck: ["/ reads"] },
      findings: ["flask-soft-ui: did not recover: / reads"],
    },
  ])("$name", ({ saw, findings }) =>
    expect(judgeTraffic({ ...everywhere(calm), [app]: { ...calm, ...saw } })).toEqual(findings),
  );

  test("in which nobody came to one application", () => {
    const { [app]: _, ...others } = everywhere(calm);
    expect(judgeTraffic(others)).toEqual(["flask-soft-ui: nobody was there"]);
  });
});

describe("containers", () => {
  const line = "/wmd-test-flask-soft-ui-1 running, 0 restarts, since 2026-01-01T00:00:00Z";
  const other = "/wmd-test-flask-soft-ui-2 running, 0 restarts, since 2026-01-01T00:00:00Z";

  test.each([
    { name: "that go on", after: [other, line], findings: [] },
    {
      name: "of which one was restarted",
      after: [line.replace("0 restarts", "1 restarts"), other],
      findings: [`was restarted, or ended: ${line}`],
    },
    {
      name: "of which one was started anew",
      after: [line.replace("00:00:00", "00:00:20"), other],
      findings: [`was restarted, or ended: ${line}`],
    },
    { name: "of which one is gone", after: [other], findings: [`was restarted, or ended: ${line}`] },
  ])("$name", ({ after, findings }) => expect(judgeContainers([line, other], after)).toEqual(findings));
});
