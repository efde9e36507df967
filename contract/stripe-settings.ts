/** The settings of a shop's Stripe account. Pure. */

/** The key for Stripe's API, and the signing secret of the webhook endpoint. */
export const stripeSettings = ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"] as const;
export type StripeSetting = (typeof stripeSettings)[number];

/** `stripe-secret-key`: the file of a secret, and the end of its name in the stack. */
export const secretFile = (setting: StripeSetting): string => setting.toLowerCase().replaceAll("_", "-");
