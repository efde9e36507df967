/** Stripe as the tests meet it: a double that buyers pay at, and whose webhooks are sent again as often as one likes. */
import { createHmac } from "node:crypto";
import { expect } from "vitest";
import { type AppName, appNames } from "../../apps/catalog.ts";
import { type Answer, ask } from "./http.ts";
import { type Door, at, spec } from "./doors.ts";

interface Account {
  readonly key: string;
  /** Of its webhooks. */
  readonly secret: string;
}

interface Stripe {
  readonly origin: string;
  readonly accounts: Readonly<Partial<Record<AppName, Account>>>;
}

/** As the compose file tells it; outside of its stack there is none, and tests can only be listed. */
const { origin, accounts } = JSON.parse(process.env["STRIPE"] ?? '{"origin":"","accounts":{}}') as Stripe;

/** Applications that take payments. */
export const shops: readonly AppName[] = appNames.filter((app) => spec(app).payments === true);

const accountOf = (shop: AppName): Account => {
  const account = accounts[shop];
  if (account === undefined) throw new Error(`${shop} has no account at Stripe`);
  return account;
};

export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly object: Readonly<Record<string, unknown>> };
  /** How each of its deliveries was answered. */
  readonly deliveries: readonly number[];
}

const form = (fields: Readonly<Record<string, string>>) => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});

const json = (answer: Answer): unknown => {
  expect(answer.status, `${answer.url}\n${answer.text.slice(0, 500)}`).toBe(200);
  return JSON.parse(answer.text);
};

/** A button of the payment page, with what the double is told besides. */
export const press = async (page: string, fields: Readonly<Record<string, string>> = { how: "now" }): Promise<Answer> =>
  ask(page, form(fields));

/** A session, from the address of its page. */
export const sessionAt = (page: string): string => {
  expect(page.startsWith(`${origin}/c/pay/`), page).toBe(true);
  return page.slice(page.lastIndexOf("/") + 1);
};

/** The events about a session and its payment so far, in their order. */
export async function eventsOf(shop: AppName, session: string): Promise<readonly StripeEvent[]> {
  const { data } = json(await ask(`${origin}/test/${accountOf(shop).key}/events`)) as {
    readonly data: readonly StripeEvent[];
  };
  const intents = data
    .filter(({ data: { object } }) => object["id"] === session)
    .map(({ data: { object } }) => object["payment_intent"])
    .filter((intent) => intent !== null);
  return data.filter(
    ({ data: { object } }) => object["id"] === session || intents.includes(object["payment_intent"] as string),
  );
}

/** Stripe sends an event again; the statuses of the shop's answers. */
export async function deliver(shop: AppName, event: StripeEvent): Promise<readonly number[]> {
  const answer = await ask(`${origin}/test/${accountOf(shop).key}/events/${event.id}`, form({ times: "1" }));
  return (json(answer) as { readonly statuses: readonly number[] }).statuses;
}

/** Somebody gives the money back at Stripe itself. */
export async function refundAtStripe(shop: AppName, intent: string): Promise<void> {
  const request = form({ payment_intent: intent });
  const headers = { ...request.headers, authorization: `Bearer ${accountOf(shop).key}` };
  json(await ask(`${origin}/v1/refunds`, { ...request, headers }));
}

export interface Forgery {
  readonly secret?: string;
  /** Seconds since it was signed. */
  readonly age?: number;
  /** What is signed, when that is not what is sent. */
  readonly signed?: string;
}

/** An event at a door of the shop, signed as Stripe's documentation says unless it is a forgery. */
export async function post(
  door: Door,
  event: Omit<StripeEvent, "deliveries">,
  { secret = accountOf(door.app).secret, age = 0, signed }: Forgery = {},
): Promise<Answer> {
  const body = JSON.stringify(event);
  const time = Math.floor(Date.now() / 1000) - age;
  const signature = createHmac("sha256", secret)
    .update(`${time}.${signed ?? body}`)
    .digest("hex");
  const headers = { "content-type": "application/json", "stripe-signature": `t=${time},v1=${signature}` };
  return ask(at(door, "/stripe/webhook"), { method: "POST", body, headers });
}

/** What stripe-mock said to requests that the double accepted; and that it was asked at all. */
export async function expectStripeMockAgrees(): Promise<void> {
  const said = json(await ask(`${origin}/test/disagreements`)) as { readonly data: unknown; readonly asked: number };
  expect(said.data).toEqual([]);
  expect(said.asked).toBeGreaterThan(0);
}
