import { describe, expect, test } from "vitest";
import { relativeChange, channelFinding, meanSale, productFinding, revenueFinding, weekdayFinding } from "../src/dashboard/findings.ts";
import { bucketName, euros, eurosAndCents, eurosShort, longDay, share, tick } from "../src/dashboard/format.ts";
import { nothing, report } from "./data.ts";

describe("the sentences that describe the charts", () => {
  test.each([
    { find: revenueFinding, message: "The best week was the week of 25 Mar, with €1,085." },
    { find: channelFinding, message: "Online brings in 81% of the revenue." },
    { find: productFinding, message: "Lamp leads with €1,235 from 1,400 pieces." },
    { find: weekdayFinding, message: "Saturdays take in most: €600 on average." },
  ])("$message", ({ find, message }) => {
    expect(find(report)).toBe(message);
    expect(find(nothing)).toBe("Nothing was sold in this time.");
  });

  test("names the first item on a tie", () => {
    expect(weekdayFinding({ ...report, weekdays: [0, 5, 5, 0, 0, 0, 0] })).toContain("Tuesdays");
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
