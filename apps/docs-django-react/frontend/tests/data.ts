import type { Dashboard, Report } from "../src/api/dashboard.ts";
import type { Diagram, DiagramPage, DiagramSummary } from "../src/api/diagrams.ts";

export const report: Report = {
  first: "2026-03-18",
  last: "2026-03-31",
  unit: "week",
  totals: { revenue: 123_450, sales: 10, units: 14 },
  previous: { revenue: 100_000, sales: 12, units: 20 },
  series: [
    { start: "2026-03-18", revenue: { online: 10_000, studio: 5000, partner: 0 }, total: 15_000 },
    { start: "2026-03-25", revenue: { online: 90_000, studio: 10_000, partner: 8450 }, total: 108_450 },
  ],
  channels: [
    { channel: "online", label: "Online", revenue: 100_000 },
    { channel: "studio", label: "Studio", revenue: 15_000 },
    { channel: "partner", label: "Partners", revenue: 8450 },
  ],
  products: [{ name: "Lamp", category: "Lighting", units: 1400, revenue: 123_450 }],
  weekdays: [100, 200, 300, 400, 500, 60_000, 0],
};

export const nothing: Report = {
  ...report,
  totals: { revenue: 0, sales: 0, units: 0 },
  previous: { revenue: 0, sales: 0, units: 0 },
  series: report.series.map(({ start }) => ({ start, revenue: { online: 0, studio: 0, partner: 0 }, total: 0 })),
  channels: report.channels.map((channel) => ({ ...channel, revenue: 0 })),
  products: [],
  weekdays: [0, 0, 0, 0, 0, 0, 0],
};

export const dashboard: Dashboard = { range: "13w", currency: "EUR", report };

export const diagram: Diagram = {
  id: "d1",
  name: "Tea",
  version: 3,
  savedBy: "",
  updatedAt: "2026-03-31T10:00:00.000+00:00",
  nodes: [
    { id: "a", kind: "start", label: "Thirst", x: 0, y: 0 },
    { id: "b", kind: "decision", label: "Water?", x: 0, y: 120 },
    { id: "c", kind: "end", label: "Tea", x: 0, y: 240 },
  ],
  edges: [
    { id: "e", source: "a", target: "b", label: "" },
    { id: "f", source: "b", target: "c", label: "yes" },
  ],
};

const listed: DiagramSummary[] = [
  { id: "d1", name: "Tea", version: 3, savedBy: "ada", updatedAt: "2026-03-31T10:00:00.000+00:00", shapes: 3 },
  { id: "d2", name: "Coffee", version: 1, savedBy: "", updatedAt: "2026-03-30T10:00:00.000+00:00", shapes: 1 },
];

export const list: DiagramPage = { diagrams: listed, page: 1, pages: 1, total: 2 };
export const emptyList: DiagramPage = { diagrams: [], page: 1, pages: 1, total: 0 };
