/** The facts about one application that the tests need. Each application has one driver, in the file of its name. */
import type { Page } from "playwright-core";
import type { Endpoint } from "../http/endpoints.ts";
import type { HttpResponse } from "../http/request.ts";
import type { Visitor } from "../http/visitor.ts";

export interface Driver {
  readonly http: HttpDriver;
  readonly browser: BrowserDriver;
  readonly pages: Pages;
  /** For applications that take payments. */
  readonly shop?: ShopDriver;
}

export interface HttpDriver {
  /** A redirect of the application itself, as two of its paths. */
  readonly redirect: { readonly from: string; readonly to: string };
  /** A page with a form; its response sets a cookie. */
  readonly formPath: string;
  /** Public data as JSON. */
  readonly apiPath?: string;
  /** Signs in; absent where `write` needs no account. */
  readonly signIn?: (visitor: Visitor) => Promise<void>;
  /** Writes something as a browser does, with the CSRF token of a form. */
  readonly write: (visitor: Visitor) => Promise<Written>;
  /** Tries to write without a CSRF token. */
  readonly writeWithoutToken: (visitor: Visitor) => Promise<HttpResponse>;
  /** A path with a parameter, and the route that the metrics show for it. */
  readonly parameterized?: { readonly path: string; readonly route: RegExp };
  /** For applications that show statistics of their SQL statements. */
  readonly sqlStatistics?: SqlStatistics;
}

/** A completed write, and where its visitor must be able to read it: a path, and a text of that page. */
export interface Written {
  readonly response: HttpResponse;
  readonly path: string;
  readonly text: string;
}

export interface SqlStatistics {
  /** Signs in and makes the application execute a statement that contains a text and a number. */
  readonly execute: (visitor: Visitor) => Promise<void>;
  /** The statement, as the statistics show it. */
  readonly executed: RegExp;
  readonly statements: (visitor: Visitor) => Promise<readonly string[]>;
}

export interface BrowserDriver {
  readonly signIn: (page: Page, endpoint: Endpoint) => Promise<void>;
  /** A page for signed-in users; everybody else is redirected. */
  readonly protectedPath: string;
  /** Changes something through a form, and waits until the page shows it. */
  readonly write: (page: Page, endpoint: Endpoint) => Promise<void>;
  /** A link of the start page that shows another page without loading it. */
  readonly clientSideLink?: { readonly name: string; readonly path: string };
}

/** The application's pages as paths without queries; `*` stands for one segment of any value. A crawl must reach each of them. */
export interface Pages {
  readonly everybody: readonly string[];
  /** Pages for visitors who are not signed in. */
  readonly signedOut: readonly string[];
  /** Pages for visitors who are signed in. */
  readonly signedIn: readonly string[];
}

export interface ShopDriver {
  /** Takes a buyer to the payment page; resolves to its URL. */
  readonly startCheckout: (buyer: Visitor) => Promise<string>;
  /** The page to which Stripe sends a buyer back contains this text once the payment has arrived. */
  readonly paidText: RegExp;
  /** Follows the link by which a buyer cancels, up to the page that confirms it. */
  readonly cancel: (buyer: Visitor, cancelUrl: string) => Promise<void>;
  /** The types of the events that Stripe sends when a buyer cancels. */
  readonly cancelEvents: readonly string[];
  readonly signInAsAdmin: (admin: Visitor) => Promise<void>;
  /** The shop's records of one payment, as its admin shows them. */
  readonly records: (admin: Visitor, payment: Payment) => Promise<Records>;
  readonly refund: (admin: Visitor, payment: Payment) => Promise<void>;
  /** For shops that count their stock. */
  readonly stock?: StockDriver;
}

/** A payment by its ids at Stripe. */
export interface Payment {
  readonly session: string;
  readonly intent: string;
}

/** The amount of each record. */
export interface Records {
  readonly orders: readonly string[];
  readonly payments: readonly string[];
  readonly refunds: readonly string[];
}

export interface StockDriver {
  /** An item that no other test buys. */
  readonly findItem: (admin: Visitor) => Promise<StockItem>;
  /** Sets the stock of an item in the admin; resolves to the stock that the admin showed before. */
  readonly setStock: (admin: Visitor, item: StockItem, stock: number) => Promise<number>;
  /** Puts one item into the buyer's cart; resolves to the fields of the form that starts the checkout. */
  readonly fillCart: (buyer: Visitor, item: StockItem) => Promise<Readonly<Record<string, string>>>;
  readonly checkoutPath: string;
}

export interface StockItem {
  readonly sku: string;
  readonly path: string;
  /** The form of the admin that sets its stock. */
  readonly adminPath: string;
}
