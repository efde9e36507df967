/** JSON of other programs, checked against the shape that the tests expect of it. */
import * as v from "valibot";

/** Fails with the path and the value that do not fit. */
export const parseJson = <const Schema extends v.GenericSchema>(schema: Schema, text: string): v.InferOutput<Schema> =>
  v.parse(v.pipe(v.string(), v.parseJson(), schema), text);
