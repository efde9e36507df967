import { array, number, object } from "valibot";
import { describe, expect, test } from "vitest";
import { parseJson } from "./json.ts";
import { UserError } from "./user-error.ts";

const schema = array(object({ port: number() }));

describe("JSON of another program", () => {
  test("keeps what the schema names and drops the rest", () => {
    expect(parseJson(schema, '[{"port":1,"other":true}]', "a file")).toEqual([{ port: 1 }]);
  });

  test.each([
    { text: "", names: "JSON" },
    { text: "{", names: "JSON" },
    { text: "null", names: "null" },
    { text: '[{"port":1},{"port":"80"}]', names: "1.port" },
    { text: "[{}]", names: "0.port" },
  ])("$text is refused; the message names the source and $names", ({ text, names }) => {
    const parse = () => parseJson(schema, text, "`docker ps`");
    expect(parse).toThrow(UserError);
    expect(parse).toThrow("`docker ps`");
    expect(parse).toThrow(names);
  });
});
