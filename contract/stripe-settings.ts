/** The settings that Stripe gives to each shop. Pure. */

/** The key for Stripe's API, and the signing secret of the webhook endpoint. */
export const stripeSettings = ["STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"] as const;
export type StripeSetting = (typeof stripeSettings)[number];

/** `stripe-secret-key`: a secret's file, and its name in the stack behind that of its application. */
export const secretFile = (setting: StripeSetting): string => setting.toLowerCase().replaceAll("_", "-");
