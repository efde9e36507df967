const key = "docs-django-react-reloaded";
const pause = 10_000;

/** Whether to reload now (milliseconds since 1970): not again within ten seconds, or it never ends. */
export const reloadOnce = (storage: Storage, now: number): boolean => {
  if (now - Number(storage.getItem(key) ?? 0) < pause) return false;
  storage.setItem(key, String(now));
  return true;
};
