/** The times of scheduled runs, in UTC, and their cron expressions. Pure. */
import { Mistake } from "./mistake.ts";

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const months = [
  ...(["January", "February", "March", "April", "May", "June"] as const),
  ...(["July", "August", "September", "October", "November", "December"] as const),
] as const;
/** The days of the months, in the order of their names. */
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

type Day = (typeof days)[number];
type Month = (typeof months)[number];
type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type Hour = `${0 | 1}${Digit}` | `2${0 | 1 | 2 | 3}`;
type Minute = `${0 | 1 | 2 | 3 | 4 | 5}${Digit}`;

type Tens<T extends number, Digits extends number> = `${T}${Digits}` extends `${infer N extends number}` ? N : never;
type MinuteOfHour = Digit | Tens<1 | 2 | 3 | 4 | 5, Digit>;
type HourOfDay = Digit | Tens<1, Digit> | 20 | 21 | 22 | 23;
type DayOfMonth = Exclude<Digit, 0> | Tens<1 | 2, Digit> | 30 | 31;

type Some<T> = T | readonly [T, ...T[]] | { readonly from: T; readonly to: T };

/** One run a week. A misspelled day and a time that no clock shows do not compile, unlike in a cron expression. */
export interface Weekly {
  readonly weekly: Day;
  readonly at: `${Hour}:${Minute}`;
}

/** The fields of a cron expression; one that is left out means every. GitHub starts no run more often than every 5 minutes. */
export interface Times {
  readonly minute: Some<MinuteOfHour> | { readonly every: 5 | 10 | 15 | 20 | 30 };
  readonly hour?: Some<HourOfDay> | { readonly every: 2 | 3 | 4 | 6 | 8 | 12 };
  readonly dayOfMonth?: Some<DayOfMonth>;
  readonly month?: Some<Month>;
  readonly weekday?: Some<Day>;
}

export type Schedule = Weekly | Times | readonly [Weekly | Times, ...(Weekly | Times)[]];

/** @throws Mistake when the times name a day that never comes, or a day both of the month and of the week */
export const cronsOf = (schedule: Schedule): readonly [string, ...string[]] => {
  const [first, ...more] = "minute" in schedule || "weekly" in schedule ? [schedule] : schedule;
  return [cronOf(first), ...more.map(cronOf)];
};

function cronOf(when: Weekly | Times): string {
  if ("weekly" in when) {
    const [hour, minute] = when.at.split(":").map(Number);
    return `${minute} ${hour} * * ${days.indexOf(when.weekly)}`;
  }
  const { minute, hour, dayOfMonth, month, weekday } = when;
  if (dayOfMonth !== undefined && weekday !== undefined)
    throw new Mistake(
      "two-days",
      "A schedule has a dayOfMonth and a weekday, and cron would run on either",
      "Leave one out",
    );
  const fields = [
    field<number>(minute, (value) => value),
    field<number>(hour, (value) => value),
    field<number>(dayOfMonth, (value) => value),
    field<Month>(month, (value) => months.indexOf(value) + 1),
    field<Day>(weekday, (value) => days.indexOf(value)),
  ];
  if (!someDayExists(valuesOf(fields[2]!, 1, 31), valuesOf(fields[3]!, 1, 12)))
    throw new Mistake(
      "no-such-day",
      `No month of the schedule ${fields.join(" ")} has that day`,
      "Correct dayOfMonth or month",
    );
  return fields.join(" ");
}

function field<T extends string | number>(
  some: T | readonly T[] | { readonly from: T; readonly to: T } | { readonly every: number } | undefined,
  numberOf: (value: T) => number,
): string {
  if (some === undefined) return "*";
  if (typeof some !== "object") return String(numberOf(some));
  if (isList(some)) return some.map(numberOf).join(",");
  if ("every" in some) return `*/${some.every}`;
  const [from, to] = [numberOf(some.from), numberOf(some.to)];
  if (from >= to)
    throw new Mistake(
      "backwards",
      `A schedule goes from ${some.from} to ${some.to}`,
      "Let it go forwards, or use a list",
    );
  return `${from}-${to}`;
}

const isList = <T>(some: readonly T[] | object): some is readonly T[] => Array.isArray(some);

const someDayExists = (dates: readonly number[], inMonths: readonly number[]): boolean =>
  inMonths.some((month) => dates.some((date) => date <= lengths[month - 1]!));

/** The values of a field that is `*`, a list or a range. */
function valuesOf(written: string, lowest: number, highest: number): readonly number[] {
  const [from, to] = written === "*" ? [lowest, highest] : written.split("-").map(Number);
  if (to === undefined) return written.split(",").map(Number);
  return Array.from({ length: to - from! + 1 }, (_, index) => from! + index);
}
