import type { Unit } from "../api/dashboard.ts";

const whole = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR", maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });
const short = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR", notation: "compact" });
const count = new Intl.NumberFormat("en-IE");
const percent = new Intl.NumberFormat("en-IE", { style: "percent", maximumFractionDigits: 0 });

/** Amounts are euro cents. */
export const euros = (cents: number): string => whole.format(cents / 100);
export const eurosAndCents = (cents: number): string => exact.format(cents / 100);
/** Compact, for an axis: €12K. */
export const eurosShort = (cents: number): string => short.format(cents / 100);
export const number = (value: number): string => count.format(value);
export const share = (part: number, all: number): string => percent.format(all === 0 ? 0 : part / all);

// `Date` parses an ISO date without a time as UTC, so it must be formatted as UTC.
const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
const fullDay = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", dateStyle: "long" });
const month = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", month: "short", year: "numeric" });

/** 23 November 2026 */
export const longDay = (iso: string): string => fullDay.format(new Date(iso));

/** The name of a bucket by its first day: 23 Nov, week of 23 Nov, Nov 2026. */
export const bucketName = (iso: string, unit: Unit): string => {
  const start = new Date(iso);
  switch (unit) {
    case "day":
      return day.format(start);
    case "week":
      return `week of ${day.format(start)}`;
    case "month":
      return month.format(start);
  }
};

/** The name of a bucket, shortened for an axis. */
export const tick = (iso: string, unit: Unit): string =>
  unit === "month" ? month.format(new Date(iso)).split(" ")[0] ?? "" : day.format(new Date(iso));
