/** The table of layers and the list of survivors. Pure. */
import { duration, thousands } from "../core/format.ts";
import { columns } from "../reports/tables.ts";
import { explained, explains } from "./explained.ts";
import { type Judged, type Mutant, families, layers } from "./mutant.ts";

/** The share of mutants that has to be caught. */
export const requiredShare = 0.95;

interface Row {
  readonly name: string;
  readonly sources: number;
  readonly texts: number;
  readonly deliberate: number;
  readonly milliseconds: number;
}

type Survivor = Mutant & { readonly reason?: string };

export interface Report {
  readonly rows: readonly Row[];
  readonly caught: number;
  readonly counted: number;
  readonly survivors: readonly Survivor[];
  /** Entries of the list of explained survivors that explain none. */
  readonly unused: readonly string[];
  readonly passed: boolean;
}

const layerOf = ({ verdict }: Judged): string => (verdict.kind === "caught" ? verdict.layer : verdict.kind);

/** @param whole whether all mutants were judged: otherwise an explained survivor may be missing */
export function reportOf(judged: readonly Judged[], whole: boolean): Report {
  const rows = [...layers, "survived", "comments", "unchanged"].map((name): Row => {
    const own = judged.filter((one) => layerOf(one) === name);
    const [sources, texts, deliberate] = families.map(
      (family) => own.filter(({ mutant }) => mutant.family === family).length,
    ) as [number, number, number];
    const milliseconds = own.reduce((sum, one) => sum + one.milliseconds, 0);
    return { name, sources, texts, deliberate, milliseconds };
  });
  const survived = judged.flatMap(({ mutant, verdict }) => (verdict.kind === "survived" ? [mutant] : []));
  const caught = judged.filter(({ verdict }) => verdict.kind === "caught").length;
  const counted = caught + survived.length;
  const survivors = survived.map((mutant): Survivor => {
    const reason = explained.find((entry) => explains(entry, mutant))?.reason;
    return reason === undefined ? mutant : { ...mutant, reason };
  });
  const unused = whole
    ? explained
        .filter((entry) => !survived.some((mutant) => explains(entry, mutant)))
        .map(({ file, original = "" }) => `${file}: ${original}`)
    : [];
  const passed =
    caught >= requiredShare * counted && survivors.every(({ reason }) => reason !== undefined) && unused.length === 0;
  return { rows, caught, counted, survivors, unused, passed };
}

const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

export const survivorLine = ({ file, line, operator, original, replacement }: Mutant): string =>
  `${file}:${line}: ${operator}: ${oneLine(original)} → ${oneLine(replacement) || "(nothing)"}`;

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

export function page({ rows, caught, counted, survivors, unused }: Report, milliseconds: number): string {
  const table = rows.map(({ name, sources, texts, deliberate, milliseconds: own }) => [
    name,
    ...[sources, texts, deliberate, sources + texts + deliberate].map(thousands),
    duration(own),
  ]);
  const open = survivors.filter(({ reason }) => reason === undefined);
  const known = survivors.filter(({ reason }) => reason !== undefined);
  return [
    columns([["layer", ...families, "all", "time"], ...table]),
    ...(open.length > 0 ? ["", "Survived:", ...open.map(survivorLine)] : []),
    ...(known.length > 0
      ? ["", "Survived, with a reason:", ...known.map((one) => `${survivorLine(one)}: ${one.reason}`)]
      : []),
    ...unused.map((entry) => `${entry} explains no survivor: remove it from scripts/mutants/explained.ts`),
    "",
    `${thousands(caught)} of ${thousands(counted)} mutants are caught (${percent(caught, counted)}), in ${duration(milliseconds)}.`,
    "",
  ].join("\n");
}
