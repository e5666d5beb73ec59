import { authorization, refused } from '../api/client.js';
import { unreachable } from '../api/problem.js';

interface Picker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<{ createWritable(): Promise<WritableStream> }>;
}

/**
 * Saves an answer of the API as a file. Where the browser can, the bytes go from the service to the disk; else they are collected first.
 * It is not a plain link, because a link cannot send the token.
 * @param onAnswer is told the answer before its bytes are saved
 * @throws ProblemError
 */
export async function saveAs(name: string, path: string, onAnswer?: (answer: Response) => void): Promise<void> {
  const picker = (window as Picker).showSaveFilePicker;
  // Asked before the request, as the browser allows it only right after a click.
  const target = picker && (await picker({ suggestedName: name }).catch(ifGivenUp));
  if (target === null) return;
  const response = await fetch(path, { headers: authorization() }).catch(() => Promise.reject(unreachable()));
  if (!response.ok) throw refused(response, await response.json().catch(() => null));
  onAnswer?.(response);
  if (target) return response.body!.pipeTo(await target.createWritable());
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** null when the person closed the dialog; undefined when there can be none, as in an automated browser. */
const ifGivenUp = (error: DOMException): null | undefined => (error.name === 'AbortError' ? null : undefined);
