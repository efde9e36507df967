/** Tells whether two texts mean the same, and differ in comments alone. Pure. */
import { parse } from "yaml";
import { parseNginx } from "../../workflows-src/properties/nginx/parse.ts";

/** Names and labels contain the hashes of other files. */
const withoutHashes = (text: string): string => text.replaceAll(/\b[0-9a-f]{12}\b/gu, "hash");

const meaning = (path: string, text: string): string => {
  if (path.endsWith(".yml")) return JSON.stringify(parse(withoutHashes(text)));
  return path.endsWith(".conf") ? JSON.stringify(parseNginx(text)) : text;
};

export const differInComments = (path: string, one: string, other: string): boolean => {
  try {
    return meaning(path, one) === meaning(path, other);
  } catch {
    return false;
  }
};
