import * as v from "valibot";
import { read } from "./client.ts";

const ranges = ["30d", "13w", "12m"] as const;
const units = ["day", "week", "month"] as const;
const channels = ["online", "studio", "partner"] as const;

export type Range = (typeof ranges)[number];
export type Unit = (typeof units)[number];
export type Channel = (typeof channels)[number];

/** Euro cents. */
const Cents = v.number();
const Totals = v.object({ revenue: Cents, sales: v.number(), units: v.number() });
const Revenue = v.object({ online: Cents, studio: Cents, partner: Cents });

const Report = v.object({
  first: v.pipe(v.string(), v.isoDate()),
  last: v.pipe(v.string(), v.isoDate()),
  unit: v.picklist(units),
  totals: Totals,
  previous: Totals,
  series: v.array(v.object({ start: v.pipe(v.string(), v.isoDate()), revenue: Revenue, total: Cents })),
  channels: v.array(v.object({ channel: v.picklist(channels), label: v.string(), revenue: Cents })),
  products: v.array(
    v.object({ name: v.string(), category: v.string(), units: v.number(), revenue: Cents }),
  ),
  weekdays: v.pipe(v.array(Cents), v.length(7)),
});

const Dashboard = v.object({
  range: v.picklist(ranges),
  currency: v.literal("EUR"),
  report: v.nullable(Report),
});

export type Totals = v.InferOutput<typeof Totals>;
/** Covers the days from `first` to `last`; `weekdays` holds mean revenues, Monday first. */
export type Report = v.InferOutput<typeof Report>;
export type Dashboard = v.InferOutput<typeof Dashboard>;

/** `range` is the unchecked query parameter; the server validates it. */
export const readDashboard = async (range: string | null, signal?: AbortSignal): Promise<Dashboard> =>
  read(range === null ? "dashboard" : `dashboard?range=${encodeURIComponent(range)}`, Dashboard, signal);
