/** The bytes of a file as text, or what is wrong with them. Pure. */
import { type Finding, start } from "./workflow/finding.ts";

/** More than any workflow that a person or a compiler writes. */
export const largestFile = 1_000_000;

const codes: Readonly<Record<string, readonly [rule: string, message: string]>> = {
  ENOENT: ["missing-file", "there is no such file"],
  ENOTDIR: ["missing-file", "there is no such file: a part of its path is not a folder"],
  EISDIR: ["not-a-file", "this is a folder. Name the files in it"],
  ELOOP: ["missing-file", "the symbolic link leads back to itself"],
  EACCES: ["unreadable-file", "the file may not be read"],
};

/** @param code of the error with which reading failed */
export function unreadable(file: string, code: string | undefined): Finding {
  const [rule, message] = codes[code ?? ""] ?? [
    "unreadable-file",
    `the file cannot be read: ${code ?? "unknown error"}`,
  ];
  return { file, ...start, rule, message };
}

export const tooLarge = (file: string, size: number): Finding => ({
  file,
  ...start,
  rule: "file-size",
  message: `the file has ${size} bytes: at most ${largestFile} are read`,
});

export function decode(file: string, bytes: Uint8Array): string | Finding {
  const at = (offset: number, rule: string, message: string): Finding => ({
    file,
    ...positionOf(bytes, offset),
    rule,
    message,
  });
  if (bytes.length > largestFile) return tooLarge(file, bytes.length);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return at(0, "byte-order-mark", "the file begins with a byte order mark. Save it as UTF-8 without one");
  const wrong = firstInvalid(bytes);
  if (wrong !== undefined) return at(wrong, "not-utf8", "the file is not UTF-8 text. Save it as UTF-8");
  const carriageReturn = bytes.indexOf(0x0d);
  if (carriageReturn >= 0)
    return at(
      carriageReturn,
      "carriage-return",
      "the line ends with a carriage return. Save the file with LF as line ending",
    );
  const text = new TextDecoder().decode(bytes);
  if (text.split("\n").every((line) => /^\s*(?:#.*)?$/u.test(line)))
    return at(0, "empty-file", "the file contains no workflow");
  return text;
}

/** The offset of the first byte that is no UTF-8, or that is a control character which no text contains. */
function firstInvalid(bytes: Uint8Array): number | undefined {
  const control = bytes.findIndex((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  try {
    new TextDecoder("utf8", { fatal: true }).decode(bytes);
    return control < 0 ? undefined : control;
  } catch {
    const text = new TextDecoder().decode(bytes);
    return new TextEncoder().encode(text.slice(0, text.indexOf("\uFFFD"))).length;
  }
}

function positionOf(bytes: Uint8Array, offset: number) {
  const before = new TextDecoder().decode(bytes.subarray(0, offset)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
