/** The exit codes of every command. */
export const exitCodes = { ok: 0, failed: 1, misuse: 2, signal: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "the command succeeded",
  failed: "the command failed",
  misuse: "the command line is wrong: nothing was done",
  signal: "a signal ended the command",
};
