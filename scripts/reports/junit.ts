/** Reads the reports of test runners. All of them write JUnit's XML. */
import { XMLParser } from "fast-xml-parser";
import type { Files } from "../core/files.ts";

/** Below this folder every test runner writes its report, so that `npm test` can count all tests. */
export const resultsFolder = ".pipeline/results";

export interface TestCase {
  readonly name: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly outcome: "passed" | "failed" | "skipped";
  /** The runner's message for a failure, with its stack trace. */
  readonly message: string;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const asArray = ["testsuite", "testcase", "failure", "error"];
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  isArray: (name) => asArray.includes(name),
  processEntities: true,
});

interface Suite {
  readonly testsuite?: readonly Suite[];
  readonly testcase?: readonly Case[];
  readonly file?: string;
}
interface Case {
  readonly name?: string;
  readonly classname?: string;
  readonly file?: string;
  readonly line?: string;
  readonly failure?: readonly (string | { readonly "#text"?: string; readonly message?: string })[];
  readonly error?: readonly (string | { readonly "#text"?: string; readonly message?: string })[];
  readonly skipped?: unknown;
}

/** @throws Error if the text is not a JUnit report */
export function parseReport(xml: string): readonly TestCase[] {
  const parsed = parser.parse(xml) as { testsuites?: Suite | ""; testsuite?: readonly Suite[] };
  if (parsed.testsuites === undefined && parsed.testsuite === undefined) throw new Error("is not a JUnit report");
  return casesOf({ testsuite: [...(parsed.testsuite ?? []), ...(parsed.testsuites ? [parsed.testsuites] : [])] });
}

const casesOf = (suite: Suite): readonly TestCase[] => [
  ...(suite.testcase ?? []).map((one) => testCase(one, suite.file)),
  ...(suite.testsuite ?? []).flatMap(casesOf),
];

function testCase(one: Case, file: string | undefined): TestCase {
  const [failure] = [...(one.failure ?? []), ...(one.error ?? [])];
  const message =
    failure === undefined ? "" : typeof failure === "string" ? failure : (failure["#text"] ?? failure.message ?? "");
  const frame = frameOf(message, one.classname);
  return {
    name: [one.classname, one.name].filter(Boolean).join(" › "),
    file: one.file ?? file ?? frame?.file,
    line: one.line === undefined ? frame?.line : Number(one.line),
    outcome: failure === undefined ? (one.skipped === undefined ? "passed" : "skipped") : "failed",
    message,
  };
}

/**
 * The place of a failure, from its stack trace, since most reports do not contain it: the frame in the file of the test
 * (the class name of vitest is a file, that of pytest a module), or else the first frame that is not in a library.
 */
function frameOf(
  trace: string,
  test: string | undefined,
): { readonly file: string; readonly line: number } | undefined {
  const frames = [...trace.matchAll(/^\s*(?:❯ (?:\S+ )?)?([\w./-]+\.\w+):(\d+)/gmu)]
    .map(([, path = "", line]) => ({ file: path.replace(/^\/app\//u, ""), line: Number(line) }))
    .filter(({ file }) => !/^(?:\/|\.\.\/)/u.test(file));
  const module = ({ file }: { readonly file: string }): string => file.replace(/\.py$/u, "").replaceAll("/", ".");
  return frames.find((frame) => frame.file === test || `${test}.`.startsWith(`${module(frame)}.`)) ?? frames[0];
}

/** All reports below a folder, in the order of their paths. */
export function reportsBelow(folder: string, files: Files): readonly TestCase[] {
  return files
    .list(folder, { recursive: true })
    .filter((path) => path.endsWith(".xml") && !path.endsWith("coverage.xml"))
    .toSorted()
    .flatMap((path) => {
      try {
        return parseReport(files.read(path));
      } catch (cause) {
        throw new Error(`${path} ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    });
}

export const tally = (cases: readonly TestCase[]): Tally => ({
  passed: cases.filter(({ outcome }) => outcome === "passed").length,
  failed: cases.filter(({ outcome }) => outcome === "failed").length,
  skipped: cases.filter(({ outcome }) => outcome === "skipped").length,
});

export const sum = (tallies: readonly Tally[]): Tally => ({
  passed: tallies.reduce((total, { passed }) => total + passed, 0),
  failed: tallies.reduce((total, { failed }) => total + failed, 0),
  skipped: tallies.reduce((total, { skipped }) => total + skipped, 0),
});

/** The last line of a test run: the number of tests by result. */
export const verdictLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
