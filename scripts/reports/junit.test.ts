import { describe, expect, test } from "vitest";
import { parseReport, sum, tally, verdictLine } from "./junit.ts";

describe("a report", () => {
  test.each([
    {
      runner: "pytest",
      xml: `<testsuites><testsuite name="pytest"><testcase classname="tests.test_a" name="test_x" file="tests/test_a.py" line="3"/>
        <testcase classname="tests.test_a" name="test_y"><failure message="assert 1 == 2">E   assert 1 == 2</failure></testcase>
        <testcase classname="tests.test_a" name="test_z"><skipped type="pytest.skip"/></testcase></testsuite></testsuites>`,
      is: { passed: 1, failed: 1, skipped: 1 },
    },
    {
      runner: "vitest",
      xml: `<testsuites name="vitest tests"><testsuite name="a.test.ts"><testcase name="one"/><testcase name="two"><error>boom</error></testcase></testsuite></testsuites>`,
      is: { passed: 1, failed: 1, skipped: 0 },
    },
    { runner: "a runner without tests", xml: "<testsuites/>", is: { passed: 0, failed: 0, skipped: 0 } },
    {
      runner: "a single suite",
      xml: '<testsuite><testcase name="a"/></testsuite>',
      is: { passed: 1, failed: 0, skipped: 0 },
    },
    {
      runner: "nested suites",
      xml: '<testsuites><testsuite><testsuite><testcase name="a"/></testsuite><testcase name="b"/></testsuite></testsuites>',
      is: { passed: 2, failed: 0, skipped: 0 },
    },
  ])("$runner", ({ xml, is }) => expect(tally(parseReport(xml))).toEqual(is));

  test("contains the file, the line and the message of a failure", () => {
    const xml =
      '<testsuite file="b.py"><testcase classname="c" name="n" line="7"><failure>a &lt; b</failure></testcase></testsuite>';
    expect(parseReport(xml)).toEqual([{ name: "c › n", file: "b.py", line: 7, outcome: "failed", message: "a < b" }]);
  });

  test.each([
    {
      runner: "pytest",
      classname: "tests.test_a",
      trace: "def test_x():\n>  assert 1 == 2\nE  assert 1 == 2\n\ntests/test_a.py:35: AssertionError",
      is: { file: "tests/test_a.py", line: 35 },
    },
    {
      runner: "vitest",
      classname: "scripts/a.test.ts",
      trace: "Error: boom\n ❯ throwing scripts/a.ts:3:9\n ❯ scripts/a.test.ts:12:5",
      is: { file: "scripts/a.test.ts", line: 12 },
    },
    {
      runner: "pytest, with frames of a helper and a library, in an image",
      classname: "tests.test_a.TestX",
      trace:
        "tests/conftest.py:9: \n_ _\n/app/tests/test_a.py:35: in test_x\n/opt/venv/lib/django/http.py:7: in get\nE  boom",
      is: { file: "tests/test_a.py", line: 35 },
    },
    {
      runner: "pytest, with frames of a library only",
      classname: "tests.test_a",
      trace: "/opt/venv/lib/django/http.py:7: in get\n../lib/x.py:3: in y\nE  boom",
      is: { file: undefined, line: undefined },
    },
    {
      runner: "a runner without a stack trace",
      classname: "a",
      trace: "boom",
      is: { file: undefined, line: undefined },
    },
  ])("has the place of a failure, written by $runner", ({ classname, trace, is }) => {
    const xml = `<testsuite><testcase classname="${classname}" name="n"><failure>${trace.replace(">", "&gt;")}</failure></testcase></testsuite>`;
    expect(parseReport(xml)).toMatchObject([is]);
  });

  test.each(["", "not xml", "<coverage/>"])("the text %j is not a report", (xml) =>
    expect(() => parseReport(xml)).toThrow("not a JUnit report"),
  );
});

test("the last line has the sum of all tallies", () => {
  const total = sum([
    { passed: 2, failed: 0, skipped: 0 },
    { passed: 1, failed: 1, skipped: 0 },
  ]);
  expect(verdictLine(total)).toBe("3 passed, 1 failed");
  expect(verdictLine({ ...total, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
});
