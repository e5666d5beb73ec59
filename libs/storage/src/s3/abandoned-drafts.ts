import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { DraftSigns } from '../draft-watch.js';
import { isKey } from '../storage-key.js';
import { SIGNS } from './s3-draft.js';
import { isMissing } from './s3-errors.js';
import type { S3Place } from './s3-place.js';

interface Unfinished {
  key: string;
  uploadId: string;
}

/** Nothing was written under this name yet; a writer does so at its first heartbeat. */
const NO_SIGN = '';

/**
 * Every unfinished upload and every sign of life, but those of this process. The name of an upload has its id and its key, that of a
 * sign is its object's.
 */
export async function findDrafts(place: S3Place, isOurs: (key: string) => boolean): Promise<DraftSigns> {
  const signs = await findSigns(place);
  const found: DraftSigns = new Map();
  for await (const { key, uploadId } of unfinishedUploads(place)) {
    if (!isOurs(key)) found.set(nameOf({ key, uploadId }), signs.get(SIGNS + key) ?? NO_SIGN);
  }
  for (const [name, sign] of signs) if (!isOurs(name.slice(SIGNS.length))) found.set(name, sign);
  return found;
}

/** Removes what `findDrafts` has found. */
export async function removeDraft({ client, bucket, prefix }: S3Place, name: string): Promise<void> {
  if (name.startsWith(SIGNS)) {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + name }));
    return;
  }
  const { key, uploadId } = uploadOf(name);
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: prefix + key, UploadId: uploadId }));
  } catch (error) {
    // Another process was faster.
    if (!isMissing(error)) throw error;
  }
}

const nameOf = ({ key, uploadId }: Unfinished): string => `${key}/${uploadId}`;
const uploadOf = (name: string): Unfinished => ({
  key: name.slice(0, name.indexOf('/')),
  uploadId: name.slice(name.indexOf('/') + 1),
});

async function findSigns({ client, bucket, prefix }: S3Place): Promise<DraftSigns> {
  const found: DraftSigns = new Map();
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + SIGNS })) {
    for (const { Key, ETag } of page.Contents ?? []) found.set(Key!.slice(prefix.length), ETag!);
  }
  return found;
}

async function* unfinishedUploads({ client, bucket, prefix }: S3Place): AsyncGenerator<Unfinished> {
  let from: { KeyMarker?: string; UploadIdMarker?: string } | null = {};
  while (from) {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      Bucket: bucket,
      Prefix: prefix,
      ...from,
    });
    const page: ListMultipartUploadsCommandOutput = await client.send(command);
    for (const { Key, UploadId } of page.Uploads ?? []) {
      const key = Key!.slice(prefix.length);
      if (isKey(key)) yield { key, uploadId: UploadId! };
    }
    from = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null;
  }
}
