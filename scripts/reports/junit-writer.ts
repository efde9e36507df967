/** Writes a JUnit report. Pure. */
import XMLBuilder from "fast-xml-builder";

export interface ReportedCase {
  readonly classname: string;
  readonly name: string;
  readonly file: string;
  readonly line: number | undefined;
  readonly failure: { readonly message: string; readonly text: string } | undefined;
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  format: true,
  suppressEmptyNode: true,
});

export const junitReport = (suite: string, cases: readonly ReportedCase[]): string =>
  builder.build({
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    testsuites: {
      testsuite: {
        "@name": suite,
        "@tests": cases.length,
        "@failures": cases.filter(({ failure }) => failure !== undefined).length,
        testcase: cases.map(testCase),
      },
    },
  });

const testCase = ({ classname, name, file, line, failure }: ReportedCase): object => ({
  "@classname": classname,
  "@name": printable(name),
  "@file": printable(file),
  ...(line === undefined ? {} : { "@line": line }),
  ...(failure ? { failure: { "@message": printable(failure.message), "#text": printable(failure.text) } } : {}),
});

/** XML cannot express control characters, and the builder passes them on. */
const printable = (text: string): string => text.replaceAll(/(?![\t\n\r])\p{Cc}/gu, "");
