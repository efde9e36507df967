/** Where a compiler or linter found something, read from its output. Pure. */

export interface PlacedMessage {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Every line of the form `file(line,column): message` or `file:line:column message`. */
export const placesIn = (report: string): readonly PlacedMessage[] =>
  [...report.matchAll(/^([\w./-]+\.\w+)(?:\((\d+),\d+\)|:(\d+):\d+):? (.+)$/gmu)].map(
    ([, file = "", inBrackets, afterColon, message = ""]) => ({
      file,
      line: Number(inBrackets ?? afterColon),
      message,
    }),
  );
