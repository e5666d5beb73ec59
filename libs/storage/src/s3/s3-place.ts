import type { Config } from '@app/config';
import { S3Client } from '@aws-sdk/client-s3';

/** The part of a bucket that holds the files. */
export interface S3Place {
  client: S3Client;
  bucket: string;
  /** In front of every key; empty, or with a slash at its end. */
  prefix: string;
}

type S3Settings = Pick<
  Config,
  'STORAGE_URL' | 'AWS_REGION' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN'
>;

const CONNECT_MS = 3_000;
/** From the first byte of a request to the first of its answer: a part of 5 MiB in that time is 90 kB/s. */
const ANSWER_MS = 60_000;

/** Reads `s3://bucket/prefix?endpoint=…`. Without keys in the configuration, the SDK looks for them in its usual places. */
export function s3Place(settings: S3Settings): S3Place {
  const { hostname: bucket, pathname, searchParams } = new URL(settings.STORAGE_URL!);
  const folder = decodeURIComponent(pathname).replace(/^\/+|\/+$/g, '');
  const endpoint = searchParams.get('endpoint') ?? undefined;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  // Servers other than AWS mostly do not look at the region, but the signature needs one.
  const region = settings.AWS_REGION ?? (endpoint && 'us-east-1');
  const client = new S3Client({
    ...(region && { region }),
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(accessKeyId &&
      secretAccessKey && {
        credentials: { accessKeyId, secretAccessKey, sessionToken: settings.AWS_SESSION_TOKEN },
      }),
    // By default the SDK sends checksums as aws-chunked trailers, which OpenStack Swift and older MinIO do not know.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  });
  return { client, bucket, prefix: folder && `${folder}/` };
}
