/** The cookies that a response sets. */
import type { HttpResponse } from "./request.ts";

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** By their names in lower case; the value of a flag is empty. */
  readonly attributes: ReadonlyMap<string, string>;
}

type Pair = readonly [string, string];

const pair = (text: string): Pair => {
  const [name = "", ...value] = text.trim().split("=");
  return [name, value.join("=")];
};

export const cookiesOf = ({ headers }: HttpResponse): readonly Cookie[] =>
  (headers["set-cookie"] ?? []).map((line) => {
    const [[name, value], ...attributes] = line.split(";").map(pair) as [Pair, ...Pair[]];
    return { name, value, attributes: new Map(attributes.map(([key, text]) => [key.toLowerCase(), text])) };
  });
