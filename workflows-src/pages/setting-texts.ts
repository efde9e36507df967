/** The meaning of each variable and secret of the repository, in each language. The compiler rejects a setting without a text. Pure. */
import { type PaymentSecret, shopPrefix, shopSecrets } from "../../contract/payment-secrets.ts";
import type { SecretName, VariableName } from "../../contract/settings.ts";
import type { StripeSetting } from "../../contract/stripe-settings.ts";

export type Language = "en" | "fr";

export interface SettingText {
  readonly description: string;
  /** The consequence when it is not set. */
  readonly whenMissing: string;
}

type Texts = Readonly<Record<Language, SettingText>>;

const ownTexts = {
  DOCKER_USERNAME: {
    en: { description: "the Docker Hub account that owns the images", whenMissing: "nothing is published or deployed" },
    fr: { description: "le compte Docker Hub propriétaire des images", whenMissing: "rien n'est publié ni déployé" },
  },
  DEPLOY_HOST: {
    en: { description: "the swarm manager, as user@host or user@host:port", whenMissing: "nothing is deployed" },
    fr: {
      description: "le manager du Swarm, sous la forme user@host ou user@host:port",
      whenMissing: "rien n'est déployé",
    },
  },
  DEPLOY_HOST_KEY: {
    en: {
      description: "the manager's public host key, as `ssh-keyscan` prints it, without the host",
      whenMissing: "deploy fails with an error that names it",
    },
    fr: {
      description: "la clé d'hôte publique du manager, telle que `ssh-keyscan` l'affiche, sans le nom d'hôte",
      whenMissing: "deploy échoue avec une erreur qui indique son nom",
    },
  },
  DEPLOY_HTTP_PORT: {
    en: { description: "the proxy's port on the manager, if 80 is taken there", whenMissing: "80 is used" },
    fr: { description: "le port du proxy sur le manager, si le 80 y est occupé", whenMissing: "le 80 est utilisé" },
  },
  DEPLOY_PORT_BASE: {
    en: {
      description: "the base of the applications' ports on the manager: 9004 becomes this plus 4",
      whenMissing: "9000 is used",
    },
    fr: {
      description: "la base des ports des applications sur le manager : 9004 devient cette base plus 4",
      whenMissing: "9000 est utilisé",
    },
  },
  PUBLIC_ORIGIN: {
    en: {
      description: "scheme and host of the proxy's address for visitors, such as `https://shop.example`",
      whenMissing: "the applications assume http, there is no sitemap, and checkout is off",
    },
    fr: {
      description: "le schéma et l'hôte de l'adresse du proxy pour les visiteurs, par exemple `https://shop.example`",
      whenMissing: "les applications supposent http, il n'y a pas de sitemap, et le paiement est désactivé",
    },
  },
  TRUSTED_PROXIES: {
    en: {
      description:
        "the networks of a load balancer or TLS terminator in front of the proxy, such as `10.0.0.0/8, 203.0.113.7`",
      whenMissing: "the address of a visitor is that of the connection",
    },
    fr: {
      description:
        "les réseaux d'un répartiteur de charge ou d'un terminateur TLS devant le proxy, par exemple `10.0.0.0/8, 203.0.113.7`",
      whenMissing: "l'adresse d'un visiteur est celle de la connexion",
    },
  },
  DOCKER_HUB_USERNAME: {
    en: {
      description: "the user name for the login to Docker Hub",
      whenMissing: "publish fails with an error that names it",
    },
    fr: {
      description: "le nom d'utilisateur pour la connexion à Docker Hub",
      whenMissing: "publish échoue avec une erreur qui indique son nom",
    },
  },
  DOCKER_HUB_ACCESS_TOKEN: {
    en: {
      description: "that user's access token, with read and write permission",
      whenMissing: "publish fails with an error that names it",
    },
    fr: {
      description: "un jeton d'accès de cet utilisateur, en lecture et en écriture",
      whenMissing: "publish échoue avec une erreur qui indique son nom",
    },
  },
  DEPLOY_SSH_KEY: {
    en: {
      description: "a private key that may log in to `DEPLOY_HOST`",
      whenMissing: "deploy fails with an error that names it",
    },
    fr: {
      description: "une clé privée autorisée à se connecter à `DEPLOY_HOST`",
      whenMissing: "deploy échoue avec une erreur qui indique son nom",
    },
  },
} as const satisfies Readonly<Record<VariableName | Exclude<SecretName, PaymentSecret>, Texts>>;

const whenStripeIsMissing = {
  en: "checkout is off in that shop",
  fr: "le paiement est désactivé dans cette boutique",
} as const satisfies Record<Language, string>;

const stripeTexts: Readonly<Record<StripeSetting, (shop: string) => Texts>> = {
  STRIPE_SECRET_KEY: (shop) => ({
    en: { description: `the key of ${shop} at Stripe, secret or restricted`, whenMissing: whenStripeIsMissing.en },
    fr: {
      description: `la clé Stripe de la boutique ${shop}, secrète ou restreinte`,
      whenMissing: whenStripeIsMissing.fr,
    },
  }),
  STRIPE_WEBHOOK_SECRET: (shop) => {
    const endpoint = `\`PUBLIC_ORIGIN${shopPrefix(shop)}/stripe/webhook\``;
    return {
      en: {
        description: `the signing secret of the webhook endpoint ${endpoint}`,
        whenMissing: whenStripeIsMissing.en,
      },
      fr: {
        description: `le secret de signature du point de terminaison de webhook ${endpoint}`,
        whenMissing: whenStripeIsMissing.fr,
      },
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
