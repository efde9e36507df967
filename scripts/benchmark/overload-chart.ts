/** An overload run as a picture: requests a second that were served, refused and lost. Pure. */
import type { Overload, Second } from "./overload-report.ts";

const width = 900;
const height = 320;
const left = 60;
const right = 20;
const top = 40;
const bottom = 40;

const series = [
  { name: "served", colour: "#2563eb", of: (second: Second) => second.served },
  { name: "refused (503, 429)", colour: "#f59e0b", of: (second: Second) => second.shed },
  { name: "neither", colour: "#dc2626", of: (second: Second) => second.failed },
  { name: "failed at neighbours", colour: "#111827", of: (second: Second) => second.neighboursFailed },
] as const;

export function overloadChart(measured: readonly Second[], { app, capacity, offered }: Overload): string {
  const most = Math.max(offered, capacity, ...measured.flatMap((second) => series.map(({ of }) => of(second))));
  const x = (second: number): number => left + (second / Math.max(1, measured.length - 1)) * (width - left - right);
  const y = (rate: number): number => height - bottom - (rate / most) * (height - top - bottom);
  const line = (of: (second: Second) => number): string =>
    measured.map((second, index) => `${px(x(index))},${px(y(of(second)))}`).join(" ");
  const level = (rate: number, label: string): string =>
    [
      `<line x1="${left}" x2="${width - right}" y1="${px(y(rate))}" y2="${px(y(rate))}" stroke="#9ca3af" stroke-dasharray="4 4"/>`,
      `<text x="${left - 6}" y="${px(y(rate) + 4)}" text-anchor="end">${rate.toFixed(0)}/s</text>`,
      `<text x="${width - right}" y="${px(y(rate) - 4)}" text-anchor="end" fill="#6b7280">${label}</text>`,
    ].join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>Requests a second at ${app} while it is offered ${offered}/s</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    level(capacity, "capacity"),
    level(offered, "offered"),
    ...series.map(
      ({ colour, of }) => `<polyline points="${line(of)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
    ),
    ...series.map(
      ({ name, colour }, index) =>
        `<rect x="${left + index * 170}" y="10" width="12" height="12" fill="${colour}"/><text x="${left + 18 + index * 170}" y="20">${name}</text>`,
    ),
    `<text x="${left}" y="${height - 12}">0 s</text><text x="${width - right}" y="${height - 12}" text-anchor="end">${measured.length} s</text>`,
    "</svg>",
    "",
  ].join("\n");
}

const px = (value: number): string => value.toFixed(1);
