import { useEffect, useRef } from "react";

interface Keys {
  readonly save: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
}

/** Control (or Command) with S, Z, Shift and Z, Y. Within a field, undoing is the browser's. */
export const useKeys = (keys: Keys): void => {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const wanted = wish(event);
      if (wanted === undefined || (wanted !== "save" && isField(event.target))) return;
      event.preventDefault();
      latest.current[wanted]();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
};

const wish = ({ key, shiftKey }: KeyboardEvent): keyof Keys | undefined => {
  switch (key.toLowerCase()) {
    case "s":
      return "save";
    case "z":
      return shiftKey ? "redo" : "undo";
    case "y":
      return "redo";
    default:
      return undefined;
  }
};

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
