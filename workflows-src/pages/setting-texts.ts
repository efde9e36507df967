/** What each variable and secret of the repository means, in each language. The compiler rejects a setting without a text. Pure. */
import type { SecretName, VariableName } from "../../contract/contracts.ts";
import { type PaymentSecret, shopPrefix, shopSecrets } from "../../contract/payments.ts";
import type { StripeSetting } from "../../contract/stripe-settings.ts";

export type Language = "en" | "fr";

export interface SettingText {
  readonly sets: string;
  /** What happens when it is not set. */
  readonly without: string;
}

type Texts = Readonly<Record<Language, SettingText>>;

const ownTexts = {
  DOCKER_USERNAME: {
    en: { sets: "the Docker Hub account that owns the images", without: "nothing is published or deployed" },
    fr: { sets: "le compte Docker Hub propriétaire des images", without: "rien n'est publié ni déployé" },
  },
  DEPLOY_HOST: {
    en: { sets: "the swarm manager, as user@host or user@host:port", without: "nothing is deployed" },
    fr: { sets: "le manager du Swarm, sous la forme user@host ou user@host:port", without: "rien n'est déployé" },
  },
  DEPLOY_HOST_KEY: {
    en: {
      sets: "the manager's public host key, as `ssh-keyscan` prints it, without the host",
      without: "deploy fails and names it",
    },
    fr: {
      sets: "la clé d'hôte publique du manager, telle que `ssh-keyscan` l'affiche, sans le nom d'hôte",
      without: "deploy échoue et la nomme",
    },
  },
  DEPLOY_HTTP_PORT: {
    en: { sets: "the proxy's port on the manager, if 80 is taken there", without: "80 is used" },
    fr: { sets: "le port du proxy sur le manager, si le 80 y est occupé", without: "le 80 est utilisé" },
  },
  DEPLOY_PORT_BASE: {
    en: {
      sets: "the base of the applications' ports on the manager; their ports are this plus 1 to 5",
      without: "9000 is used",
    },
    fr: {
      sets: "la base des ports des applications sur le manager ; leurs ports valent cette base plus 1 à 5",
      without: "9000 est utilisé",
    },
  },
  PUBLIC_ORIGIN: {
    en: {
      sets: "scheme and host of the proxy's address for visitors, such as `https://shop.example`",
      without: "the applications assume http, there is no sitemap, and checkout is off",
    },
    fr: {
      sets: "le schéma et l'hôte de l'adresse du proxy pour les visiteurs, par exemple `https://shop.example`",
      without: "les applications supposent http, il n'y a pas de sitemap, et le paiement est désactivé",
    },
  },
  DOCKER_HUB_USERNAME: {
    en: { sets: "the user who logs in to Docker Hub", without: "publish fails and names it" },
    fr: { sets: "l'utilisateur qui se connecte à Docker Hub", without: "publish échoue et le nomme" },
  },
  DOCKER_HUB_ACCESS_TOKEN: {
    en: {
      sets: "that user's access token, with read and write permission",
      without: "publish fails and names it",
    },
    fr: {
      sets: "un jeton d'accès de cet utilisateur, en lecture et en écriture",
      without: "publish échoue et le nomme",
    },
  },
  DEPLOY_SSH_KEY: {
    en: { sets: "a private key that may log in to `DEPLOY_HOST`", without: "deploy fails and names it" },
    fr: { sets: "une clé privée autorisée à se connecter à `DEPLOY_HOST`", without: "deploy échoue et la nomme" },
  },
} as const satisfies Readonly<Record<VariableName | Exclude<SecretName, PaymentSecret>, Texts>>;

const withoutStripe = {
  en: "checkout is off in that shop",
  fr: "le paiement est désactivé dans cette boutique",
} as const satisfies Record<Language, string>;

const stripeTexts: Readonly<Record<StripeSetting, (shop: string) => Texts>> = {
  STRIPE_SECRET_KEY: (shop) => ({
    en: { sets: `the key of ${shop} at Stripe, secret or restricted`, without: withoutStripe.en },
    fr: { sets: `la clé Stripe de la boutique ${shop}, secrète ou restreinte`, without: withoutStripe.fr },
  }),
  STRIPE_WEBHOOK_SECRET: (shop) => {
    const endpoint = `\`PUBLIC_ORIGIN${shopPrefix(shop)}/stripe/webhook\``;
    return {
      en: { sets: `the signing secret of the webhook endpoint ${endpoint}`, without: withoutStripe.en },
      fr: { sets: `le secret de signature du point de terminaison de webhook ${endpoint}`, without: withoutStripe.fr },
    };
  },
};

export interface SettingTexts extends Readonly<Record<VariableName | SecretName, Texts>> {}

export const settingTexts: SettingTexts = {
  ...ownTexts,
  ...(Object.fromEntries(shopSecrets.map(({ shop, setting, name }) => [name, stripeTexts[setting](shop)])) as Readonly<
    Record<PaymentSecret, Texts>
  >),
};
