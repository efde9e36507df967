/** Types of the inputs and outputs of each action, derived from its metadata. Pure. */
import type { metadata } from "./action-metadata.ts";

type Metadata = typeof metadata;
export type ActionId = keyof Metadata;

type InputsIn<Id extends ActionId> = Metadata[Id]["inputs"];

/** The inputs of the action, without those that it calls deprecated. */
export type InputName<Id extends ActionId> = {
  [K in keyof InputsIn<Id>]: InputsIn<Id>[K] extends { readonly deprecated: true } ? never : K;
}[keyof InputsIn<Id>];

/** The inputs that a step has to give: those that are required and have no default. */
export type RequiredInput<Id extends ActionId> = {
  [K in keyof InputsIn<Id>]: InputsIn<Id>[K] extends { readonly required: true }
    ? InputsIn<Id>[K] extends { readonly default: string }
      ? never
      : K
    : never;
}[keyof InputsIn<Id>];

export type OutputName<Id extends ActionId> = Metadata[Id]["outputs"][number];
