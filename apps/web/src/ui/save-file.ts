import { authorization, refused } from '../api/client.js';
import { unreachable } from '../api/problem.js';
import { bytes } from '../app/format.js';
import { type Ongoing, tell, tellOngoing } from './toaster.js';

interface Picker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<{ createWritable(): Promise<WritableStream> }>;
}

/**
 * Saves an answer of the API as a file. Where the browser can, the bytes go from the service to the disk; else they are collected first.
 * It is not a plain link, because a link cannot send the token. A message in a corner counts the bytes; closing it stops.
 * @param onAnswer is told the answer before its bytes are saved
 * @throws ProblemError
 */
export async function saveAs(name: string, path: string, onAnswer?: (answer: Response) => void): Promise<void> {
  // On https and localhost only, and not in every browser.
  const picker = (window as Picker).showSaveFilePicker;
  // Asked before the request, as the browser allows it only right after a click.
  const target = picker && (await picker({ suggestedName: name }).catch(ifGivenUp));
  if (target === null) return;
  const stop = new AbortController();
  const message = tellOngoing('Saving', name, () => stop.abort());
  try {
    const response = await fetch(path, { headers: authorization(), signal: stop.signal });
    if (!response.ok) throw refused(response, await response.json().catch(() => null));
    onAnswer?.(response);
    const counted = response.body!.pipeThrough(counter(name, message));
    if (target) await counted.pipeTo(await target.createWritable(), { signal: stop.signal });
    else download(name, await new Response(counted).blob());
    tell('Saved', name);
  } catch (error) {
    if (stop.signal.aborted) return tell('Not saved', 'You stopped it.');
    // That of fetch when the line is cut, before the answer or within it.
    throw error instanceof TypeError ? unreachable() : error;
  } finally {
    message.end();
  }
}

/** How often the number is written: often enough to be seen moving. */
const SAY_EVERY_MS = 250;

/** Passes bytes on, and says how many there were. The whole is not known: exports are made while they are sent. */
function counter(name: string, message: Ongoing): TransformStream<Uint8Array, Uint8Array> {
  let sum = 0;
  let saidAt = 0;
  return new TransformStream({
    transform(chunk, controller) {
      sum += chunk.byteLength;
      if (performance.now() - saidAt > SAY_EVERY_MS) {
        saidAt = performance.now();
        message.say(`${name}: ${bytes(sum)}`);
      }
      controller.enqueue(chunk);
    },
  });
}

function download(name: string, contents: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(contents);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** null when the person closed the dialog; undefined when there can be none, as in an automated browser. */
const ifGivenUp = (error: DOMException): null | undefined => (error.name === 'AbortError' ? null : undefined);
