import { describe, expect, test } from "vitest";
import type { Report } from "../src/api/dashboard.ts";
import {
  channelFinding,
  type Finding,
  meanSale,
  productFinding,
  relativeChange,
  revenueFinding,
  weekdayFinding,
} from "../src/dashboard/findings.ts";
import { bucketName, euros, eurosAndCents, eurosShort, longDay, share, tick } from "../src/dashboard/format.ts";
import { findingText } from "../src/dashboard/texts.ts";
import { nothing, report } from "./data.ts";

describe("the most important value of each chart", () => {
  test.each<{ find: (from: Report) => Finding; finding: Finding }>([
    { find: revenueFinding, finding: { kind: "best bucket", unit: "week", start: "2026-03-25", revenue: 108_450 } },
    { find: channelFinding, finding: { kind: "best channel", label: "Online", revenue: 100_000, total: 123_450 } },
    { find: productFinding, finding: { kind: "best product", name: "Lamp", revenue: 123_450, units: 1400 } },
    { find: weekdayFinding, finding: { kind: "best weekday", weekday: 5, revenue: 60_000 } },
  ])("$finding.kind", ({ find, finding }) => {
    expect(find(report)).toEqual(finding);
    expect(find(nothing)).toEqual({ kind: "no sales" });
  });

  test("is the first item on a tie", () => {
    const tie = { ...report, weekdays: [0, 5, 5, 0, 0, 0, 0] };
    expect(weekdayFinding(tie)).toEqual({ kind: "best weekday", weekday: 1, revenue: 5 });
  });

  test.each<{ finding: Finding; values: readonly string[] }>([
    { finding: revenueFinding(report), values: ["week of 25 Mar", "€1,085"] },
    { finding: channelFinding(report), values: ["Online", "81%"] },
    { finding: productFinding(report), values: ["Lamp", "€1,235", "1,400"] },
    { finding: weekdayFinding(report), values: ["Saturday", "€600"] },
    { finding: { kind: "no sales" }, values: [] },
  ])("the sentence contains the values: $finding.kind", ({ finding, values }) => {
    for (const value of values) expect(findingText(finding)).toContain(value);
    expect(findingText(finding)).toMatch(/^[A-Z].*\.$/);
  });
});

describe("relativeChange", () => {
  test.each([
    { now: 118, before: 100, found: { text: "+18%", up: true } },
    { now: 50, before: 100, found: { text: "−50%", up: false } },
    { now: 7, before: 7, found: { text: "+0%", up: true } },
    { now: 7, before: 0, found: null },
  ])("$before to $now", ({ now, before, found }) => {
    expect(relativeChange(now, before)).toEqual(found);
  });

  test("the mean of no sales is 0", () => {
    expect(meanSale({ revenue: 1000, sales: 3, units: 3 })).toBe(333);
    expect(meanSale({ revenue: 0, sales: 0, units: 0 })).toBe(0);
  });
});

describe("formats", () => {
  test.each([
    [euros(123_456), "€1,235"],
    [eurosAndCents(123_456), "€1,234.56"],
    [eurosShort(2_200_000), "€22K"],
    [share(1, 3), "33%"],
    [share(1, 0), "0%"],
    [longDay("2026-03-31"), "31 March 2026"],
    [bucketName("2026-03-01", "day"), "1 Mar"],
    [bucketName("2026-03-01", "week"), "week of 1 Mar"],
    [bucketName("2026-03-01", "month"), "Mar 2026"],
    [tick("2026-03-01", "month"), "Mar"],
    [tick("2026-03-01", "week"), "1 Mar"],
  ])("%s", (found, wanted) => {
    expect(found).toBe(wanted);
  });
});
