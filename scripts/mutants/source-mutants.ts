/** Mutates TypeScript with the operators of Stryker: all mutants of a file are in one text, and a switch turns one of them on. */
import { Instrumenter } from "@stryker-mutator/instrumenter";
import type { Mutant } from "./mutant.ts";

export interface SourceMutant extends Mutant {
  /** The value of the switch. */
  readonly id: string;
}

export interface Instrumented {
  readonly texts: ReadonlyMap<string, string>;
  readonly mutants: readonly SourceMutant[];
}

const silent = (): void => undefined;
const silence = { trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent };
const no = (): boolean => false;
const logger = {
  ...silence,
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
};

/** Stryker leaves constants alone that are marked so. What a catalog or a contract contains is what has to be mutated. */
const withoutConst = (text: string): string => text.replaceAll("as const", "        ");

/** @param sources texts by their paths */
export async function instrument(sources: ReadonlyMap<string, string>): Promise<Instrumented> {
  const files = [...sources].map(([name, text]) => ({ name, mutate: true, content: withoutConst(text) }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  const { files: texts, mutants } = await new Instrumenter(logger).instrument(files, options);
  return {
    texts: new Map(texts.map(({ name, content }) => [name, content])),
    mutants: mutants.map(({ id, fileName, location, mutatorName, replacement }) => {
      const text = sources.get(fileName) ?? "";
      const range = [offsetOf(text, location.start), offsetOf(text, location.end)] as const;
      return {
        id,
        family: "sources",
        file: fileName,
        line: location.start.line + 1,
        operator: mutatorName,
        original: text.slice(...range),
        replacement,
        range,
      };
    }),
  };
}

interface Position {
  /** Both count from 0. */
  readonly line: number;
  readonly column: number;
}

const offsetOf = (text: string, { line, column }: Position): number =>
  text.split("\n", line).reduce((sum, before) => sum + before.length + 1, column);
