export const WINDOW_SECONDS = 60;

/** The window that now lies in. Windows begin with the minute, so that all processes mean the same one. */
export const currentWindow = (): number => Math.floor(Date.now() / (WINDOW_SECONDS * 1000));

/** Seconds until the next window, at least 1. */
export const secondsLeft = (): number => Math.ceil(((currentWindow() + 1) * WINDOW_SECONDS * 1000 - Date.now()) / 1000);
