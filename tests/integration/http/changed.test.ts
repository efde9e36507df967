import { expect, test } from "vitest";
import { appNames } from "../../../apps/catalog.ts";
import { parseChanged } from "./changed.ts";

test("without a list all applications are tested in full", () => expect(parseChanged("")).toEqual(appNames));

test("a list names the applications that are", () =>
  expect(parseChanged(JSON.stringify(appNames.slice(0, 2).toReversed()))).toEqual(appNames.slice(0, 2).toReversed()));

test.each(["[", '"all"', '["no-application"]'])("%s is an error", (written) =>
  expect(() => parseChanged(written)).toThrow(/Invalid/u),
);
