/** One thing that is wrong: the code is for programs and tests, the message for people. */
export interface Finding {
  readonly code: string;
  readonly message: string;
}

export const finding = (code: string, message: string): Finding => ({ code, message });
