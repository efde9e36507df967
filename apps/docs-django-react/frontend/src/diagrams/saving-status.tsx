import { Link } from "react-router";
import { type Cure, cureOf, otherFaults, type Saving } from "./saving.ts";

interface SavingStatusProps {
  readonly saving: Saving;
  /** Whether there is anything to save. */
  readonly changed: boolean;
  /** Where to sign in. */
  readonly signIn: string;
  readonly onTakeTheirs: () => void;
  readonly onOverwrite: () => void;
  readonly onKeepAsNew: () => void;
}

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

export const SavingStatus = ({ saving, changed, ...ways }: SavingStatusProps) => (
  <>
    <output className="status">{calm(saving, changed)}</output>
    {saving.kind === "failed" && changed && (
      <div className="refused" role="alert">
        <p>
          <strong>Not saved.</strong> {saving.error.message} Your changes are still here.
        </p>
        {otherFaults(saving.error).map((text) => (
          <p key={text}>{text}</p>
        ))}
        <WayOut cure={cureOf(saving.error)} {...ways} />
      </div>
    )}
  </>
);

type WayOutProps = { readonly cure: Cure } & Omit<SavingStatusProps, "saving" | "changed">;

const WayOut = ({ cure, signIn, onTakeTheirs, onOverwrite, onKeepAsNew }: WayOutProps) => {
  switch (cure) {
    case "choose":
      return (
        <p className="actions">
          <button type="button" className="button quiet" onClick={onTakeTheirs}>
            Load the newer one
          </button>
          <button type="button" className="button bad" onClick={onOverwrite}>
            Save mine over it
          </button>
        </p>
      );
    case "keep as new":
      return (
        <p className="actions">
          <button type="button" className="button quiet" onClick={onKeepAsNew}>
            Save it as a new diagram
          </button>
        </p>
      );
    case "sign in":
      return (
        <p className="actions">
          {/* In another tab, for this one holds the changes. */}
          <Link className="button quiet" to={signIn} target="_blank">
            Sign in (in a new tab), then save again
          </Link>
        </p>
      );
    case "try again":
      return null;
  }
};

const calm = (saving: Saving, changed: boolean): string => {
  if (saving.kind === "busy") return "Saving …";
  if (changed) return "Changes not saved yet";
  return saving.kind === "saved" ? `Saved at ${time.format(new Date(saving.at))}` : "No changes";
};
