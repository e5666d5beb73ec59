import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A file that was copied, as its copy is. */
export interface CopiedFile {
  bytes: number;
  sha256: string;
}

/** What was copied of a folder; paths are relative to it, with `/`. */
export interface CopiedTree {
  /** Empty ones too: PostgreSQL needs some. */
  folders: string[];
  files: Record<string, CopiedFile>;
}

const READ_BYTES = 1024 * 1024;

/**
 * Copies the files of a folder that others write to meanwhile: what is deleted before it is reached is left out. The copies survive a
 * power cut when this returns.
 * @param isWanted is asked for each path below the folder
 */
export async function copyTree(
  from: string,
  to: string,
  isWanted: (path: string) => boolean = () => true,
): Promise<CopiedTree> {
  const tree: CopiedTree = { folders: [], files: {} };
  const copyFolder = async (folder: string): Promise<void> => {
    await mkdir(join(to, folder), { recursive: true, mode: 0o700 });
    for (const entry of await entriesOf(join(from, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!isWanted(path)) continue;
      if (entry.isDirectory()) {
        tree.folders.push(path);
        await copyFolder(path);
      } else if (entry.isFile()) {
        const copied = await copyFile(join(from, path), join(to, path));
        if (copied) tree.files[path] = copied;
      }
    }
    await syncFolder(join(to, folder));
  };
  await copyFolder('');
  return tree;
}

/**
 * Copies what a file has while it is read. Not with fs.copyFile: that goes on until it has copied as many bytes as the file had at first,
 * and PostgreSQL may cut the file off meanwhile.
 * @returns null when there is no such file
 */
export async function copyFile(from: string, to: string): Promise<CopiedFile | null> {
  const source = await openIfThere(from);
  if (source === null) return null;
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(
    source.createReadStream({ highWaterMark: READ_BYTES }),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(to, { mode: 0o600, flush: true }),
  );
  return { bytes, sha256: hash.digest('hex') };
}

/** Writes a new file, which survives a power cut once its folder is synced. */
export async function storeFile(path: string, content: Uint8Array): Promise<CopiedFile> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The names in a folder survive a power cut only when the folder is synced. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

const entriesOf = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
