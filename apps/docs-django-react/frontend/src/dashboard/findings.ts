/** The most important value of each chart; `texts.ts` describes it in a sentence. */

import type { Report, Totals, Unit } from "../api/dashboard.ts";
import { share } from "./format.ts";

/** Revenues are euro cents; `weekday` counts from 0, which is Monday. */
export type Finding =
  | { readonly kind: "no sales" }
  | { readonly kind: "best bucket"; readonly unit: Unit; readonly start: string; readonly revenue: number }
  | { readonly kind: "best channel"; readonly label: string; readonly revenue: number; readonly total: number }
  | { readonly kind: "best product"; readonly name: string; readonly revenue: number; readonly units: number }
  | { readonly kind: "best weekday"; readonly weekday: number; readonly revenue: number };

const noSales: Finding = { kind: "no sales" };

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

export const revenueFinding = ({ series, unit }: Report): Finding => {
  const bucket = best(series, ({ total }) => total);
  return bucket ? { kind: "best bucket", unit, start: bucket.start, revenue: bucket.total } : noSales;
};

export const channelFinding = ({ channels, totals }: Report): Finding => {
  const channel = best(channels, ({ revenue }) => revenue);
  return channel
    ? { kind: "best channel", label: channel.label, revenue: channel.revenue, total: totals.revenue }
    : noSales;
};

/** The server sorts the products by revenue. */
export const productFinding = ({ products: [product] }: Report): Finding =>
  product ? { kind: "best product", name: product.name, revenue: product.revenue, units: product.units } : noSales;

export const weekdayFinding = ({ weekdays }: Report): Finding => {
  const days = weekdays.map((revenue, weekday) => ({ revenue, weekday }));
  const day = best(days, ({ revenue }) => revenue);
  return day ? { kind: "best weekday", ...day } : noSales;
};
