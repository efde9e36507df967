/** The ratios as a picture: a bar for each median, a line from the least to the greatest ratio. Pure. */
import { type Results, figuresOf, measuredScenarios } from "./results.ts";
import { scenarios } from "./scenarios.ts";
import type { Summary } from "./statistics.ts";

const colours = { ours: "#2563eb", "same steps": "#93c5fd" } as const;
const labels = 300;
const width = 900;
const bar = 16;
const gap = 14;
const top = 34;

interface Bar {
  readonly label: string;
  readonly colour: string;
  readonly ratio: Summary;
}

export function chartOf(results: Results): string {
  const groups = measuredScenarios(results).map((name) =>
    figuresOf(name, results).flatMap(({ contender, ratio }, index): readonly Bar[] =>
      ratio === undefined || !(contender in colours)
        ? []
        : [
            {
              label: index === 0 ? scenarios[name].title : "",
              colour: colours[contender as keyof typeof colours],
              ratio,
            },
          ],
    ),
  );
  const bars = groups.flat();
  const [low, high] = decadesOf(bars.flatMap(({ ratio }) => [ratio.min, ratio.max]));
  // Logarithmic, because the ratios differ by powers of ten.
  const x = (ratio: number): number =>
    labels + ((Math.log10(Math.max(ratio, 10 ** low)) - low) / (high - low)) * (width - labels - 70);
  const height = top + groups.reduce((sum, group) => sum + group.length * bar + gap, 0);

  let y = top;
  const drawn = groups.flatMap((group) => {
    const lines = group.flatMap((one) => {
      const line = barAt(one, y, x);
      y += bar;
      return line;
    });
    y += gap;
    return lines;
  });
  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>Time divided by the time of the baseline</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...decades.map((ratio) => gridLine(ratio, x(ratio), height)),
    ...drawn,
    ...Object.entries(colours).map(
      ([name, colour], index) =>
        `<rect x="${10 + index * 90}" y="8" width="12" height="12" fill="${colour}"/><text x="${26 + index * 90}" y="18">${name}</text>`,
    ),
    "</svg>",
    "",
  ].join("\n");
}

/** The powers of ten around the ratios and around 1. */
function decadesOf(values: readonly number[]): readonly [number, number] {
  const powers = values.filter((value) => value > 0).map(Math.log10);
  return [Math.min(-1, ...powers.map(Math.floor)), Math.max(1, ...powers.map(Math.ceil))];
}

const gridLine = (ratio: number, x: number, height: number): string =>
  [
    `<line x1="${px(x)}" y1="24" x2="${px(x)}" y2="${height}" stroke="${ratio === 1 ? "#111" : "#ddd"}"/>`,
    `<text x="${px(x)}" y="18" text-anchor="middle">${ratio === 1 ? "baseline" : ratio}</text>`,
  ].join("");

function barAt({ label, colour, ratio }: Bar, y: number, x: (ratio: number) => number): readonly string[] {
  const from = Math.min(x(ratio.median), x(1));
  const length = Math.abs(x(ratio.median) - x(1));
  const middle = y + bar / 2;
  return [
    `<text x="${labels - 10}" y="${middle + 4}" text-anchor="end">${label}</text>`,
    `<rect x="${px(from)}" y="${y + 2}" width="${px(length)}" height="${bar - 4}" fill="${colour}"/>`,
    `<line x1="${px(x(ratio.min))}" y1="${middle}" x2="${px(x(ratio.max))}" y2="${middle}" stroke="#111"/>`,
    `<text x="${px(Math.max(x(ratio.max), x(1)) + 6)}" y="${middle + 4}">${ratio.median.toFixed(2)}</text>`,
  ];
}

const px = (value: number): string => value.toFixed(1);
