import { useEffect, useRef } from "react";
import { useBlocker } from "react-router";
import { Dialog } from "../shell/dialog.tsx";

/** Ask before changes are lost, whether by a link or by closing the window. */
export const useLeaving = (changed: boolean) => {
  const free = useRef(false);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      changed && !free.current && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!changed) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [changed]);
  return {
    blocker,
    /** From now on nobody is asked: what there was to save is saved elsewhere. */
    leaveFreely: () => {
      free.current = true;
    },
  };
};

interface LeavingProps {
  readonly blocker: ReturnType<typeof useBlocker>;
  readonly mayWrite: boolean;
  /** Whether it could be saved. */
  readonly onSave: () => Promise<boolean>;
}

export const Leaving = ({ blocker, mayWrite, onSave }: LeavingProps) => {
  if (blocker.state !== "blocked") return null;
  const { reset, proceed } = blocker;
  const saveFirst = async () => {
    if (await onSave()) proceed();
    else reset();
  };
  return (
    <Dialog title="Leave without saving?" onClose={reset}>
      <p>This diagram has changes that are not saved yet.</p>
      <p className="actions">
        {mayWrite && (
          <button type="button" className="button" onClick={() => void saveFirst()}>
            Save and leave
          </button>
        )}
        <button type="button" className="button bad" onClick={proceed}>
          Leave without saving
        </button>
        <button type="button" className="button quiet" onClick={reset}>
          Stay
        </button>
      </p>
    </Dialog>
  );
};
