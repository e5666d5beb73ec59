/**
 * The longest time in milliseconds for which the event loop of an api process was busy since the last call. The process measures it
 * itself and forgets it with each look at its metrics, so only one test may look at a time.
 */
export async function longestBlock(api: { url: string }): Promise<number> {
  const text = await (await fetch(`${api.url}/metrics`)).text();
  const seconds = /^nodejs_eventloop_lag_max_seconds(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1];
  if (seconds === undefined) throw new Error('The metrics do not show the lag of the event loop.');
  return Number(seconds) * 1000;
}
