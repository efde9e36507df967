/** Describes each chart in a sentence, as its text alternative and summary. */

import type { Report, Totals } from "../api/dashboard.ts";
import { bucketName, euros, number, share } from "./format.ts";

export const weekdayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const weekdaysInFull = [
  "Mondays",
  "Tuesdays",
  "Wednesdays",
  "Thursdays",
  "Fridays",
  "Saturdays",
  "Sundays",
] as const;

/** The relative change of a figure; null if the earlier figure is 0. */
export const relativeChange = (now: number, then: number): { text: string; up: boolean } | null => {
  if (then === 0) return null;
  const up = now >= then;
  return { text: `${up ? "+" : "−"}${share(Math.abs(now - then), then)}`, up };
};

export const meanSale = ({ revenue, sales }: Totals): number => (sales === 0 ? 0 : Math.round(revenue / sales));

/** The item with the highest amount, the first one on a tie; undefined if all amounts are 0. */
const best = <T>(items: readonly T[], amount: (item: T) => number): T | undefined =>
  items.reduce<T | undefined>((found, item) => (amount(item) > (found ? amount(found) : 0) ? item : found), undefined);

export const revenueFinding = ({ series, unit }: Report): string => {
  const peak = best(series, ({ total }) => total);
  if (peak === undefined) return "Nothing was sold in this time.";
  return `The best ${unit} was ${unit === "week" ? "the " : ""}${bucketName(peak.start, unit)}, with ${euros(peak.total)}.`;
};

export const channelFinding = ({ channels, totals }: Report): string => {
  const first = best(channels, ({ revenue }) => revenue);
  if (first === undefined) return "Nothing was sold in this time.";
  return `${first.label} brings in ${share(first.revenue, totals.revenue)} of the revenue.`;
};

export const productFinding = ({ products }: Report): string => {
  const [first] = products;
  if (first === undefined) return "Nothing was sold in this time.";
  return `${first.name} leads with ${euros(first.revenue)} from ${number(first.units)} pieces.`;
};

export const weekdayFinding = ({ weekdays }: Report): string => {
  const days = weekdays.map((revenue, index) => ({ revenue, name: weekdaysInFull[index] ?? "" }));
  const first = best(days, ({ revenue }) => revenue);
  if (first === undefined) return "Nothing was sold in this time.";
  return `${first.name} take in most: ${euros(first.revenue)} on average.`;
};
