const key = "docs-django-react-reloaded";
const minInterval = 10_000;

/** Whether to reload at `now` (milliseconds since 1970): at most every ten seconds, to avoid a reload loop. */
export const reloadOnce = (storage: Storage, now: number): boolean => {
  if (now - Number(storage.getItem(key) ?? 0) < minInterval) return false;
  storage.setItem(key, String(now));
  return true;
};
