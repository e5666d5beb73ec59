/** Under which tags answers about uploads are cached. */
export const uploadTags = {
  listOf: (userId: string) => `uploads:${userId}`,
  /** An id may be asked for in capitals and still be this upload. */
  one: (uploadId: string) => `upload:${uploadId.toLowerCase()}`,
};
