/** The times of scheduled runs, in UTC, and their cron expressions. Pure. */

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Hour = `${0 | 1}${Digit}` | `2${0 | 1 | 2 | 3}`;
type Minute = `${0 | 1 | 2 | 3 | 4 | 5}${Digit}`;

/** One run a week. A misspelled day and a time that no clock shows do not compile, unlike in a cron expression. */
export interface Weekly {
  readonly weekly: (typeof days)[number];
  readonly at: `${Hour}:${Minute}`;
}

export function cronOf({ weekly, at }: Weekly): string {
  const [hour, minute] = at.split(":").map(Number);
  return `${minute} ${hour} * * ${days.indexOf(weekly)}`;
}
