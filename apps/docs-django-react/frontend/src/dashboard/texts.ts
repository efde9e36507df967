/** The sentences of the dashboard. */

import type { Unit } from "../api/dashboard.ts";
import type { Finding } from "./findings.ts";
import { bucketName, euros, number, share } from "./format.ts";

export const weekdayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const weekdayPlurals = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"] as const;

export const findingText = (finding: Finding): string => {
  switch (finding.kind) {
    case "no sales":
      return "There were no sales in this period.";
    case "best bucket": {
      const { unit, start, revenue } = finding;
      return `The best ${unit} was ${unit === "week" ? "the " : ""}${bucketName(start, unit)}, with ${euros(revenue)}.`;
    }
    case "best channel":
      return `${finding.label} brings in ${share(finding.revenue, finding.total)} of the revenue.`;
    case "best product":
      return `${finding.name} has the highest revenue: ${euros(finding.revenue)} from ${number(finding.units)} units.`;
    case "best weekday":
      return `${weekdayPlurals[finding.weekday] ?? ""} have the highest mean revenue: ${euros(finding.revenue)}.`;
  }
};

/** Follows the relative change of a figure. The unit of the buckets tells the range, and so the period to compare with. */
export const comparisonTexts: Readonly<Record<Unit, string>> = {
  day: "compared with the 30 days before",
  week: "compared with the 13 weeks before",
  month: "compared with a year before",
};

export const dashboardTexts = {
  empty: "The charts appear here after the first sale.",
  noComparison: "No earlier sales to compare with",
} as const;
